#include "core/model/context_overflow.h"

#include <algorithm>
#include <cassert>

namespace strata {

std::optional<ContextRange> planCut(OverflowPolicy policy, std::size_t length, std::size_t capacity, std::size_t keep) {
    assert(length > capacity && capacity >= 4);
    if (policy == OverflowPolicy::Stop) return std::nullopt;
    const std::size_t kept = capacity - capacity / 4;
    const std::size_t head = policy == OverflowPolicy::Roll
                                 ? std::min(keep, kept / 2)
                                 : std::min(std::max(keep, kept / 2), kept - std::max<std::size_t>(kept / 4, 1));
    return ContextRange{head, length - (kept - head)};
}

}  // namespace strata
