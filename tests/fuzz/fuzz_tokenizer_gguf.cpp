// The tokenizer in a GGUF file's metadata, then text through it. Input: a GGUF file, or a recipe for one
// (tokenizer_recipe.h).
#include "core/io/gguf.h"
#include "tests/fuzz/fuzz_entry.h"
#include "tests/fuzz/tokenizer_checks.h"
#include "tests/fuzz/tokenizer_recipe.h"

#include <set>

namespace {

using namespace strata;

std::vector<std::byte> fileFrom(const fuzz::TokenizerRecipe& recipe) {
    GgufWriter writer;
    const std::string prefix = "tokenizer.ggml.";
    writer.add("general.architecture", "phi3");
    writer.add(prefix + "model", std::string_view(recipe.model));
    if (!recipe.preTokenizer.empty()) writer.add(prefix + "pre", std::string_view(recipe.preTokenizer));
    writer.add(prefix + "tokens", std::span<const std::string>(recipe.tokens));
    writer.add(prefix + "token_type", std::span<const std::int32_t>(recipe.kinds));
    writer.add(prefix + "scores", std::span<const float>(recipe.scores));
    writer.add(prefix + "merges", std::span<const std::string>(recipe.merges));
    if (!recipe.charsMap.empty()) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(recipe.charsMap.data());
        writer.add(prefix + "precompiled_charsmap", std::span(bytes, recipe.charsMap.size()));
    }
    std::set<std::string> written;
    for (const auto& [name, number] : recipe.numbers) {
        if (!written.insert(name).second) continue;
        if (name.ends_with("_id")) {
            writer.add(prefix + name, static_cast<std::uint32_t>(number));
        } else {
            writer.add(prefix + name, number != 0);
        }
    }
    return writer.header();
}

void check(std::span<const std::byte> file, std::string_view text) {
    const auto gguf = GgufFile::parse(file);
    if (!gguf) return fuzz::require(!gguf.error().detail.empty());
    fuzz::checkTokenizer(tokenizerDataFromGguf(*gguf), text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (input.starts_with("GGUF")) {
        check(std::as_bytes(std::span(data, size)), fuzz::kSampleText);
    } else {
        const fuzz::TokenizerRecipe recipe = fuzz::readRecipe(input);
        check(fileFrom(recipe), recipe.text.empty() ? fuzz::kSampleText : std::string_view(recipe.text));
    }
    return 0;
}
