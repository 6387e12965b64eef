#include "core/stack/residency.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <condition_variable>
#include <limits>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace strata {
namespace {

/// Bytes read at once: large enough for a disk's sequential rate, small enough that a running token never waits long.
constexpr std::uint64_t kChunkBytes = 2u << 20;
/// A new schedule is published at least every so many bytes while growing.
constexpr std::uint64_t kPublishBytes = 4u << 20;
/// Stacks from this size on stand in huge pages: smaller ones are read from the processor's caches.
constexpr std::uint64_t kHugePagesFrom = 32u << 20;

/// Where the contents of a block are: in memory, given away, or given away and being read again.
enum class Copy : std::uint8_t { Here, Away, Coming };

}  // namespace

// Invariants, under `mutex`: blocks [0, loaded) are in memory and checked, but for those given away; `published` <=
// loaded is what current() uses; every living schedule of length n keeps blocks [0, n) in memory through `held`.
struct Residency::State : std::enable_shared_from_this<Residency::State> {
    std::shared_ptr<const StackFile> stack;
    ReservedRange range;

    // Recursive, since letting go of a schedule calls back released().
    mutable std::recursive_mutex mutex;
    std::condition_variable_any changed;
    std::size_t loaded = 0;
    std::size_t published = 0;
    std::size_t target = 0;
    bool started = false;
    bool reading = false;
    std::multiset<std::size_t> held;
    std::shared_ptr<const BlockSchedule> current;
    std::optional<Error> error;
    std::vector<Copy> copies;     // [blocks]: Here from `loaded` on
    std::uint64_t awayBytes = 0;  // of the pages given back
    std::vector<bool> wanted;     // [matrices] that the loader reads again; or none
    std::size_t wantedBlocks = 0;
    std::optional<Error> wantedError;
    std::atomic<std::uint64_t> committedBytes{0};
    std::jthread loader;

    [[nodiscard]] std::uint64_t firstOffset() const { return stack->blocks().front().offset; }
    [[nodiscard]] std::uint64_t endOf(std::size_t blocks) const {
        return blocks == 0 ? 0
                           : stack->blocks()[blocks - 1].offset + stack->blocks()[blocks - 1].sizeBytes - firstOffset();
    }
    [[nodiscard]] std::shared_ptr<const BlockSchedule> makeSchedule(std::vector<std::uint8_t> levels,
                                                                    std::size_t blocks);
    void count() noexcept { committedBytes = range.committedBytes() - awayBytes; }
    void discardAway(const std::vector<bool>& fresh) noexcept;
    void publish(std::size_t blocks);
    void released(std::size_t blocks) noexcept;
    void giveBackTail() noexcept;
    void runLoader(std::stop_token stop);
    void grow(std::unique_lock<std::recursive_mutex>& lock);
    void readWanted(std::unique_lock<std::recursive_mutex>& lock);
    [[nodiscard]] bool isWanted(std::size_t block) const {
        return !wanted.empty() && block < wantedBlocks && wanted[stack->blocks()[block].matrix];
    }
    [[nodiscard]] bool isMissing(std::size_t block) const { return copies[block] == Copy::Away && isWanted(block); }
    [[nodiscard]] bool hasMissing() const;
    template <class Needed>
    [[nodiscard]] std::vector<std::size_t> takeAway(std::size_t end, std::uint64_t mostBytes, Needed&& isNeeded);
    [[nodiscard]] Result<void> readAgain(std::span<const std::size_t> blocks);
    void finishReading(std::span<const std::size_t> blocks, Copy now);
    [[nodiscard]] std::size_t chunkEnd(std::size_t first, std::size_t limit) const;
    [[nodiscard]] Result<void> readChunk(std::size_t first, std::size_t end);
    void finishChunk(std::size_t end, const Result<void>& status);
    [[nodiscard]] bool settled() const { return (published == target && !reading) || error.has_value(); }
};

// Called under the lock.
std::shared_ptr<const BlockSchedule> Residency::State::makeSchedule(std::vector<std::uint8_t> levels,
                                                                    std::size_t blocks) {
    held.insert(blocks);
    // The schedule keeps this state alive, so its blocks outlive even the Residency.
    return std::make_shared<BlockSchedule>(stack, std::move(levels), range.data(), firstOffset(), blocks,
                                           [self = shared_from_this(), blocks] { self->released(blocks); });
}

