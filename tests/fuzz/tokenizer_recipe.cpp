#include "tests/fuzz/tokenizer_recipe.h"

#include <algorithm>
#include <charconv>
#include <tuple>

namespace strata::fuzz {
namespace {

std::pair<std::string, std::string> cutAtSpace(std::string_view text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    return {std::string(text.substr(0, space)), std::string(text.substr(std::min(space + 1, text.size())))};
}

void readLine(char what, std::string_view rest, TokenizerRecipe& recipe) {
    if (what >= '0' && what <= '9') {
        recipe.scores.push_back(-static_cast<float>(recipe.tokens.size()));
        recipe.tokens.emplace_back(rest);
        recipe.kinds.push_back(what - '0');
    } else if (what == '@') {
        std::tie(recipe.model, recipe.preTokenizer) = cutAtSpace(rest);
    } else if (what == '=') {
        recipe.merges.emplace_back(rest);
    } else if (what == '!') {
        const auto [name, digits] = cutAtSpace(rest);
        std::int32_t number = 0;
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
        recipe.numbers.emplace_back(name, number);
    } else if (what == '>') {
        recipe.text = rest;
    }
}

}  // namespace

TokenizerRecipe readRecipe(std::string_view input) {
    TokenizerRecipe recipe;
    while (!input.empty()) {
        if (input[0] == '%') {
            recipe.charsMap = input.substr(1);
            break;
        }
        const std::size_t end = std::min(input.find('\n'), input.size());
        if (end > 0) readLine(input[0], input.substr(1, end - 1), recipe);
        input.remove_prefix(std::min(end + 1, input.size()));
    }
    return recipe;
}

}  // namespace strata::fuzz
