#include "core/base/system_info.h"
#include "tests/core/kernels/kernel_fixture.h"

#include <cstdlib>

namespace strata::test {
namespace {

/// Sets STRATA_KERNELS for one scope.
class Forced {
public:
    explicit Forced(const char* name) {
        const char* before = std::getenv("STRATA_KERNELS");
        if (before != nullptr) m_before = before;
        setenv("STRATA_KERNELS", name, 1);
    }
    Forced(const Forced&) = delete;
    Forced& operator=(const Forced&) = delete;
    ~Forced() {
        if (m_before.empty())
            unsetenv("STRATA_KERNELS");
        else
            setenv("STRATA_KERNELS", m_before.c_str(), 1);
    }

private:
    std::string m_before;
};

using KernelChoiceOf = EveryKernel;

TEST_P(KernelChoiceOf, IsWhatTheEnvironmentNames) {
    const Forced forced(GetParam());
    const auto chosen = chooseKernels();
    ASSERT_TRUE(chosen) << chosen.error().message();
    EXPECT_EQ((*chosen)->name, GetParam());
    EXPECT_EQ(*chosen, &kernels());
}

STRATA_FOR_EVERY_KERNEL(KernelChoiceOf);

TEST(KernelChoice, ANameGivesThatInstructionSet) {
    EXPECT_EQ(findKernels("reference")->name, "reference");
    const CpuFeatures& cpu = CpuFeatures::host();
    const Kernels* avx2 = findKernels("avx2");
    ASSERT_EQ(avx2 != nullptr, cpu.avx2);
    if (avx2 != nullptr) {
        EXPECT_EQ(avx2->name, "avx2");
    }
    const Kernels* avx512 = findKernels("avx512");
    ASSERT_EQ(avx512 != nullptr, cpu.avx2 && cpu.avx512 && cpu.avx512Vnni);
    if (avx512 != nullptr) {
        EXPECT_EQ(avx512->name, cpu.avx512Vbmi ? "avx512vbmi" : "avx512vnni");
    }
    const Kernels* neon = findKernels("neon");
    ASSERT_EQ(neon != nullptr, cpu.neonDotprod);
    if (neon != nullptr) {
        EXPECT_EQ(neon->name, cpu.neonI8mm ? "neoni8mm" : "neondotprod");
    }
}

TEST(KernelChoice, AnUnknownNameIsAnError) {
    EXPECT_EQ(findKernels("avx1024"), nullptr);
    const Forced forced("avx1024");
    const auto chosen = chooseKernels();
    ASSERT_FALSE(chosen);
    EXPECT_EQ(chosen.error().code, ErrorCode::Unsupported);
    EXPECT_NE(chosen.error().message().find("avx1024"), std::string::npos);
}

TEST(KernelChoice, AnEmptySettingIsAutomatic) {
    const Forced forced("");
    EXPECT_EQ(chooseKernels().value(), availableKernels().front());
    EXPECT_EQ(availableKernels().back()->name, "reference");
}

TEST(KernelChoice, EveryTableIsComplete) {
    for (const Kernels* kernels : availableKernels()) {
        SCOPED_TRACE(kernels->name);
        EXPECT_TRUE(kernels->nestedProduct && kernels->nestedRow && kernels->rotateQuantize && kernels->rotate &&
                    kernels->rotateInverse && kernels->bitstackScratchBytes && kernels->bitstackPrepare &&
                    kernels->bitstackProduct && kernels->rmsNorm && kernels->rope && kernels->siluMultiply &&
                    kernels->geluMultiply && kernels->add && kernels->toHalf && kernels->attention &&
                    kernels->attentionScratch && kernels->logSumExp);
    }
}

}  // namespace
}  // namespace strata::test
