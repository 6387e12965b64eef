#include "core/stack/memory_source.h"

#include "core/stack/memory_governor.h"
#include "tests/core/base/folder_test.h"

#include <cstring>
#include <fstream>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata {
namespace {

namespace fs = std::filesystem;

class MemorySourceTest : public test::FolderTest {
protected:
    void put(const std::string& file, std::string_view text) const {
        fs::create_directories((folder() / file).parent_path());
        std::ofstream(folder() / file) << text << "\n";
    }
    [[nodiscard]] MemorySample sample() const {
        return SystemMemorySource({.memoryInfo = folder() / "meminfo",
                                   .pressure = folder() / "pressure",
                                   .membership = folder() / "membership",
                                   .groups = folder() / "groups"})
            .sample();
    }
};

TEST_F(MemorySourceTest, ReadsWhatTheSystemSays) {
    put("meminfo", "MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:    8000000 kB");
    put("pressure", "some avg10=12.34 avg60=1.00 avg300=0.00 total=5\nfull avg10=3.50 avg60=0.00 avg300=0.00 total=2");
    const MemorySample sample = this->sample();
    EXPECT_EQ(sample.availableBytes, 8'192'000'000u);
    EXPECT_FALSE(sample.limitLeavesBytes);
    EXPECT_DOUBLE_EQ(sample.pressure.someAvg10, 12.34);
    EXPECT_DOUBLE_EQ(sample.pressure.fullAvg10, 3.5);
}

TEST_F(MemorySourceTest, TakesTheHigherPressureAndTheGroupsLimit) {
    put("meminfo", "MemAvailable:    8000000 kB");
    put("pressure", "some avg10=2.00 avg60=0 avg300=0 total=0\nfull avg10=1.00 avg60=0 avg300=0 total=0");
    put("membership", "0::/app/strata");
    put("groups/app/strata/memory.pressure",
        "some avg10=40.00 avg60=0 avg300=0 total=0\nfull avg10=0.50 avg60=0 avg300=0 total=0");
    put("groups/app/strata/memory.max", "1000");
    put("groups/app/strata/memory.current", "700");
    const MemorySample sample = this->sample();
    EXPECT_EQ(sample.limitLeavesBytes, 300u);
    EXPECT_DOUBLE_EQ(sample.pressure.someAvg10, 40);
    EXPECT_DOUBLE_EQ(sample.pressure.fullAvg10, 1);
}

TEST_F(MemorySourceTest, MissingAndDamagedFilesAreNoPressure) {
    EXPECT_EQ(sample().availableBytes, 0u);
    put("meminfo", "MemAvailable: lots");
    put("pressure", "some avg10=nonsense\nfull\n\n\x01\x02");
    put("membership", "0:\n::\n0::/\nnonsense");
    const MemorySample sample = this->sample();
    EXPECT_EQ(sample.availableBytes, 0u);
    EXPECT_EQ(sample.pressure.someAvg10, 0);
    EXPECT_FALSE(sample.limitLeavesBytes);
}

TEST_F(MemorySourceTest, ThisMachineHasMemory) {
    if (!fs::exists("/proc/meminfo")) GTEST_SKIP() << "no /proc/meminfo here";
    const MemorySample sample = SystemMemorySource().sample();
    EXPECT_GT(sample.availableBytes, 0u);
    EXPECT_GE(sample.pressure.someAvg10, 0);
    EXPECT_LE(sample.pressure.someAvg10, 100);
}

constexpr std::uint64_t kMb = 1'000'000;
constexpr std::uint64_t kLimit = 300 * kMb;

/// A control group below that of this process, with a limit; no path where the system does not allow it.
class LimitedGroup {
public:
    LimitedGroup() {
        std::ifstream stream("/proc/self/cgroup");
        for (std::string line; std::getline(stream, line);) {
            const std::size_t colon = line.rfind(':');
            const fs::path group = fs::path(line.substr(colon + 1)).relative_path();
            if (line.find(":memory:") != std::string::npos)
                attempt("/sys/fs/cgroup/memory" / group, "memory.limit_in_bytes");
            if (line.starts_with("0::")) attempt("/sys/fs/cgroup" / group, "memory.max");
        }
    }
    ~LimitedGroup() {
        std::error_code ignored;
        if (!m_path.empty()) fs::remove(m_path, ignored);
    }
    LimitedGroup(const LimitedGroup&) = delete;
    LimitedGroup& operator=(const LimitedGroup&) = delete;
    [[nodiscard]] bool exists() const { return !m_path.empty(); }
    [[nodiscard]] bool add(pid_t process) const {
        std::ofstream file(m_path / "cgroup.procs");
        return static_cast<bool>(file << process << std::flush);
    }

private:
    void attempt(const fs::path& parent, const char* limit) {
        const fs::path path = parent / ("strata-test-" + std::to_string(::getpid()));
        std::error_code error;
        if (!m_path.empty() || !fs::is_directory(parent, error) || !fs::create_directory(path, error)) return;
        std::ofstream file(path / limit);
        if (file << kLimit << std::flush)
            m_path = path;
        else
            fs::remove(path, error);
    }
    fs::path m_path;
};

/// Memory that is really there; gives its end back when it shrinks.
class Hoard {
public:
    explicit Hoard(std::size_t size)
        : m_bytes(::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)), m_size(size) {
        std::memset(m_bytes, 1, size);
    }
    ~Hoard() { ::munmap(m_bytes, m_size); }
    Hoard(const Hoard&) = delete;
    Hoard& operator=(const Hoard&) = delete;
    void shrink(std::size_t size) {
        size = size / 4096 * 4096;
        ::munmap(static_cast<char*>(m_bytes) + size, m_size - size);
        m_size = size;
    }
    [[nodiscard]] std::size_t size() const { return m_size; }

private:
    void* m_bytes;
    std::size_t m_size;
};

/// Runs in the group. The exit code numbers the check that failed; 0 = none.
int giveWayInTheGroup() {
    SystemMemorySource source;
    MemoryGovernor governor({.emergencyBytes = 100 * kMb, .deadBandBytes = 10 * kMb});
    Hoard hoard(240 * kMb);
    const MemorySample before = source.sample();
    if (!before.limitLeavesBytes || *before.limitLeavesBytes > kLimit - hoard.size()) return 1;
    const MemoryNeed need{hoard.size(), 20 * kMb, 400 * kMb};
    const MemoryDecision decision = governor.decide(std::chrono::milliseconds(0), before, need);
    if (decision.reason != MemoryReason::ControlGroup) return 2;
    if (decision.targetBytes > 200 * kMb || decision.targetBytes < 100 * kMb) return 3;
    hoard.shrink(decision.targetBytes);
    const MemorySample after = source.sample();
    // Kernels count in batches; a few megabytes either way are theirs.
    if (!after.limitLeavesBytes || *after.limitLeavesBytes < 80 * kMb) return 4;
    return 0;
}

TEST(MemoryGovernorInAControlGroup, StaysBelowTheLimit) {
    const LimitedGroup group;
    if (!group.exists()) GTEST_SKIP() << "this process may not make a control group with a memory limit";
    int gate[2];
    ASSERT_EQ(::pipe(gate), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        char go = 0;
        const bool isReady = ::read(gate[0], &go, 1) == 1 && go == 'g';
        ::_exit(isReady ? giveWayInTheGroup() : 99);
    }
    const bool added = group.add(child);
    EXPECT_EQ(::write(gate[1], added ? "g" : "x", 1), 1);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ::close(gate[0]);
    ::close(gate[1]);
    if (!added) GTEST_SKIP() << "the control group takes no process";
    ASSERT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "see giveWayInTheGroup()";
}

}  // namespace
}  // namespace strata
