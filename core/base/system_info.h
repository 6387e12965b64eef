// What this machine and this process are: processor features, cores, memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace strata {

struct CpuFeatures {
    bool avx2 = false;  ///< AVX2, FMA and F16C
    bool avxVnni = false;
    bool avx512 = false;  ///< F, BW, DQ, VL
    bool avx512Vnni = false;
    bool avx512Vbmi = false;
    bool neonDotprod = false;
    bool neonI8mm = false;
    [[nodiscard]] static const CpuFeatures& host() noexcept;
};

/// Model name as the system states it.
[[nodiscard]] std::string cpuName();

/// Physical cores this process may run on (affinity and cgroup quota considered), at least 1.
[[nodiscard]] std::size_t usableCores() noexcept;

/// Of the pages in which the system maps memory.
[[nodiscard]] std::size_t pageBytes() noexcept;

struct ProcessMemory {
    std::uint64_t residentBytes = 0;      ///< VmRSS
    std::uint64_t anonymousBytes = 0;     ///< RssAnon
    std::uint64_t peakResidentBytes = 0;  ///< VmHWM
};
[[nodiscard]] ProcessMemory processMemory() noexcept;

struct SystemMemory {
    std::uint64_t totalBytes = 0;      ///< MemTotal, or the cgroup's limit where that is lower
    std::uint64_t availableBytes = 0;  ///< MemAvailable, or what the cgroup's limit leaves where that is less
};
[[nodiscard]] SystemMemory systemMemory() noexcept;

}  // namespace strata
