// How long readers take. The bounds are those of the product, with room for a loaded machine.
#include "core/io/gguf.h"
#include "tests/core/io/io_support.h"
#include "tests/core/io/large_models.h"

#include <algorithm>
#include <chrono>
#include <functional>

#include <gtest/gtest.h>

namespace strata {
namespace {

/// The fastest of five runs.
double bestMilliseconds(const std::function<void()>& work) {
    double best = 1e300;
    for (int run = 0; run < 5; ++run) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
        best = std::min(best, elapsed.count());
    }
    return best;
}

TEST(GgufTiming, AFileOf16GigabytesOpensInMilliseconds) {
    const test::TemporaryFolder folder;
    const auto path = folder / "huge.gguf";
    if (!writeSparseModel(path)) GTEST_SKIP() << "no sparse files of 16 GB here";
    const double elapsed = bestMilliseconds([&] { ASSERT_TRUE(GgufFile::open(path)); });
    RecordProperty("milliseconds", std::to_string(elapsed));
    EXPECT_LT(elapsed, 10);
}

TEST(GgufTiming, AVocabularyOf280000TokensIsReadInMilliseconds) {
    const auto header = headerOf(manyTokens());
    const double elapsed = bestMilliseconds([&] { ASSERT_TRUE(GgufFile::parse(header)); });
    RecordProperty("milliseconds", std::to_string(elapsed));
    EXPECT_LT(elapsed, 20);
}

TEST(GgufTiming, ExpansionKeepsUpWithADisk) {
    constexpr std::size_t kElements = 1u << 22;
    std::vector<float> values(kElements);
    for (const GgmlType type : {GgmlType::F16, GgmlType::Q4_1, GgmlType::Q8_0, GgmlType::Q3_K, GgmlType::Q4_K,
                                GgmlType::Q6_K, GgmlType::IQ4_XS, GgmlType::TQ1_0}) {
        const GgmlTypeSize size = *ggmlTypeSize(type);
        const std::vector<std::byte> bytes(kElements / size.elements * size.bytes, std::byte{0x35});
        const double elapsed = bestMilliseconds([&] { ASSERT_TRUE(dequantize(type, bytes, values)); });
        const double millionsPerSecond = kElements / elapsed / 1e3;
        RecordProperty(ggmlTypeName(type), std::to_string(millionsPerSecond) + " million elements/s");
        EXPECT_GT(millionsPerSecond, 100) << ggmlTypeName(type);
    }
}

}  // namespace
}  // namespace strata
