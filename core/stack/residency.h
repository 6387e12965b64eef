// What of a stack is in memory: literally a stack. One reserved address range in file order, committed up to the
// resident prefix; a loader thread reads blocks into it, or the tail is given back to the system.
#pragma once

#include "core/base/progress.h"
#include "core/stack/block_schedule.h"
#include "core/stack/reserved_range.h"

#include <chrono>
#include <memory>
#include <optional>

namespace strata {

/// Thread contract: every member may be called from any thread.
class Residency {
public:
    /// Reserves the range; loads nothing. Huge pages, for stacks that are larger than caches, are not for those whose
    /// blocks are given away one by one. Errors: OutOfMemory (address space).
    [[nodiscard]] static Result<std::unique_ptr<Residency>> create(std::shared_ptr<const StackFile> stack,
                                                                   PageSize pages = PageSize::Huge);
    ~Residency();
    Residency(const Residency&) = delete;
    Residency& operator=(const Residency&) = delete;

    [[nodiscard]] const std::shared_ptr<const StackFile>& stack() const noexcept;

    /// Loads up to `blocks` in the calling thread (start-up, exact replays). Errors: as StackFile::readBlock,
    /// OutOfMemory, Cancelled.
    [[nodiscard]] Result<void> load(std::size_t blocks, const JobContext& context = {});

    /// The prefix to hold from now on; below the floor it is the floor. Returns at once. Shrinking: current() is the
    /// shorter prefix immediately, memory goes back when the last holder of a longer schedule lets go. Growing: blocks
    /// stream in, in universal order, and current() follows in steps.
    void setTarget(std::size_t blocks);
    [[nodiscard]] std::size_t target() const noexcept;
    /// Waits until current() has reached the target or loading has failed.
    [[nodiscard]] Result<void> waitUntilSettled();
    /// Why growing stopped before the target, if it did; the next setTarget tries again.
    [[nodiscard]] std::optional<Error> lastError() const;

    /// The longest usable schedule now; cheap. Null until the floor is loaded.
    [[nodiscard]] std::shared_ptr<const BlockSchedule> current() const;
    /// A schedule of its own levels over what is resident (evaluation at uniform levels). Errors: InvalidArgument when
    /// a block it needs is not resident.
    [[nodiscard]] Result<std::shared_ptr<const BlockSchedule>> custom(std::vector<std::uint8_t> levels) const;

    /// Of matrices with a mark, blocks before `blocks` stand elsewhere too (on a device that keeps what it is given):
    /// their pages are given back. They must be in memory. Schedules still name their places, where nothing sure stands
    /// until fetch() has read them again, or the prefix has been shorter and has grown again.
    void giveAway(const std::vector<bool>& matrices, std::size_t blocks);
    /// Reads again, in the calling thread, what was given away of the blocks that `schedule` may need here: all but
    /// those before `kept` of matrices with a mark. Errors: as load().
    [[nodiscard]] Result<void> fetch(const BlockSchedule& schedule, const std::vector<bool>& matrices,
                                     std::size_t kept);
    /// The loader thread reads again what was given away of the first `blocks` blocks, those of matrices with a mark,
    /// before it goes on to grow; they are not given away until the next call, which replaces this one (no marks: only
    /// ends it). Returns at once: whether all of it is there. Errors: as load(), why the reading has stopped; the next
    /// call tries again.
    [[nodiscard]] Result<bool> prefetch(const std::vector<bool>& matrices, std::size_t blocks);

    /// Bytes of blocks committed in memory now, including tails that a reader still holds; without those given away.
    [[nodiscard]] std::uint64_t committedBytes() const noexcept;

private:
    struct State;
    explicit Residency(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
};

}  // namespace strata
