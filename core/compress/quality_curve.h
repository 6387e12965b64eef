// The quality curve of a stack: perplexity, divergence from the source model and agreement with it, at prefixes of the
// universal order, on held-out text. Measured, never modelled.
#pragma once

#include "core/base/progress.h"
#include "core/base/thread_pool.h"
#include "core/compress/lockstep.h"
#include "core/compress/source_model.h"
#include "core/stack/stack_writer.h"

#include <vector>

namespace strata {

struct HeldOut {
    std::vector<TokenId> tokens;  ///< [windows * windowTokens]
    std::vector<float> states;    ///< the source model's normed final states: [tokens, embeddingLength]
    std::size_t windowTokens = 0;
};

/// Points from the first levels alone to the whole stack, evenly spaced in bytes. `unordered` holds the blocks layer by
/// layer, `order` is the universal order.
[[nodiscard]] Result<std::vector<CurvePoint>> measureCurve(std::shared_ptr<const StackFile> unordered,
                                                           std::span<const StackContents::Block> order,
                                                           const SourceModel& source, const HeldOut& heldOut,
                                                           WorkFolder& folder, ThreadPool& pool,
                                                           const JobContext& context);

}  // namespace strata
