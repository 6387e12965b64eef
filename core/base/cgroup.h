// Limits that containers and service managers put on this process (Linux control groups, versions 1 and 2).
// For system_info.cpp; apart for its tests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace strata {

struct CgroupLimits {
    std::optional<std::uint64_t> memoryBytes;  ///< the lowest limit on the way up to the root
    std::optional<std::uint64_t>
        availableBytes;                ///< the least that any of these limits leaves; page cache counts as free
    std::optional<double> processors;  ///< the lowest processor quota
};

/// Reads the limits of the groups listed in `membership`. Missing files mean no limit; so does any other system.
[[nodiscard]] CgroupLimits readCgroupLimits(const std::filesystem::path& root = "/sys/fs/cgroup",
                                            const std::filesystem::path& membership = "/proc/self/cgroup");

}  // namespace strata
