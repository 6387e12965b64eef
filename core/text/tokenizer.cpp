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

StreamingDetokenizer::StreamingDetokenizer(std::shared_ptr<const Tokenizer> tokenizer)
    : m_tokenizer(std::move(tokenizer)) {}

namespace {

// Valid text as it is, every maximal invalid part as one U+FFFD (Unicode 3.9, "substitution of maximal subparts").
std::string toValidUtf8(std::string_view bytes) {
    std::string out;
    while (!bytes.empty()) {
        const std::size_t valid = validUtf8Prefix(bytes);
        out += bytes.substr(0, valid);
        bytes.remove_prefix(valid);
        if (bytes.empty()) break;
        std::size_t part = 1;
        for (std::size_t length = 2; length <= 3 && length <= bytes.size(); ++length) {
            if (incompleteUtf8Tail(bytes.substr(0, length)) == length) part = length;
        }
        out += "\xEF\xBF\xBD";
        bytes.remove_prefix(part);
    }
    return out;
}

}  // namespace

std::string StreamingDetokenizer::push(TokenId token) {
    m_pending += m_tokenizer->bytesOf(token);
    const std::size_t tail = incompleteUtf8Tail(m_pending);
    const std::string complete = toValidUtf8(std::string_view(m_pending).substr(0, m_pending.size() - tail));
    m_pending.erase(0, m_pending.size() - tail);
    return complete;
}

std::string StreamingDetokenizer::finish() {
    const std::string rest = toValidUtf8(m_pending);
    m_pending.clear();
    return rest;
}

}  // namespace strata
