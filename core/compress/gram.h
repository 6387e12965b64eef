// Sums of outer products: the statistics of a matrix's inputs.
#pragma once

#include "core/base/thread_pool.h"

#include <cstddef>
#include <vector>

namespace strata {

/// Upper triangle of gram [n, n] += x^T x for x [tokens, n] with `stride` floats from one token to the next. In pieces
/// of fixed shape: results do not depend on the number of threads.
void accumulateGram(ThreadPool& pool, std::vector<float>& gram, std::size_t n, const float* x, std::size_t stride,
                    std::size_t tokens);

}  // namespace strata
