#include "core/text/tokenizer.h"

#include "core/text/tokenizer_data.h"
#include "core/text/utf8.h"

namespace strata {

Result<std::shared_ptr<const Tokenizer>> Tokenizer::fromGguf(const GgufFile& file) {
    STRATA_TRY(TokenizerData data, tokenizerDataFromGguf(file));
    return makeTokenizer(std::move(data));
}

std::string Tokenizer::decode(std::span<const TokenId> tokens, bool withSpecials) const {
    std::string text;
    bool atStart = true;
    for (const TokenId token : tokens) {
        const std::string bytes = bytesOf(token, withSpecials);
        const bool strip = atStart && m_stripFirstSpace && bytes.starts_with(' ');
        text += std::string_view(bytes).substr(strip ? 1 : 0);
        atStart = atStart && bytes.empty();
    }
    return text;
}

StreamingDetokenizer::StreamingDetokenizer(std::shared_ptr<const Tokenizer> tokenizer, StreamStart start)
    : m_tokenizer(std::move(tokenizer)), m_dropSpace(start == StreamStart::OfText && m_tokenizer->stripsFirstSpace()) {}

std::string StreamingDetokenizer::push(TokenId token) {
    const std::string bytes = m_tokenizer->bytesOf(token);
    m_pending += std::string_view(bytes).substr(m_dropSpace && bytes.starts_with(' ') ? 1 : 0);
    m_dropSpace = m_dropSpace && bytes.empty();
    const std::size_t tail = incompleteUtf8Tail(m_pending);
    const std::string complete = replaceInvalidUtf8(std::string_view(m_pending).substr(0, m_pending.size() - tail));
    m_pending.erase(0, m_pending.size() - tail);
    return complete;
}

std::string StreamingDetokenizer::finish() {
    const std::string rest = replaceInvalidUtf8(m_pending);
    m_pending.clear();
    return rest;
}

}  // namespace strata