/// Replaces current(), under the lock.
void Residency::State::publish(std::size_t blocks) {
    published = blocks;
    current =
        blocks < stack->floorBlocks() ? nullptr : makeSchedule(BlockSchedule::prefixLevels(*stack, blocks), blocks);
    changed.notify_all();
}

void Residency::State::released(std::size_t blocks) noexcept {
    const std::lock_guard lock(mutex);
    held.erase(held.find(blocks));
    giveBackTail();
}

/// Frees what neither the target nor a reader needs, under the lock. While a chunk is being read the loader does it
/// afterwards.
void Residency::State::giveBackTail() noexcept {
    const std::size_t needed = std::max(held.empty() ? 0 : *held.rbegin(), std::min(target, loaded));
    if (reading) return;
    if (target <= loaded && needed >= loaded) range.shrink(endOf(loaded));  // of what was committed ahead
    if (needed >= loaded) return count();
    loaded = needed;
    range.shrink(endOf(loaded));
    std::fill(copies.begin() + static_cast<std::ptrdiff_t>(loaded), copies.end(), Copy::Here);
    if (awayBytes > 0) discardAway({});
    count();
    changed.notify_all();
}

/// Runs of blocks that were given away give their pages back where `fresh` names one of them, under the lock; counts
/// what all runs gave.
void Residency::State::discardAway(const std::vector<bool>& fresh) noexcept {
    awayBytes = 0;
    for (std::size_t first = 0; first < loaded; ++first) {
        if (copies[first] != Copy::Away) continue;
        std::size_t end = first;
        bool changes = false;
        for (; end < loaded && copies[end] == Copy::Away; ++end) changes = changes || (!fresh.empty() && fresh[end]);
        const std::uint64_t from = endOf(first);
        awayBytes +=
            changes ? range.discard(from, endOf(end) - from) : ReservedRange::wholePages(from, endOf(end) - from);
        first = end;
    }
}

std::size_t Residency::State::chunkEnd(std::size_t first, std::size_t limit) const {
    std::size_t end = first + 1;
    while (end < limit && endOf(end + 1) - endOf(first) <= kChunkBytes) ++end;
    return end;
}

Result<void> Residency::State::readChunk(std::size_t first, std::size_t end) {
    {
        const std::lock_guard lock(mutex);
        // As far as the target reaches: a page that is committed in parts is none of the huge ones.
        const std::uint64_t whole = padTo(endOf(end), range.stepBytes());
        STRATA_CHECK(range.commit(std::min(whole, endOf(std::max(end, target)))));
        count();
    }
    return stack->readBlocks(first, end - first, std::span(range.data() + endOf(first), endOf(end) - endOf(first)));
}

void Residency::State::finishChunk(std::size_t end, const Result<void>& status) {
    reading = false;
    if (status) {
        loaded = end;
    } else {
        error = status.error();
        range.shrink(endOf(loaded));
        count();
    }
    // The target may have come down into this very chunk while it was read.
    const std::size_t usable = std::min(loaded, target);
    const bool due = usable == target || error || endOf(usable) - endOf(published) >= kPublishBytes;
    if (due && usable > published) publish(usable);
    giveBackTail();
    changed.notify_all();
}

void Residency::State::runLoader(std::stop_token stop) {
    std::unique_lock lock(mutex);
    const auto grows = [&] { return started && loaded < target && !error; };
    const auto hasWork = [&] { return grows() || hasMissing(); };
    // The wait is over at once where there is work, also work that nobody wants any more.
    while (changed.wait(lock, stop, hasWork) && !stop.stop_requested()) {
        if (hasMissing()) {
            readWanted(lock);
        } else {
            grow(lock);
        }
    }
}

void Residency::State::grow(std::unique_lock<std::recursive_mutex>& lock) {
    const std::size_t first = loaded;
    const std::size_t end = chunkEnd(first, target);
    const std::size_t following = end < target ? chunkEnd(end, target) - end : 0;
    reading = true;
    lock.unlock();
    // The disk goes on while this chunk is copied, checked and published.
    stack->expectBlocks(end, following);
    const Result<void> status = readChunk(first, end);
    lock.lock();
    finishChunk(end, status);
}

