#include "core/base/system_info.h"

#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace strata {
namespace {

#if defined(__x86_64__) && defined(__linux__)

/// The flags the kernel lists: it removes those whose registers it does not save.
bool kernelLists(const std::string& flag) {
    std::ifstream stream("/proc/cpuinfo");
    for (std::string line; std::getline(stream, line);) {
        if (line.starts_with("flags")) return (line + " ").find(" " + flag + " ") != std::string::npos;
    }
    return false;
}

TEST(CpuFeatures, AgreeWithTheKernel) {
    const CpuFeatures& host = CpuFeatures::host();
    EXPECT_EQ(host.avx2, kernelLists("avx2") && kernelLists("fma") && kernelLists("f16c"));
    EXPECT_EQ(host.avxVnni, kernelLists("avx_vnni"));
    EXPECT_EQ(host.avx512,
              kernelLists("avx512f") && kernelLists("avx512bw") && kernelLists("avx512dq") && kernelLists("avx512vl"));
    EXPECT_EQ(host.avx512Vnni, kernelLists("avx512_vnni"));
    EXPECT_EQ(host.avx512Vbmi, kernelLists("avx512vbmi"));
    EXPECT_FALSE(host.neonDotprod);
}

#endif

TEST(SystemInfo, NamesTheProcessorInOneLine) {
    EXPECT_FALSE(cpuName().empty());
    EXPECT_EQ(cpuName().find('\n'), std::string::npos);
}

TEST(SystemInfo, CoresLieBetweenOneAndTheProcessorCount) {
    EXPECT_GE(usableCores(), 1u);
    EXPECT_LE(usableCores(), std::max(1u, std::thread::hardware_concurrency()));
}

TEST(SystemInfo, MemoryIsPlausible) {
    const SystemMemory memory = systemMemory();
    EXPECT_GT(memory.totalBytes, std::uint64_t{64} << 20);
    EXPECT_GT(memory.availableBytes, 0u);
    EXPECT_LE(memory.availableBytes, memory.totalBytes);
}

TEST(SystemInfo, ProcessMemoryFollowsAnAllocation) {
    constexpr std::size_t kBytes = std::size_t{64} << 20;
    const ProcessMemory before = processMemory();
    const auto block = std::make_unique_for_overwrite<char[]>(kBytes);
    std::memset(block.get(), 1, kBytes);
    const ProcessMemory during = processMemory();
    EXPECT_GE(before.residentBytes, before.anonymousBytes);
    EXPECT_GT(during.anonymousBytes, before.anonymousBytes + kBytes * 9 / 10);
    EXPECT_GT(during.residentBytes, before.residentBytes + kBytes * 9 / 10);
    EXPECT_GE(during.peakResidentBytes + (1 << 20), during.residentBytes);
}

}  // namespace
}  // namespace strata
