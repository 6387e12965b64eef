#include "core/stack/memory_source.h"

#include "core/base/cgroup.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <string>

namespace strata {
namespace {

namespace fs = std::filesystem;

std::uint64_t availableIn(const fs::path& memoryInfo) {
    std::ifstream stream(memoryInfo);
    std::uint64_t kibibytes = 0;
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with("MemAvailable:")) kibibytes = std::strtoull(line.c_str() + 13, nullptr, 10);
    return kibibytes * 1024;
}

/// Lines are "some avg10=0.00 avg60=0.00 avg300=0.00 total=0".
void raise(MemoryPressure& pressure, const fs::path& file) {
    std::ifstream stream(file);
    std::string kind;
    std::string average;
    while (stream >> kind >> average && average.starts_with("avg10=")) {
        double percent = 0;
        std::from_chars(average.data() + 6, average.data() + average.size(), percent);
        double& field = kind == "full" ? pressure.fullAvg10 : pressure.someAvg10;
        field = std::max(field, percent);
        stream.ignore(1 << 10, '\n');
    }
}

}  // namespace

SystemMemorySource::SystemMemorySource() : SystemMemorySource(Paths()) {}

SystemMemorySource::SystemMemorySource(Paths paths) : m_paths(std::move(paths)) {}

MemorySample SystemMemorySource::sample() {
    MemorySample sample;
    sample.availableBytes = availableIn(m_paths.memoryInfo);
    sample.limitLeavesBytes = readCgroupLimits(m_paths.groups, m_paths.membership).availableBytes;
    sample.pressure = pressure();
    return sample;
}

MemoryPressure SystemMemorySource::pressure() const {
    MemoryPressure pressure;
    raise(pressure, m_paths.pressure);
    // Only version 2 ("0::PATH") measures groups; beside version 1 it is mounted in a folder of its own.
    std::ifstream stream(m_paths.membership);
    for (std::string line; std::getline(stream, line);) {
        if (!line.starts_with("0::/")) continue;
        for (const char* mount : {"", "unified"})
            raise(pressure, m_paths.groups / mount / line.substr(4) / "memory.pressure");
    }
    return pressure;
}

}  // namespace strata