bool Residency::State::hasMissing() const {
    if (wanted.empty() || wantedError) return false;
    for (std::size_t block = 0; block < std::min(wantedBlocks, loaded); ++block)
        if (isMissing(block)) return true;
    return false;
}

/// One chunk of them.
void Residency::State::readWanted(std::unique_lock<std::recursive_mutex>& lock) {
    const auto blocks = takeAway(loaded, kChunkBytes, [&](std::size_t block) { return isMissing(block); });
    reading = true;
    lock.unlock();
    const Result<void> status = readAgain(blocks);
    lock.lock();
    reading = false;
    // They may have ceased to be wanted meanwhile; then they are as they were.
    const bool stays = status && std::ranges::all_of(blocks, [&](std::size_t block) { return isWanted(block); });
    if (!status && !wanted.empty()) wantedError = status.error();
    finishReading(blocks, stays ? Copy::Here : Copy::Away);
    giveBackTail();
    changed.notify_all();
}

/// Blocks before `end` that were given away and are needed, of so many bytes (at least one block): they are Coming
/// from now on, under the lock.
template <class Needed>
std::vector<std::size_t> Residency::State::takeAway(std::size_t end, std::uint64_t mostBytes, Needed&& isNeeded) {
    std::vector<std::size_t> blocks;
    std::uint64_t bytes = 0;
    for (std::size_t block = 0; block < end; ++block) {
        if (copies[block] != Copy::Away || !isNeeded(block)) continue;
        bytes += stack->blocks()[block].sizeBytes;
        if (bytes > mostBytes && !blocks.empty()) break;
        blocks.push_back(block);
        copies[block] = Copy::Coming;
    }
    return blocks;
}

/// Neighbours go together. Without the lock: nobody else reads or writes what is Coming.
Result<void> Residency::State::readAgain(std::span<const std::size_t> blocks) {
    for (std::size_t first = 0, end = 0; first < blocks.size(); first = end) {
        for (end = first + 1; end < blocks.size() && blocks[end] == blocks[end - 1] + 1 &&
                              endOf(blocks[end] + 1) - endOf(blocks[first]) <= kChunkBytes;)
            ++end;
        const std::uint64_t from = endOf(blocks[first]);
        STRATA_CHECK(stack->readBlocks(blocks[first], end - first,
                                       std::span(range.data() + from, endOf(blocks[end - 1] + 1) - from)));
    }
    return {};
}

/// Under the lock.
void Residency::State::finishReading(std::span<const std::size_t> blocks, Copy now) {
    std::vector<bool> fresh(now == Copy::Away ? copies.size() : 0, false);
    for (const std::size_t block : blocks) {
        copies[block] = now;
        if (now == Copy::Away) fresh[block] = true;
    }
    discardAway(fresh);
    count();
}

Residency::Residency(std::shared_ptr<State> state) : m_state(std::move(state)) {}

Residency::~Residency() {
    m_state->loader.request_stop();
    if (m_state->loader.joinable()) m_state->loader.join();
    const std::lock_guard lock(m_state->mutex);
    m_state->target = 0;
    m_state->current.reset();
}

Result<std::unique_ptr<Residency>> Residency::create(std::shared_ptr<const StackFile> stack, PageSize pages) {
    auto state = std::make_shared<State>();
    state->stack = std::move(stack);
    state->copies.resize(state->stack->blocks().size(), Copy::Here);
    const std::uint64_t size = state->endOf(state->stack->blocks().size());
    STRATA_TRY(state->range, ReservedRange::reserve(size, size < kHugePagesFrom ? PageSize::Base : pages));
    state->loader = std::jthread([raw = state.get()](std::stop_token stop) { raw->runLoader(std::move(stop)); });
    return std::unique_ptr<Residency>(new Residency(std::move(state)));
}

const std::shared_ptr<const StackFile>& Residency::stack() const noexcept {
    return m_state->stack;
}

Result<void> Residency::load(std::size_t blocks, const JobContext& context) {
    setTarget(blocks);
    const std::stop_callback wake(context.stop, [state = m_state] { state->changed.notify_all(); });
    std::unique_lock lock(m_state->mutex);
    while (!m_state->settled()) {
        if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "loading was cancelled");
        m_state->changed.wait_for(lock, std::chrono::milliseconds(50));
        context.report("Loading", static_cast<double>(m_state->loaded) /
                                      static_cast<double>(std::max<std::size_t>(1, m_state->target)));
    }
    if (m_state->error) return std::unexpected(*m_state->error);
    return {};
}

