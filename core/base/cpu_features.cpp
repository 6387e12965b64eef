#include "core/base/system_info.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#elif defined(__aarch64__) && defined(__APPLE__)
#include <sys/sysctl.h>
#endif

namespace strata {
namespace {

#if defined(__x86_64__)

struct Registers {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

/// Zeros where the processor does not know the leaf.
Registers cpuid(unsigned leaf, unsigned subleaf) noexcept {
    Registers registers;
    if (__get_cpuid_count(leaf, subleaf, &registers.eax, &registers.ebx, &registers.ecx, &registers.edx) == 0)
        return {};
    return registers;
}

bool bit(unsigned word, int position) noexcept {
    return (word >> position & 1u) != 0;
}

/// Register state the system saves on a task switch (XCR0). A processor may have AVX and a system not.
std::uint64_t savedState() noexcept {
    constexpr int kOsxsave = 27;
    if (!bit(cpuid(1, 0).ecx, kOsxsave)) return 0;
    unsigned low = 0;
    unsigned high = 0;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return std::uint64_t{high} << 32 | low;
}

// Intel, Architecture Instruction Set Extensions Programming Reference, chapter 1; bit numbers as listed there.
CpuFeatures detect() noexcept {
    constexpr std::uint64_t kAvxState = 0x06;     // xmm, ymm
    constexpr std::uint64_t kAvx512State = 0xe6;  // and opmask, upper zmm, zmm16-31
    const std::uint64_t saved = savedState();
    const bool ymm = (saved & kAvxState) == kAvxState;
    const bool zmm = (saved & kAvx512State) == kAvx512State;
    const Registers basic = cpuid(1, 0);
    const Registers leaf7 = cpuid(7, 0);
    const Registers leaf7b = leaf7.eax >= 1 ? cpuid(7, 1) : Registers{};
    const bool fma = bit(basic.ecx, 12);
    const bool f16c = bit(basic.ecx, 29);

    CpuFeatures features;
    features.avx2 = ymm && fma && f16c && bit(leaf7.ebx, 5);
    features.avxVnni = features.avx2 && bit(leaf7b.eax, 4);
    features.avx512 =
        features.avx2 && zmm && bit(leaf7.ebx, 16) && bit(leaf7.ebx, 17) && bit(leaf7.ebx, 30) && bit(leaf7.ebx, 31);
    features.avx512Vnni = features.avx512 && bit(leaf7.ecx, 11);
    features.avx512Vbmi = features.avx512 && bit(leaf7.ecx, 1);
    return features;
}

#elif defined(__aarch64__) && defined(__linux__)

CpuFeatures detect() noexcept {
    CpuFeatures features;
    features.neonDotprod = (::getauxval(AT_HWCAP) & HWCAP_ASIMDDP) != 0;
    features.neonI8mm = (::getauxval(AT_HWCAP2) & HWCAP2_I8MM) != 0;
    return features;
}

#elif defined(__aarch64__) && defined(__APPLE__)

/// Apple, "Determining instruction set characteristics": 1 where the feature is there, no such name in older systems.
bool hasFeature(const char* name) noexcept {
    int present = 0;
    std::size_t bytes = sizeof present;
    return ::sysctlbyname(name, &present, &bytes, nullptr, 0) == 0 && present != 0;
}

CpuFeatures detect() noexcept {
    CpuFeatures features;
    features.neonDotprod = hasFeature("hw.optional.arm.FEAT_DotProd");
    features.neonI8mm = hasFeature("hw.optional.arm.FEAT_I8MM");
    return features;
}

#else

CpuFeatures detect() noexcept {
    return {};
}

#endif

}  // namespace

const CpuFeatures& CpuFeatures::host() noexcept {
    static const CpuFeatures kHost = detect();
    return kHost;
}

}  // namespace strata
