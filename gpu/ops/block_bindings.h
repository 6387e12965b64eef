// What every shader over blocks binds first: eight slabs and the word offsets of the blocks in them.
#pragma once

#include "gpu/ops/operators.h"

#include <algorithm>
#include <vector>

namespace strata::gpu {

/// Blocks that are not there stand for the first one; shaders do not read them.
template <class Push>
[[nodiscard]] std::vector<Bound> bindBlocks(std::span<const BlockPlace> blocks, Push& push) {
    std::vector<Bound> bound;
    for (std::size_t index = 0; index < kBlocksPerDispatch; ++index) {
        const BlockPlace& place = blocks[index < blocks.size() ? index : 0];
        bound.push_back(constant(place.slab));
        push.block[index] = place.word;
    }
    return bound;
}

}  // namespace strata::gpu
