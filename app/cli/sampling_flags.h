// Sampling options of generate and chat; what is not given comes from the model.
#pragma once

#include "app/cli/options.h"
#include "core/io/gguf.h"
#include "core/model/sampler.h"

namespace strata::cli {

struct SamplingFlags {
    std::optional<std::uint64_t> seed, topK;
    std::optional<double> temperature, topP, minP;
    std::optional<double> repetitionPenalty, presencePenalty, frequencyPenalty;
};

/// `into` must outlive the app.
void addSampling(CLI::App& app, SamplingFlags& into);

/// Flags before the stack's `strata.source.generation.*` before the sampler's own defaults. Without a seed: a random
/// one.
[[nodiscard]] SamplingOptions samplingOptions(const SamplingFlags& flags, const GgufFile& stack);

[[nodiscard]] Json samplingJson(const SamplingOptions& options);

}  // namespace strata::cli
