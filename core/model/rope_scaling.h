// Rotary frequencies and the ways in which models stretch them to longer contexts.
#pragma once

#include "core/backend.h"

#include <cstddef>
#include <vector>

namespace strata {

/// base^(-2i / dimensions) for i < dimensions / 2.
[[nodiscard]] std::vector<double> ropeFrequencies(double base, std::size_t dimensions);

/// Llama 3.1: low frequencies divided by `factor`, high ones kept, a linear blend between. By wavelength against the
/// context that the model was first trained with.
struct Llama3Scaling {
    double factor = 8, lowFrequencyFactor = 1, highFrequencyFactor = 4, originalContext = 8192;
};
void scaleLlama3(std::vector<double>& frequencies, const Llama3Scaling& scaling);

/// YaRN (arXiv 2309.00071): interpolation below, extrapolation above, a ramp between the dimensions that turn
/// `betaSlow` and `betaFast` times over the original context; cos and sin grow by 0.1 ln(factor) + 1.
struct YarnScaling {
    double factor = 1, originalContext = 4096, betaFast = 32, betaSlow = 1, extrapolation = 1, attentionFactor = 1;
};
void scaleYarn(RopeDescription& rope, double base, const YarnScaling& scaling);

/// LongRoPE (arXiv 2402.13753): cos and sin grow with the `factor` by which a model exceeds its original context.
/// Its frequencies are divided by factors that were searched for, one set for contexts up to the original length and
/// one for longer ones.
[[nodiscard]] double longRopeMagnitude(double factor, double originalContext);

}  // namespace strata
