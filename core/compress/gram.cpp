#include "core/compress/gram.h"

#include "core/codec/linear_algebra.h"

#include <algorithm>

namespace strata {
namespace {

/// Rows that one task computes.
constexpr std::size_t kTaskRows = 128;

}  // namespace

void accumulateGram(ThreadPool& pool, std::vector<float>& gram, std::size_t n, const float* x, std::size_t stride,
                    std::size_t tokens) {
    const std::size_t panels = (n + kTaskRows - 1) / kTaskRows;
    pool.forEach(panels, [&](std::size_t panel) {
        const std::size_t first = panel * kTaskRows;
        blas::multiplyLeftTransposed(std::min(kTaskRows, n - first), n - first, tokens, 1, x + first, stride, x + first,
                                     stride, 1, gram.data() + first * n + first, n);
    });
}

}  // namespace strata
