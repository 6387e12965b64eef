// SentencePiece's tokenizer.model, then text through the tokenizer. Input: such a file, which begins with its first
// piece (a line break, in the terms of protocol buffers), or a recipe for one (tokenizer_recipe.h).
#include "core/text/tokenizer_files.h"
#include "tests/fuzz/fuzz_entry.h"
#include "tests/fuzz/tokenizer_checks.h"
#include "tests/fuzz/tokenizer_recipe.h"

#include <bit>
#include <charconv>

namespace {

using namespace strata;

constexpr unsigned kVarint = 0, kBytes = 2, kFloat = 5;  // wire types

void putVarint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

void putTag(std::string& out, unsigned field, unsigned wireType) {
    putVarint(out, field << 3 | wireType);
}

void putBytes(std::string& out, unsigned field, std::string_view bytes) {
    putTag(out, field, kBytes);
    putVarint(out, bytes.size());
    out += bytes;
}

void putNumber(std::string& out, unsigned field, std::int32_t value) {
    putTag(out, field, kVarint);
    putVarint(out, static_cast<std::uint64_t>(std::int64_t{value}));
}

std::string pieceFrom(const fuzz::TokenizerRecipe& recipe, std::size_t index) {
    std::string piece;
    putBytes(piece, 1, recipe.tokens[index]);
    putTag(piece, 2, kFloat);
    const auto score = std::bit_cast<std::uint32_t>(recipe.scores[index]);
    for (int shift = 0; shift < 32; shift += 8) piece += static_cast<char>(score >> shift);
    putNumber(piece, 3, recipe.kinds[index]);
    return piece;
}

/// Numbers are named "tN" or "nN": field N of the trainer's or of the normalizer's description.
std::string modelFrom(const fuzz::TokenizerRecipe& recipe) {
    std::string model, trainer, normalizer;
    for (std::size_t index = 0; index < recipe.tokens.size(); ++index) putBytes(model, 1, pieceFrom(recipe, index));
    if (!recipe.charsMap.empty()) putBytes(normalizer, 2, recipe.charsMap);
    for (const auto& [name, number] : recipe.numbers) {
        unsigned field = 0;
        if (name.size() > 1) std::from_chars(name.data() + 1, name.data() + name.size(), field);
        putNumber(name.starts_with('t') ? trainer : normalizer, field & 0xFFFF, number);
    }
    putBytes(model, 2, trainer);
    putBytes(model, 3, normalizer);
    return model;
}

void check(std::string_view model, std::string_view text) {
    fuzz::checkTokenizer(tokenizerDataFromSentencePiece(std::as_bytes(std::span(model))), text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (input.starts_with('\n')) {
        check(input, fuzz::kSampleText);
    } else {
        const fuzz::TokenizerRecipe recipe = fuzz::readRecipe(input);
        check(modelFrom(recipe), recipe.text.empty() ? fuzz::kSampleText : std::string_view(recipe.text));
    }
    return 0;
}
