// JSON of answers, memory and changes of memory.
#pragma once

#include "app/cli/json_output.h"
#include "core/model/session.h"

namespace strata::cli {

[[nodiscard]] std::string_view finishName(FinishReason reason) noexcept;
[[nodiscard]] Json resizeJson(const ResizeRecord& record);
[[nodiscard]] Json speculationJson(const SpeculationUse& use);
/// weight_bytes, kv_bytes, scratch_bytes and the measured rss_bytes.
[[nodiscard]] Json memoryJson(const MemoryUse& use);
/// Everything of an answer but the memory.
[[nodiscard]] Json generationJson(const Generation& generation);

/// Tokens per second of the tokens after the first, which belongs to the prefill; 0 when there are none.
[[nodiscard]] double decodeRate(const Generation& generation) noexcept;
/// Tokens per second of the prompt tokens that had to be computed; 0 when there were none.
[[nodiscard]] double prefillRate(const Generation& generation) noexcept;

}  // namespace strata::cli
