// Small models of every kind, for tests of the forward pass on every backend.
#pragma once

#include "tests/support/tiny_model.h"

#include <cmath>
#include <vector>

namespace strata::test {

/// |a - b| / |b|, after taking each side's mean away: only differences between logits matter.
template <class Real>
double relativeError(const std::vector<float>& a, const std::vector<Real>& b) {
    double meanA = 0, meanB = 0, difference = 0, norm = 0;
    for (std::size_t index = 0; index < b.size(); ++index) {
        meanA += static_cast<double>(a[index]) / static_cast<double>(b.size());
        meanB += static_cast<double>(b[index]) / static_cast<double>(b.size());
    }
    for (std::size_t index = 0; index < b.size(); ++index) {
        const double value = static_cast<double>(b[index]) - meanB;
        difference += std::pow(static_cast<double>(a[index]) - meanA - value, 2);
        norm += value * value;
    }
    return std::sqrt(difference / norm);
}

struct ForwardCase {
    const char* name;
    TinyOptions options;
};

inline const ForwardCase kForwardCases[] = {
    {"grouped", {}},
    {"untied_biased", {.tied = false, .biases = true}},
    {"window", {.slidingWindow = 20}},
    {"multi_query", {.heads = 6, .kvHeads = 1, .headDim = 8}},
    {"wide_heads", {.embedding = 96, .heads = 3, .kvHeads = 3, .headDim = 32, .feedForward = 72}},
    {"bitstack", {.codec = Codec::Bitstack}},
    {"eight_planes", {.planes = 8}},
    {"experts", {.experts = 6}},
    {"experts_at_eight_planes", {.experts = 4, .planes = 8}},
    {"experts_bitstack", {.experts = 5, .expertsUsed = 3, .codec = Codec::Bitstack}}};

// Activations are rounded to 8 bits four times per layer, each time by about 1 % of an output; errors add up as
// squares. Experts are weighed by a softmax of such an output, which makes twice as much of its error.
inline constexpr double kForwardBound = 0.05;
inline double forwardBound(const TinyOptions& options) {
    return options.experts > 0 ? 2 * kForwardBound : kForwardBound;
}

}  // namespace strata::test
