// Tokenizers as Hugging Face folders hold them: tokenizer.json, or SentencePiece's tokenizer.model.
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer_data.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace strata {

/// Reads a tokenizer.json of the `tokenizers` package. `config`: the folder's tokenizer_config.json, which names the
/// special tokens; may be empty. Errors: Corrupt (naming the entry), Unsupported (naming the type or the option).
[[nodiscard]] Result<TokenizerData> tokenizerDataFromJson(std::string_view json, std::string_view config = {});

/// Reads a SentencePiece model (a protocol buffer, sentencepiece_model.proto). `config` as above; its
/// `added_tokens_decoder` lists tokens that the model does not have, or has as plain pieces. Errors: Corrupt,
/// Truncated, Unsupported.
[[nodiscard]] Result<TokenizerData> tokenizerDataFromSentencePiece(std::span<const std::byte> model,
                                                                   std::string_view config = {});

/// Special tokens, and with `addedTokens` the added ones, of a tokenizer_config.json (empty: none). Errors: Corrupt.
[[nodiscard]] Result<void> applyTokenizerConfig(std::string_view config, bool addedTokens, TokenizerData& data);

}  // namespace strata
