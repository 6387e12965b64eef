#include "tests/fuzz/tokenizer_checks.h"

#include "core/text/utf8.h"
#include "tests/fuzz/fuzz_entry.h"

namespace strata::fuzz {
namespace {

using Ids = std::vector<TokenId>;

void checkIds(const Tokenizer& tokenizer, const Ids& ids, bool mayHoldMarkers) {
    for (const TokenId id : ids) {
        require(id >= 0 && static_cast<std::size_t>(id) < tokenizer.vocabularySize());
        require(mayHoldMarkers || tokenizer.kind(id) != TokenKind::Control);
    }
    static_cast<void>(tokenizer.decode(ids, true));
}

Ids encodeInPieces(const Tokenizer& tokenizer, std::string_view text) {
    const std::size_t half = text.size() / 2;
    const std::vector<PromptPiece> pieces{{std::string(text.substr(0, half)), SpecialTokens::Parse},
                                          {std::string(text.substr(half)), SpecialTokens::Ignore}};
    return tokenizer.encode(pieces);
}

/// What is shown is valid UTF-8 at every step.
void checkStream(const std::shared_ptr<const Tokenizer>& tokenizer, const Ids& ids) {
    StreamingDetokenizer stream(tokenizer);
    const auto isWhole = [](std::string_view text) { return validUtf8Prefix(text) == text.size(); };
    for (const TokenId id : ids) require(isWhole(stream.push(id)));
    require(isWhole(stream.finish()));
}

}  // namespace

void checkTokenizer(Result<TokenizerData> description, std::string_view text) {
    if (!description) return require(!description.error().detail.empty());
    const auto tokenizer = makeTokenizer(std::move(*description));
    if (!tokenizer) return require(!tokenizer.error().detail.empty());
    const Ids user = (*tokenizer)->encode(text, SpecialTokens::Ignore);
    checkIds(**tokenizer, user, false);
    checkIds(**tokenizer, (*tokenizer)->encode(text, SpecialTokens::Parse), true);
    const Ids both = encodeInPieces(**tokenizer, text);
    checkIds(**tokenizer, both, true);
    checkStream(*tokenizer, user);
    checkStream(*tokenizer, both);
}

}  // namespace strata::fuzz
