#include "core/text/tokenizer_data.h"

#include "core/text/subword.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace strata {

std::string inQuotes(std::string_view spelling) {
    constexpr std::size_t kMostBytes = 40;
    std::string out = "'";
    for (std::size_t position = 0; position < std::min(spelling.size(), kMostBytes);) {
        const Utf8Char character = decodeUtf8(spelling, position);
        const bool isPrintable = character.valid && character.codePoint >= 0x20 && character.codePoint != 0x7F;
        out += isPrintable ? spelling.substr(position, character.length) : std::string_view("?");
        position += character.length;
    }
    return out + (spelling.size() > kMostBytes ? "...'" : "'");
}

void addSpecialTokens(TokenizerData& data) {
    for (TokenId token = 0; token < static_cast<TokenId>(data.kinds.size()); ++token) {
        const TokenKind kind = kindOf(data, token);
        const bool isAdded = kind == TokenKind::Control || kind == TokenKind::Unknown || kind == TokenKind::UserDefined;
        if (isAdded && !data.tokens[static_cast<std::size_t>(token)].empty()) data.added.push_back({.id = token});
    }
}

void finishSentencePiece(TokenizerData& data, Normalizer::SentencePiece normalizer) {
    for (TokenId token = 0; token < static_cast<TokenId>(data.kinds.size()); ++token) {
        const std::string& spelling = data.tokens[static_cast<std::size_t>(token)];
        TokenKind& kind = data.kinds[static_cast<std::size_t>(token)];
        // A marker is an added token: inside the model, text of a user could become it.
        if (kind == TokenKind::UserDefined && isMarkerSpelling(spelling)) kind = TokenKind::Control;
        if (kind == TokenKind::UserDefined) normalizer.userDefined.insert(spelling, token);
        if (kind == TokenKind::Unknown && data.specials.unknown < 0) data.specials.unknown = token;
        data.byteFallback = data.byteFallback || kind == TokenKind::Byte;
    }
    addSpecialTokens(data);
    std::erase_if(data.added,
                  [&](const AddedToken& added) { return kindOf(data, added.id) == TokenKind::UserDefined; });
    data.unknownIsToken = data.specials.unknown >= 0;
    data.fuseUnknown = true;
    data.stripFirstSpace = normalizer.addPrefix;
    data.normalizer.add(std::move(normalizer));
}

}  // namespace strata
