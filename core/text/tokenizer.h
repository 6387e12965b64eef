// Text to token ids and back, identical to the tokenizer that the model was trained with.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

class GgufFile;

using TokenId = std::int32_t;

enum class TokenKind : std::uint8_t { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };

/// Which text may become a special token.
enum class SpecialTokens {
    Parse,   ///< text from a template: "<|im_start|>" becomes its token
    Ignore,  ///< text from a user or a document: it never does
};

/// A piece of text with its own rule; encoding a prompt of several pieces never lets user text become a special token.
struct PromptPiece {
    std::string text;
    SpecialTokens specials = SpecialTokens::Parse;
};

/// Immutable after creation; concurrent use is safe.
class Tokenizer {
public:
    /// From `tokenizer.*` metadata of a GGUF file or a stack. Errors: NotFound (no tokenizer in the file: names the
    /// missing key), Unsupported (model or pre-tokenizer, named), Corrupt.
    [[nodiscard]] static Result<std::shared_ptr<const Tokenizer>> fromGguf(const GgufFile& file);

    virtual ~Tokenizer() = default;

    /// Ids of `text`; nothing is added (see bosToken()). Invalid UTF-8 is encoded byte by byte where the model can.
    [[nodiscard]] virtual std::vector<TokenId> encode(std::string_view text, SpecialTokens specials) const = 0;
    /// Pieces are joined as one text for merging, but a special token is recognised in Parse pieces only.
    [[nodiscard]] virtual std::vector<TokenId> encode(std::span<const PromptPiece> pieces) const = 0;

    /// The bytes that a token stands for, which may be a part of a character. Control tokens give their text only when
    /// `withSpecials`.
    [[nodiscard]] virtual std::string bytesOf(TokenId token, bool withSpecials = false) const = 0;
    /// The text of a whole sequence, raw bytes. Undoes the space that SentencePiece models put before the first word.
    [[nodiscard]] std::string decode(std::span<const TokenId> tokens, bool withSpecials = false) const;
    /// Whether encoding puts a space before the first word (SentencePiece); decode() takes it away again.
    [[nodiscard]] bool stripsFirstSpace() const noexcept { return m_stripFirstSpace; }

    [[nodiscard]] virtual std::size_t vocabularySize() const noexcept = 0;
    [[nodiscard]] virtual TokenKind kind(TokenId token) const noexcept = 0;
    /// Text of a token as the vocabulary spells it.
    [[nodiscard]] virtual std::string_view spelling(TokenId token) const noexcept = 0;
    /// -1 when there is none.
    [[nodiscard]] virtual TokenId find(std::string_view spelling) const noexcept = 0;

    struct Specials {
        TokenId bos = -1, eos = -1, unknown = -1, padding = -1;
        bool addBos = false, addEos = false;
        std::vector<TokenId> endOfTurn;  ///< every token that ends an answer: eos, eot, eom and their kin; sorted
    };
    [[nodiscard]] const Specials& specials() const noexcept { return m_specials; }

protected:
    Specials m_specials;
    bool m_stripFirstSpace = false;
};

/// Where the tokens of a stream stand: behind other text (a space before the first word is a part of it), or at the
/// start of a text of their own (the space that SentencePiece puts there is dropped, as decode() drops it).
enum class StreamStart : std::uint8_t { WithinText, OfText };

/// Turns tokens into text as they arrive and never shows half a character: bytes of an incomplete UTF-8 sequence wait,
/// bytes that cannot become a character are shown as U+FFFD.
class StreamingDetokenizer {
public:
    explicit StreamingDetokenizer(std::shared_ptr<const Tokenizer> tokenizer,
                                  StreamStart start = StreamStart::WithinText);
    /// The text that became complete with this token; may be empty.
    [[nodiscard]] std::string push(TokenId token);
    /// What still waits, invalid bytes as U+FFFD.
    [[nodiscard]] std::string finish();

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    bool m_dropSpace;  ///< the next bytes are the first of a text
    std::string m_pending;
};

}  // namespace strata
