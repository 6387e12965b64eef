// A model that starts from a slow disk. In an executable of its own, since its pread() is not the system's.
#include "core/model/session.h"
#include "tests/core/model/faulty_device.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <dlfcn.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace strata::test {
namespace {

/// Gives what it was allowed to give, and then no more until it is opened. Patience ends, so that a test fails rather
/// than stand still.
class Disk {
public:
    void allow(std::uint64_t bytes) {
        const std::lock_guard lock(m_mutex);
        m_isOpen = false;
        m_allowedBytes = bytes;
        m_givenBytes = 0;
    }
    void open() {
        const std::lock_guard lock(m_mutex);
        m_isOpen = true;
        m_opened.notify_all();
    }
    void give(std::size_t bytes) {
        std::unique_lock lock(m_mutex);
        const auto mayGive = [&] { return m_isOpen || m_givenBytes + bytes <= m_allowedBytes; };
        if (!m_opened.wait_for(lock, std::chrono::seconds(60), mayGive)) m_isOpen = m_wasImpatient = true;
        m_givenBytes += bytes;
        if (m_watched == std::this_thread::get_id()) m_watchedBytes += bytes;
    }
    /// Counts what the calling thread is given, from here on.
    void watchThisThread() {
        const std::lock_guard lock(m_mutex);
        m_watched = std::this_thread::get_id();
        m_watchedBytes = 0;
    }
    [[nodiscard]] std::uint64_t watchedBytes() {
        const std::lock_guard lock(m_mutex);
        return m_watchedBytes;
    }
    [[nodiscard]] std::uint64_t givenBytes() {
        const std::lock_guard lock(m_mutex);
        return m_givenBytes;
    }
    [[nodiscard]] bool wasImpatient() {
        const std::lock_guard lock(m_mutex);
        return m_wasImpatient;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_opened;
    bool m_isOpen = true;
    bool m_wasImpatient = false;
    std::uint64_t m_allowedBytes = 0;
    std::uint64_t m_givenBytes = 0;
    std::thread::id m_watched;
    std::uint64_t m_watchedBytes = 0;
};

Disk& disk() {
    static Disk only;
    return only;
}

TinyOptions model() {
    return {.layers = 16, .embedding = 256, .feedForward = 768, .contextLength = 512, .seed = 3, .endsTurns = false};
}

TEST(SlowDisk, TheFirstTokenComesBeforeHalfOfTheFileAndTheRestStreamsIn) {
    const TemporaryFolder folder;
    const auto path = folder / "model.strata";
    const TinyModel tiny(model());
    ASSERT_TRUE(tiny.writeStack(path));
    const std::uint64_t fileBytes = std::filesystem::file_size(path);
    disk().allow(fileBytes / 2);
    const auto stack = StackFile::open(path);
    ASSERT_TRUE(stack);
    SessionOptions options{.threads = 2};
    options.loadInBackground = true;
    const auto opened = Session::open(*stack, options);
    ASSERT_TRUE(opened) << opened.error().message();
    Session& session = **opened;
    std::uint64_t weightsThen = 0;
    std::uint64_t givenThen = 0;
    std::size_t settledAt = 0;
    const auto sink = [&](std::string_view, std::size_t tokens) {
        if (tokens == 1) {
            weightsThen = session.use().weightBytes;
            givenThen = disk().givenBytes();
            disk().open();
        }
        // The answer goes on until everything is there, and a little longer.
        if (settledAt == 0 && session.isSettled().value_or(false)) settledAt = tokens;
        return settledAt == 0 || tokens < settledAt + 4;
    };
    GenerateOptions endless;
    endless.sampling.temperature = 0;
    endless.ignoreEndOfTurn = true;
    const auto answer = session.generate(tiny.randomIds(100, 1), endless, sink);
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_FALSE(disk().wasImpatient());
    EXPECT_GT(weightsThen, 0U);
    EXPECT_LE(givenThen, fileBytes / 2);
    ASSERT_TRUE(session.waitUntilSettled());
    EXPECT_GE(session.use().weightBytes, (*stack)->weightBytes((*stack)->availableBlocks()));
    EXPECT_GT(answer->trace.residentBlocks.back(), answer->trace.residentBlocks.front());
}

TEST(SlowDisk, WhatIsNotKnownToMakeSenseDoesNotAnswer) {
    const TemporaryFolder folder;
    const auto path = folder / "model.strata";
    const TinyModel tiny(model());
    constexpr std::uint32_t kUseful = 160;
    const auto withCurve = [](StackContents& contents) {
        contents.curve = {{1, 1, 90, 3, 0.1F}, {2, kUseful, 40, 1, 0.7F}, {3, 2 * kUseful, 30, 0.5F, 0.9F}};
    };
    ASSERT_TRUE(tiny.writeStack(path, withCurve));
    const auto stack = StackFile::open(path);
    ASSERT_TRUE(stack);
    ASSERT_LT((*stack)->floorBlocks(), kUseful);
    EXPECT_EQ((*stack)->usefulBlocks(), kUseful);
    SessionOptions options{.threads = 2};
    options.loadInBackground = true;
    // No more than these, in whole chunks.
    disk().allow((*stack)->weightBytes(kUseful) + 1);
    const auto session = Session::open(*stack, options);
    ASSERT_TRUE(session) << session.error().message();
    disk().open();
    EXPECT_FALSE(disk().wasImpatient());
    GenerateOptions one;
    one.maximumTokens = 1;
    const auto answer = (*session)->generate(tiny.randomIds(10, 1), one);
    ASSERT_TRUE(answer);
    EXPECT_GE(answer->trace.residentBlocks.front(), kUseful);
    // A budget below them is kept to.
    options.budgetBytes = (*session)->floorBytes();
    const auto least = Session::open(*stack, options);
    ASSERT_TRUE(least) << least.error().message();
    EXPECT_LE((*least)->use().total(), options.budgetBytes);
}

TEST(SlowDisk, WhoClosesAModelDoesNotWaitForAllOfIt) {
    const TemporaryFolder folder;
    const auto path = folder / "model.strata";
    ASSERT_TRUE(TinyModel(model()).writeStack(path));
    const std::uint64_t fileBytes = std::filesystem::file_size(path);
    disk().allow(fileBytes / 4);
    const auto stack = StackFile::open(path);
    ASSERT_TRUE(stack);
    SessionOptions options{.threads = 2};
    options.loadInBackground = true;
    auto session = Session::open(*stack, options);
    ASSERT_TRUE(session) << session.error().message();
    // Long after the closing has begun.
    const std::jthread opening([] {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        disk().open();
    });
    session->reset();
    EXPECT_FALSE(disk().wasImpatient());
    EXPECT_LT(disk().givenBytes(), fileBytes * 3 / 4);
}

/// The exception: the cache needs room on the device that the loader could not make in time.
TEST(SlowDisk, AGrowingCacheThatCannotWaitTakesItsRoomAtOnce) {
    const TemporaryFolder folder;
    const auto path = folder / "model.strata";
    TinyOptions longer = model();
    longer.contextLength = 4096;
    const TinyModel tiny(longer);
    ASSERT_TRUE(tiny.writeStack(path));
    disk().open();
    ThreadPool pool(1);
    const auto faults = std::make_shared<Faults>();
    const auto open = [&](bool onDevice, std::uint64_t deviceBudget) {
        SessionOptions options{.threads = 1, .prefillBatch = 1, .deviceBudgetBytes = deviceBudget};
        options.speculation = Speculation::Off;
        if (onDevice) options.makeBackend = [&] { return std::make_unique<FaultyDevice>(pool, faults); };
        return *Session::open(*StackFile::open(path), options);
    };
    GenerateOptions greedy{.sampling = {.temperature = 0}, .maximumTokens = 220, .stopStrings = {}};
    greedy.ignoreEndOfTurn = true;
    const auto prompt = tiny.randomIds(900, 1);
    const auto expected = open(false, 0)->generate(prompt, greedy);
    // Seventeen pages of the cache, and not one more, which position 1089 begins.
    const std::uint64_t page = tiny.options().layers * 2 * kKvPageTokens * 2 * 16 * sizeof(Half);
    const std::uint64_t budget = open(true, MemoryBudget::kUnlimited)->use().deviceBytes + 35 * page / 2;
    const auto session = open(true, budget);
    std::size_t unsettled = 0, movedBefore = 0;
    const auto sink = [&](std::string_view, std::size_t tokens) {
        EXPECT_LE(session->use().deviceBytes, budget) << tokens;
        if (tokens == 1) disk().allow(0);  // before it has begun
        if (!session->isSettled().value_or(false) && tokens < 189) ++unsettled;
        if (tokens != 189) return true;  // the next position is number 1089
        movedBefore = faults->layersMoved;
        disk().open();
        return true;
    };
    const auto answer = session->generate(prompt, greedy, sink);
    ASSERT_TRUE(answer && expected);
    EXPECT_EQ(answer->tokens, expected->tokens);
    EXPECT_GT(unsettled, 100U) << "it had begun in time";
    EXPECT_EQ(movedBefore, 0U);
    EXPECT_GT(faults->layersMoved, 0U);
    EXPECT_FALSE(disk().wasImpatient());
    EXPECT_TRUE(session->takeNotices().empty());
}

/// What has been given away is read again by the loader, however long that takes: the answer goes on meanwhile.
TEST(SlowDisk, LayersThatLeaveADeviceAreNotWaitedFor) {
    const TemporaryFolder folder;
    const auto path = folder / "model.strata";
    const TinyModel tiny(model());
    ASSERT_TRUE(tiny.writeStack(path));
    disk().open();
    ThreadPool pool(1);
    const auto faults = std::make_shared<Faults>();
    const auto open = [&](bool onDevice) {
        SessionOptions options{.threads = 1};
        if (onDevice) options.makeBackend = [&] { return std::make_unique<FaultyDevice>(pool, faults); };
        return *Session::open(*StackFile::open(path), options);
    };
    GenerateOptions greedy{.sampling = {.temperature = 0}, .maximumTokens = 150, .stopStrings = {}};
    greedy.ignoreEndOfTurn = true;
    const auto prompt = tiny.randomIds(20, 1);
    const auto expected = open(false)->generate(prompt, greedy);
    const auto session = open(true);
    const std::uint64_t all = session->use().deviceBytes;
    std::size_t moved = 0, settledAt = 0;
    const auto sink = [&](std::string_view, std::size_t tokens) {
        if (tokens == 5) {
            disk().allow(0);
            disk().watchThisThread();
            session->setDeviceBudget(all / 3);
        }
        if (tokens == 40) {
            moved = faults->layersMoved;
            disk().open();
        }
        const bool isSettled = session->isSettled().value_or(false);
        if (settledAt == 0 && tokens > 6 && isSettled) settledAt = tokens;
        if (tokens > 40 && !isSettled) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return true;
    };
    const auto answer = session->generate(prompt, greedy, sink);
    ASSERT_TRUE(answer && expected);
    EXPECT_EQ(answer->tokens, expected->tokens);
    EXPECT_FALSE(disk().wasImpatient()) << "no token waited for the disk";
    EXPECT_EQ(moved, 0U) << "nothing can leave before its blocks are there";
    EXPECT_GT(settledAt, 40U);
    EXPECT_EQ(disk().watchedBytes(), 0U) << "the loader reads, not who answers";
    EXPECT_GT(faults->layersMoved, 8U);
    EXPECT_LE(session->use().deviceBytes, all / 3);
}

}  // namespace

void countRead(std::size_t bytes) {
    disk().give(bytes);
}

}  // namespace strata::test

extern "C" ssize_t pread(int descriptor, void* into, std::size_t bytes, off_t offset) {
    static const auto system = reinterpret_cast<decltype(&pread)>(dlsym(RTLD_NEXT, "pread"));
    strata::test::countRead(bytes);
    return system(descriptor, into, bytes, offset);
}
