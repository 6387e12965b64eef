// How much memory the system could give, and how hard it is pressed for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace strata {

/// Pressure stall information of Linux: the share of the last ten seconds, in percent, in which some (or all) tasks
/// waited for memory. 0 where the system does not measure it.
struct MemoryPressure {
    double someAvg10 = 0;
    double fullAvg10 = 0;
};

struct MemorySample {
    std::uint64_t availableBytes = 0;  ///< what the machine could give now without swapping
    /// What the limits of this process's control groups leave; nullopt = there are none.
    std::optional<std::uint64_t> limitLeavesBytes = {};
    MemoryPressure pressure = {};  ///< the higher of the machine's and the control group's
};

/// Where samples come from; simulated in tests. Calls may read files.
class MemorySource {
public:
    virtual ~MemorySource() = default;
    [[nodiscard]] virtual MemorySample sample() = 0;
};

/// /proc/meminfo, /proc/pressure/memory, and the limits and memory.pressure of this process's control groups (versions
/// 1 and 2). A file that is missing means: no limit, no pressure; without /proc/meminfo nothing is available. Thread
/// contract: one thread at a time.
class SystemMemorySource : public MemorySource {
public:
    struct Paths {
        std::filesystem::path memoryInfo = "/proc/meminfo";
        std::filesystem::path pressure = "/proc/pressure/memory";
        std::filesystem::path membership = "/proc/self/cgroup";
        std::filesystem::path groups = "/sys/fs/cgroup";
    };
    SystemMemorySource();
    explicit SystemMemorySource(Paths paths);
    [[nodiscard]] MemorySample sample() override;

private:
    [[nodiscard]] MemoryPressure pressure() const;
    Paths m_paths;
};

}  // namespace strata
