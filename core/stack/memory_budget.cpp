#include "core/stack/memory_budget.h"

#include "core/base/size.h"

#include <fmt/format.h>

namespace strata {

Result<std::size_t> MemoryBudget::blocksFor(const StackFile& stack, std::uint64_t kvBytes,
                                            std::uint64_t scratchBytes) const {
    const std::uint64_t weightFloor = stack.weightBytes(stack.floorBlocks());
    const std::uint64_t floor = weightFloor + kvBytes + scratchBytes;
    if (m_totalBytes < floor)
        return fail(ErrorCode::BudgetTooSmall,
                    fmt::format("{} is below this model's floor of {} (weights {}, KV cache {}, scratch {})",
                                formatBytes(m_totalBytes), formatBytes(floor), formatBytes(weightFloor),
                                formatBytes(kvBytes), formatBytes(scratchBytes)),
                    fmt::format("give it at least {}", formatBytes(floor)));
    return stack.fit(m_totalBytes - kvBytes - scratchBytes);
}

}  // namespace strata
