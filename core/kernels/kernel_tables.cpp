// The one table that maps (operator, instruction set) to a function, and the one choice among its rows.
#include "core/base/system_info.h"
#include "core/kernels/kernels.h"
#include "core/kernels/operators.h"

#include <cstdlib>

namespace strata {
namespace {

struct Entry {
    Kernels kernels;
    bool (*runsOn)(const CpuFeatures& cpu);
};

#define STRATA_KERNEL_ROW(kernelName, isa, product)                                                                   \
    Kernels {                                                                                                         \
        .name = kernelName, .nestedProduct = isa::product, .nestedRow = reference::nestedRow,                         \
        .rotateQuantize = isa::rotateQuantize, .rotate = isa::rotate, .rotateInverse = isa::rotateInverse,            \
        .bitstackScratchBytes = reference::bitstackScratchBytes, .bitstackPrepare = isa::bitstackPrepare,             \
        .bitstackProduct = isa::bitstackProduct, .rmsNorm = isa::rmsNorm, .rope = isa::rope,                          \
        .siluMultiply = isa::siluMultiply, .geluMultiply = isa::geluMultiply, .add = isa::add, .toHalf = isa::toHalf, \
        .attention = isa::attention, .attentionScratch = isa::attentionScratch, .logSumExp = isa::logSumExp,          \
        .dot = isa::dot, .selectExperts = reference::selectExperts                                                    \
    }

#if defined(STRATA_KERNELS_X86)
bool hasAvx512(const CpuFeatures& cpu) {
    return cpu.avx2 && cpu.avx512 && cpu.avx512Vnni;
}
#endif

/// Fastest first.
constexpr Entry kTable[] = {
#if defined(STRATA_KERNELS_X86)
    {STRATA_KERNEL_ROW("avx512vbmi", avx512, nestedProductVbmi),
     [](const CpuFeatures& cpu) { return hasAvx512(cpu) && cpu.avx512Vbmi; }},
    {STRATA_KERNEL_ROW("avx512vnni", avx512, nestedProduct), hasAvx512},
    {STRATA_KERNEL_ROW("avxvnni", avx2, nestedProductVnni),
     [](const CpuFeatures& cpu) { return cpu.avx2 && cpu.avxVnni; }},
    {STRATA_KERNEL_ROW("avx2", avx2, nestedProduct), [](const CpuFeatures& cpu) { return cpu.avx2; }},
#endif
#if defined(STRATA_KERNELS_NEON)
    {STRATA_KERNEL_ROW("neoni8mm", neon, nestedProductI8mm),
     [](const CpuFeatures& cpu) { return cpu.neonDotprod && cpu.neonI8mm; }},
    {STRATA_KERNEL_ROW("neondotprod", neon, nestedProduct), [](const CpuFeatures& cpu) { return cpu.neonDotprod; }},
#endif
    {STRATA_KERNEL_ROW("reference", reference, nestedProduct), [](const CpuFeatures&) { return true; }},
};

#undef STRATA_KERNEL_ROW

}  // namespace

const Kernels* findKernels(std::string_view name) noexcept {
    for (const Entry& entry : kTable) {
        const bool family = (name == "avx512" || name == "neon") && entry.kernels.name.starts_with(name);
        const bool named = entry.kernels.name == name || family;
        if (named && entry.runsOn(CpuFeatures::host())) return &entry.kernels;
    }
    return nullptr;
}

Result<const Kernels*> chooseKernels() {
    const char* named = std::getenv("STRATA_KERNELS");
    if (named == nullptr || *named == '\0') return availableKernels().front();
    if (const Kernels* kernels = findKernels(std::string_view(named))) return kernels;
    return fail(ErrorCode::Unsupported,
                std::string("STRATA_KERNELS names '") + named + "', which is unknown or does not run on this processor",
                "unset STRATA_KERNELS");
}

std::vector<const Kernels*> availableKernels() {
    std::vector<const Kernels*> found;
    for (const Entry& entry : kTable)
        if (entry.runsOn(CpuFeatures::host())) found.push_back(&entry.kernels);
    return found;
}

}  // namespace strata