void Residency::setTarget(std::size_t blocks) {
    const std::lock_guard lock(m_state->mutex);
    m_state->target = std::clamp(blocks, m_state->stack->floorBlocks(), m_state->stack->availableBlocks());
    m_state->started = true;
    m_state->error.reset();
    // What a reader kept alive past an earlier shrink is usable again at once.
    const std::size_t usable = std::min(m_state->target, m_state->loaded);
    if (usable != m_state->published) m_state->publish(usable);
    m_state->giveBackTail();
    m_state->changed.notify_all();
}

std::size_t Residency::target() const noexcept {
    const std::lock_guard lock(m_state->mutex);
    return m_state->target;
}

Result<void> Residency::waitUntilSettled() {
    std::unique_lock lock(m_state->mutex);
    m_state->changed.wait(lock, [&] { return m_state->settled(); });
    if (m_state->error) return std::unexpected(*m_state->error);
    return {};
}

std::optional<Error> Residency::lastError() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->error;
}

std::shared_ptr<const BlockSchedule> Residency::current() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->current;
}

Result<std::shared_ptr<const BlockSchedule>> Residency::custom(std::vector<std::uint8_t> levels) const {
    const std::lock_guard lock(m_state->mutex);
    std::vector<std::uint8_t> resident = BlockSchedule::prefixLevels(*m_state->stack, m_state->loaded);
    if (levels.size() != resident.size())
        return fail(ErrorCode::InvalidArgument, "a schedule needs one level per tile");
    for (std::size_t tile = 0; tile < levels.size(); ++tile)
        if (levels[tile] > resident[tile])
            return fail(ErrorCode::InvalidArgument, "the schedule needs blocks that are not resident");
    return m_state->makeSchedule(std::move(levels), m_state->loaded);
}

void Residency::giveAway(const std::vector<bool>& matrices, std::size_t blocks) {
    State& state = *m_state;
    const std::lock_guard lock(state.mutex);
    std::vector<bool> fresh(state.copies.size(), false);
    bool any = false;
    for (std::size_t block = 0; block < std::min(blocks, state.loaded); ++block) {
        const bool isMarked = matrices[state.stack->blocks()[block].matrix] && !state.isWanted(block);
        if (!isMarked || state.copies[block] != Copy::Here) continue;
        state.copies[block] = Copy::Away;
        fresh[block] = any = true;
    }
    if (!any) return;
    state.discardAway(fresh);
    state.count();
}

Result<void> Residency::fetch(const BlockSchedule& schedule, const std::vector<bool>& matrices, std::size_t kept) {
    State& state = *m_state;
    std::unique_lock lock(state.mutex);
    const auto isNeeded = [&](std::size_t block) {
        return block >= kept || !matrices[state.stack->blocks()[block].matrix];
    };
    // What the loader has in hand, it finishes; the schedule keeps all of them.
    state.changed.wait(lock, [&] {
        for (std::size_t block = 0; block < schedule.residentBlocks(); ++block)
            if (state.copies[block] == Copy::Coming && isNeeded(block)) return false;
        return true;
    });
    const auto blocks = state.takeAway(schedule.residentBlocks(), std::numeric_limits<std::uint64_t>::max(), isNeeded);
    if (blocks.empty()) return {};
    lock.unlock();
    auto status = state.readAgain(blocks);
    lock.lock();
    state.finishReading(blocks, status ? Copy::Here : Copy::Away);
    return status;
}

Result<bool> Residency::prefetch(const std::vector<bool>& matrices, std::size_t blocks) {
    State& state = *m_state;
    const std::lock_guard lock(state.mutex);
    state.wanted = matrices;
    state.wantedBlocks = blocks;
    if (state.wantedError) return std::unexpected(*std::exchange(state.wantedError, std::nullopt));
    if (state.hasMissing()) {
        state.changed.notify_all();
        return false;
    }
    for (std::size_t block = 0; block < std::min(blocks, state.loaded); ++block)
        if (state.isWanted(block) && state.copies[block] == Copy::Coming) return false;
    return true;
}

std::uint64_t Residency::committedBytes() const noexcept {
    return m_state->committedBytes;
}

}  // namespace strata
