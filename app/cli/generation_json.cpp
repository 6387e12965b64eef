#include "app/cli/generation_json.h"

#include "core/base/system_info.h"

#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

Json traceJson(const EvaluationTrace& trace) {
    Json cuts = Json::array();
    for (const ContextCut& cut : trace.cuts)
        cuts.push_back({{"evaluated", cut.evaluated}, {"begin", cut.range.begin}, {"end", cut.range.end}});
    return Json{{"resident_blocks", trace.residentBlocks}, {"cuts", std::move(cuts)}};
}

}  // namespace

std::string_view finishName(FinishReason reason) noexcept {
    switch (reason) {
        case FinishReason::EndOfTurn:
            return "end-of-turn";
        case FinishReason::StopString:
            return "stop-string";
        case FinishReason::MaximumTokens:
            return "maximum-tokens";
        case FinishReason::ContextFull:
            return "context-full";
        case FinishReason::Cancelled:
            return "cancelled";
    }
    return "unknown";
}

Json resizeJson(const ResizeRecord& record) {
    return Json{{"token", record.token},
                {"target_bytes", record.targetBytes},
                {"resident_bytes", record.residentBytes},
                {"applied_ms", rounded(record.appliedMs)},
                {"complete", record.complete},
                {"rss_before", record.rssBefore},
                {"rss_after", record.rssAfter},
                {"longest_gap_ms", rounded(record.longestGapMs)}};
}

Json speculationJson(const SpeculationUse& use) {
    return Json{{"rounds", use.rounds}, {"drafted", use.drafted}, {"accepted", use.accepted}};
}

Json memoryJson(const MemoryUse& use) {
    return Json{{"weight_bytes", use.weightBytes},
                {"kv_bytes", use.kvBytes},
                {"scratch_bytes", use.scratchBytes},
                {"device_bytes", use.deviceBytes},
                {"rss_bytes", processMemory().residentBytes}};
}

Json generationJson(const Generation& generation) {
    Json resizes = Json::array();
    for (const ResizeRecord& record : generation.resizes) resizes.push_back(resizeJson(record));
    return Json{{"text", generation.text},
                {"token_ids", generation.tokens},
                {"finish_reason", finishName(generation.finish)},
                {"prompt_tokens", generation.promptTokens},
                {"reused_tokens", generation.reusedTokens},
                {"decode_tokens_per_second", rounded(decodeRate(generation))},
                {"decode_median_ms", rounded(generation.medianTokenMs)},
                {"prefill_tokens_per_second", rounded(prefillRate(generation))},
                {"time_to_first_token_ms", rounded(generation.timeToFirstTokenMs)},
                {"speculation", speculationJson(generation.speculation)},
                {"resizes", std::move(resizes)},
                {"trace", traceJson(generation.trace)}};
}

double decodeRate(const Generation& generation) noexcept {
    if (generation.tokens.empty() || generation.decodeSeconds <= 0) return 0;
    // The token that ends a turn is computed too, and not among the tokens.
    const std::size_t ending = generation.finish == FinishReason::EndOfTurn ? 1 : 0;
    return static_cast<double>(generation.tokens.size() - 1 + ending) / generation.decodeSeconds;
}

double prefillRate(const Generation& generation) noexcept {
    if (generation.prefillSeconds <= 0 || generation.promptTokens <= generation.reusedTokens) return 0;
    return static_cast<double>(generation.promptTokens - generation.reusedTokens) / generation.prefillSeconds;
}

}  // namespace strata::cli
