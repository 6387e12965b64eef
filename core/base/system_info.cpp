#include "core/base/system_info.h"

#include "core/base/cgroup.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include <sched.h>
#include <unistd.h>

// Everything here reads Linux's /proc and /sys. Elsewhere the files are missing, and each function gives what it can.

namespace strata {
namespace {

/// Value of "NAME:   123 kB" in bytes; 0 where the field is missing.
class FieldFile {
public:
    explicit FieldFile(const char* path) {
        std::ifstream stream(path);
        m_text.assign(std::istreambuf_iterator<char>(stream), {});
    }
    [[nodiscard]] std::uint64_t kibibytes(std::string_view name) const {
        const std::string_view value = text(name);
        std::uint64_t number = 0;
        for (const char digit : value) {
            if (digit < '0' || digit > '9') break;
            number = number * 10 + static_cast<std::uint64_t>(digit - '0');
        }
        return number * 1024;
    }
    [[nodiscard]] std::string_view text(std::string_view name) const {
        const std::string_view all = m_text;
        for (std::size_t line = 0; line < all.size(); line = std::min(all.find('\n', line), all.size()) + 1) {
            if (!all.substr(line).starts_with(name)) continue;
            const std::size_t begin = all.find_first_not_of(" \t:", line + name.size());
            if (begin == std::string_view::npos) return {};
            return all.substr(begin, all.find('\n', begin) - begin);
        }
        return {};
    }

private:
    std::string m_text;
};

/// Numbers of the logical processors this process may run on; empty where the system does not tell.
std::vector<int> allowedProcessors() {
    std::vector<int> allowed;
#ifdef __linux__
    // The call fails while the set is smaller than the kernel's own.
    for (int count = 1024; count <= 1 << 20; count *= 2) {
        std::vector<cpu_set_t> set(static_cast<std::size_t>(count) / CPU_SETSIZE);
        const std::size_t bytes = set.size() * sizeof(cpu_set_t);
        if (::sched_getaffinity(0, bytes, set.data()) != 0) continue;
        for (int processor = 0; processor < count; ++processor) {
            if (CPU_ISSET_S(static_cast<std::size_t>(processor), bytes, set.data())) allowed.push_back(processor);
        }
        break;
    }
#endif
    return allowed;
}

/// Names the physical core of a logical processor: the list of its hardware threads, or its own number.
std::string coreOf(int processor) {
    const std::string number = std::to_string(processor);
    std::ifstream stream("/sys/devices/system/cpu/cpu" + number + "/topology/thread_siblings_list");
    std::string siblings;
    return stream >> siblings ? siblings : number;
}

std::size_t allowedCores() {
    std::set<std::string> cores;
    for (const int processor : allowedProcessors()) cores.insert(coreOf(processor));
    return cores.empty() ? std::thread::hardware_concurrency() : cores.size();
}

}  // namespace

std::string cpuName() {
    const FieldFile info("/proc/cpuinfo");
    const std::string_view name = info.text("model name");
    return name.empty() ? "unknown processor" : std::string(name);
}

std::size_t pageBytes() noexcept {
    static const auto bytes = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return bytes;
}

std::size_t usableCores() noexcept {
    std::size_t cores = std::max<std::size_t>(allowedCores(), 1);
    if (const auto quota = readCgroupLimits().processors) {
        cores = std::min(cores, static_cast<std::size_t>(std::max(std::ceil(*quota), 1.0)));
    }
    return cores;
}

ProcessMemory processMemory() noexcept {
    const FieldFile status("/proc/self/status");
    return {status.kibibytes("VmRSS:"), status.kibibytes("RssAnon:"), status.kibibytes("VmHWM:")};
}

SystemMemory systemMemory() noexcept {
    const FieldFile info("/proc/meminfo");
    SystemMemory memory{info.kibibytes("MemTotal:"), info.kibibytes("MemAvailable:")};
    const CgroupLimits limits = readCgroupLimits();
    if (limits.memoryBytes) memory.totalBytes = std::min(memory.totalBytes, *limits.memoryBytes);
    if (limits.availableBytes) memory.availableBytes = std::min(memory.availableBytes, *limits.availableBytes);
    return memory;
}

}  // namespace strata
