// Tokenizer files of every format, then text through the tokenizer they describe.
// Input: one byte, the format (0 GGUF, 1 tokenizer.json, 2 SentencePiece); one byte, the length of the text; the text;
// the file.
#include "core/io/gguf.h"
#include "core/text/tokenizer_files.h"
#include "tests/fuzz/fuzz_entry.h"

#include <algorithm>

namespace {

using namespace strata;
using fuzz::require;

Result<TokenizerData> describe(unsigned format, std::span<const std::byte> file) {
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    if (format == 1) return tokenizerDataFromJson(text);
    if (format == 2) return tokenizerDataFromSentencePiece(file);
    STRATA_TRY(const GgufFile gguf, GgufFile::parse(file));
    return tokenizerDataFromGguf(gguf);
}

void check(const Tokenizer& tokenizer, std::span<const TokenId> ids) {
    for (const TokenId id : ids) require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocabularySize());
    static_cast<void>(tokenizer.decode(ids, true));
}

void encodeText(const std::shared_ptr<const Tokenizer>& tokenizer, std::string_view text) {
    const auto ignored = tokenizer->encode(text, SpecialTokens::Ignore);
    check(*tokenizer, ignored);
    for (const TokenId id : ignored) require(tokenizer->kind(id) != TokenKind::Control);
    check(*tokenizer, tokenizer->encode(text, SpecialTokens::Parse));
    const std::size_t half = text.size() / 2;
    const std::vector<PromptPiece> pieces{{std::string(text.substr(0, half)), SpecialTokens::Parse},
                                          {std::string(text.substr(half)), SpecialTokens::Ignore}};
    const auto ids = tokenizer->encode(pieces);
    check(*tokenizer, ids);
    StreamingDetokenizer stream(tokenizer);
    for (const TokenId id : ids) static_cast<void>(stream.push(id));
    static_cast<void>(stream.finish());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t textSize = std::min<std::size_t>(data[1], size - 2);
    const std::string_view text(reinterpret_cast<const char*>(data + 2), textSize);
    auto description = describe(data[0] % 3u, std::as_bytes(std::span(data, size)).subspan(2 + textSize));
    if (!description) {
        require(!description.error().detail.empty());
        return 0;
    }
    auto tokenizer = makeTokenizer(std::move(*description));
    if (tokenizer) encodeText(*tokenizer, text);
    return 0;
}
