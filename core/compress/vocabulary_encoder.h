// Encodes the embedding and the output head: nested planes in row tiles.
#pragma once

#include "core/base/progress.h"
#include "core/base/thread_pool.h"
#include "core/compress/encoded_matrix.h"
#include "core/compress/layer_encoder.h"
#include "core/compress/source_model.h"

#include <vector>

namespace strata {

/// Rows of a tile of the embedding or head: the unit whose planes stand apart in the universal order.
inline constexpr std::size_t kVocabularyTileRows = 2048;

/// token_embd and, where the model has one, output. `headHessian` E[h h^T] [in, in] (upper triangle) of the normed
/// final states.
[[nodiscard]] Result<std::vector<EncodedMatrix>> encodeVocabulary(const SourceModel& source,
                                                                  std::vector<float> headHessian,
                                                                  const Rotations& rotations, unsigned planes,
                                                                  ThreadPool& pool, const JobContext& context);

}  // namespace strata
