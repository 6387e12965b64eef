#include "core/base/cgroup.h"

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>

namespace strata {
namespace {

namespace fs = std::filesystem;

/// What the files of a controller are called, by version.
struct MemoryFiles {
    const char* limit;
    const char* used;
    std::string_view cacheField;  // in memory.stat; the pages the system would drop first
};
constexpr MemoryFiles kVersion1 = {"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr MemoryFiles kVersion2 = {"memory.max", "memory.current", "inactive_file"};

template <class T>
void lower(std::optional<T>& limit, T value) {
    limit = limit ? std::min(*limit, value) : value;
}

/// Nothing for "max" (version 2) and -1 (version 1), which both mean that there is no limit.
std::optional<std::uint64_t> readNumber(const fs::path& file) {
    std::ifstream stream(file);
    std::int64_t number = -1;
    if (!(stream >> number) || number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(number);
}

std::uint64_t readField(const fs::path& file, std::string_view field) {
    std::ifstream stream(file);
    std::string name;
    std::uint64_t value = 0;
    while (stream >> name >> value) {
        if (name == field) return value;
    }
    return 0;
}

void readMemory(const fs::path& group, const MemoryFiles& files, CgroupLimits& limits) {
    const auto limit = readNumber(group / files.limit);
    if (!limit) return;
    const std::uint64_t used = readNumber(group / files.used).value_or(0);
    const std::uint64_t cache = std::min(used, readField(group / "memory.stat", files.cacheField));
    const std::uint64_t taken = std::min(*limit, used - cache);
    lower(limits.memoryBytes, *limit);
    lower(limits.availableBytes, *limit - taken);
}

void lowerProcessors(CgroupLimits& limits, double quota, double period) {
    if (quota > 0 && period > 0) lower(limits.processors, quota / period);
}

void readProcessors2(const fs::path& group, CgroupLimits& limits) {
    std::ifstream stream(group / "cpu.max");
    double quota = 0;
    double period = 0;
    if (stream >> quota >> period) lowerProcessors(limits, quota, period);
}

void readProcessors1(const fs::path& group, CgroupLimits& limits) {
    const auto quota = readNumber(group / "cpu.cfs_quota_us");
    const auto period = readNumber(group / "cpu.cfs_period_us");
    if (quota && period) lowerProcessors(limits, static_cast<double>(*quota), static_cast<double>(*period));
}

/// Calls read(folder) for the group and all above it. A container often sees its own group mounted as the root while
/// its path is that of the host: folders that are not there are passed over on the way up.
template <class F>
void forGroupAndParents(const fs::path& mount, std::string_view group, F read) {
    fs::path relative = fs::path(group).relative_path();
    for (;;) {
        read(mount / relative);
        if (relative.empty()) return;
        relative = relative.parent_path();
    }
}

bool contains(std::string_view controllers, std::string_view name) {
    while (!controllers.empty()) {
        const std::size_t end = std::min(controllers.find(','), controllers.size());
        if (controllers.substr(0, end) == name) return true;
        controllers.remove_prefix(std::min(end + 1, controllers.size()));
    }
    return false;
}

/// One line is "ID:CONTROLLERS:PATH"; version 2 has no controllers.
void readMembership(const fs::path& root, std::string_view line, CgroupLimits& limits) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) return;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view group = line.substr(second + 1);
    if (controllers.empty()) {
        forGroupAndParents(root, group, [&](const fs::path& folder) {
            readMemory(folder, kVersion2, limits);
            readProcessors2(folder, limits);
        });
    }
    if (contains(controllers, "memory")) {
        forGroupAndParents(root / "memory", group,
                           [&](const fs::path& folder) { readMemory(folder, kVersion1, limits); });
    }
    if (contains(controllers, "cpu")) {
        forGroupAndParents(root / "cpu", group, [&](const fs::path& folder) { readProcessors1(folder, limits); });
    }
}

}  // namespace

CgroupLimits readCgroupLimits(const fs::path& root, const fs::path& membership) {
    CgroupLimits limits;
    std::ifstream stream(membership);
    for (std::string line; std::getline(stream, line);) readMembership(root, line, limits);
    return limits;
}

}  // namespace strata
