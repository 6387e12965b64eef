#include "core/cpu/ranking.h"

#include <algorithm>
#include <cmath>

namespace strata {

std::vector<RankedValue> largestOf(std::span<const float> values, std::size_t count) {
    std::vector<RankedValue> best;  // a heap whose first element is the last in rank
    if (count == 0) return best;
    for (std::size_t index = 0; index < values.size(); ++index) {
        const RankedValue entry{values[index], static_cast<std::uint32_t>(index)};
        if (std::isnan(entry.value)) continue;
        if (best.size() == count) {
            if (!ranksBefore(entry, best.front())) continue;
            std::ranges::pop_heap(best, ranksBefore);
            best.pop_back();
        }
        best.push_back(entry);
        std::ranges::push_heap(best, ranksBefore);
    }
    std::ranges::sort_heap(best, ranksBefore);
    return best;
}

}  // namespace strata
