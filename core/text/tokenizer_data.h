// What defines a tokenizer, whatever file it came from: the readers (GGUF metadata, tokenizer.json, tokenizer.model)
// fill this description, makeTokenizer() checks it and builds the tokenizer.
#pragma once

#include "core/base/result.h"
#include "core/text/normalizer.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/tokenizer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strata {

enum class SubwordModel {
    ByteLevelBpe,      ///< merges over bytes; tokens are spelled in GPT-2's printable alphabet
    CharacterBpe,      ///< merges over characters, as `tokenizers` runs them
    SentencePieceBpe,  ///< any two neighbours that form a token merge, best score first
    Unigram,           ///< the segmentation with the highest sum of scores
};

/// How `tokenizers` matches a token that is not found by the subword model.
struct AddedToken {
    TokenId id = -1;
    bool stripLeft = false;   ///< swallows the white space before it
    bool stripRight = false;  ///< swallows the white space after it
    bool singleWord = false;  ///< only where no letter, digit or underscore stands next to it
    bool normalized = false;  ///< searched in the normalized text
};

struct TokenizerData {
    SubwordModel model = SubwordModel::ByteLevelBpe;
    std::vector<std::string> tokens;
    std::vector<TokenKind> kinds;  ///< as many as tokens, or none: all Normal
    std::vector<double> scores;    ///< as many as tokens for SentencePieceBpe and Unigram, else none
    std::vector<std::pair<std::string, std::string>> merges;  ///< best first; for the two BPE models by merges

    Normalizer normalizer;
    PreTokenizer preTokenizer;
    /// Matched before anything else. Control and Unknown tokens are taken from here only where text may hold specials.
    std::vector<AddedToken> added;

    bool ignoreMerges = false;  ///< a word that is a token stays whole, whatever the merges say
    bool byteFallback = false;  ///< characters without a token become <0xNN> tokens
    bool fuseUnknown = false;   ///< neighbouring unknown characters become one unknown token
    /// Characters without any token become `specials.unknown`, unless that is a control token or ends a turn; else they
    /// vanish.
    bool unknownIsToken = false;
    bool singlePrecision = true;   ///< Unigram sums in float as sentencepiece does, else in double as `tokenizers` does
    bool stripFirstSpace = false;  ///< decode() drops the space that encoding put before the first word
    Tokenizer::Specials specials;  ///< endOfTurn: what the file names; makeTokenizer() adds the spellings it knows
};

/// Errors: Corrupt (naming the entry), Unsupported.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> makeTokenizer(TokenizerData data);

/// Sorted ids of every token that ends an answer: `named` and the control tokens with a spelling that published model
/// families end a turn with.
[[nodiscard]] std::vector<TokenId> endOfTurnTokens(const TokenizerData& data, std::vector<TokenId> named);

/// True for spellings that chat templates use as markers ("<|im_start|>", "<start_of_turn>", "[INST]"): some files list
/// them as user-defined tokens, yet text of a user must never become one.
[[nodiscard]] bool isMarkerSpelling(std::string_view spelling) noexcept;

/// Lists the Control, Unknown and UserDefined tokens as added tokens, as converters mean them.
void addSpecialTokens(TokenizerData& data);

/// Completes the description of a SentencePiece model from its tokens' kinds: added tokens, byte fallback, the unknown
/// token, user-defined pieces (which SentencePiece finds in normalized text), and the normalizer as the last step.
void finishSentencePiece(TokenizerData& data, Normalizer::SentencePiece normalizer);

/// A token's spelling for an error message: in quotes, on one line, cut after some forty bytes.
[[nodiscard]] std::string inQuotes(std::string_view spelling);

/// Description of the tokenizer in a GGUF file. Errors: as Tokenizer::fromGguf.
[[nodiscard]] Result<TokenizerData> tokenizerDataFromGguf(const GgufFile& file);

}  // namespace strata
