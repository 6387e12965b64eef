// What the kernel tests share: the tables under test by name, random matrices with their codes kept beside their
// planes.
#pragma once

#include "core/base/random.h"
#include "core/kernels/kernels.h"
#include "core/kernels/pack.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace strata::test {

/// Runs a case once per table; one that this processor lacks is skipped, visibly.
class EveryKernel : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        m_kernels = findKernels(std::string_view(GetParam()));
        if (m_kernels == nullptr) GTEST_SKIP() << "this processor cannot run " << GetParam();
    }
    [[nodiscard]] const Kernels& kernels() const { return *m_kernels; }
    [[nodiscard]] static const Kernels& reference() { return *findKernels("reference"); }

private:
    const Kernels* m_kernels = nullptr;
};

#define STRATA_FOR_EVERY_KERNEL(Suite)                                                                          \
    INSTANTIATE_TEST_SUITE_P(                                                                                   \
        Kernels, Suite,                                                                                         \
        testing::Values("reference", "avx2", "avxvnni", "avx512vnni", "avx512vbmi", "neondotprod", "neoni8mm"), \
        [](const auto& tested) { return std::string(tested.param); })

inline std::vector<float> randomFloats(Random& random, std::size_t count, double spread = 1) {
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(spread * random.normal());
    return values;
}

inline std::vector<Half> randomHalves(Random& random, std::size_t count, double spread = 1) {
    std::vector<Half> values(count);
    for (Half& value : values) value = toHalf(static_cast<float>(spread * random.normal()));
    return values;
}

inline std::int8_t randomByte(Random& random, int lowest) {
    return static_cast<std::int8_t>(lowest + static_cast<int>(random.next() % static_cast<unsigned>(128 - lowest)));
}

/// A matrix of random codes, tables and scales at one level.
struct NestedMatrix {
    std::size_t rows;
    std::size_t columns;
    std::vector<std::uint8_t> codes;
    std::vector<std::vector<std::uint32_t>> planes;
    std::vector<Half> rowScales;
    LevelTable table;

    NestedMatrix(std::size_t rowCount, std::size_t columnCount, unsigned level, std::uint64_t seed,
                 bool extreme = false)
        : rows(rowCount), columns(columnCount), codes(rowCount * columnCount) {
        Random random(seed);
        table.planes = level;
        table.step = 0.00390625F * static_cast<float>(0.5 + random.uniform());
        for (std::size_t code = 0; code < (std::size_t{1} << level); ++code) {
            table.high[code] = extreme ? std::int8_t{-127} : randomByte(random, -127);
            if (level > 6) table.low[code] = extreme ? std::int8_t{-128} : randomByte(random, -128);
        }
        if (extreme) table.high[0] = 127;
        for (std::uint8_t& code : codes)
            code = static_cast<std::uint8_t>(extreme ? (1U << level) - 1 : random.next() >> (64 - level));
        rowScales = randomHalves(random, paddedRows(rows), 0.1);
        pack(level);
    }

    /// Makes value(~code) = -value(code), as the codec's tables are, with the extremes of either part among the values.
    void mirror() {
        const std::size_t codeCount = std::size_t{1} << table.planes, half = codeCount / 2;
        for (std::size_t code = half; code < codeCount; ++code) {
            table.high[code] = static_cast<std::int8_t>(code % 5 == 0 ? 127 : (table.high[code] & 127) | 1);
            if (table.planes > 6 && code % 3 == 0) table.low[code] = -128;
            const bool isLowest = table.low[code] == -128;
            table.high[codeCount - 1 - code] = static_cast<std::int8_t>((isLowest ? 1 : 0) - table.high[code]);
            table.low[codeCount - 1 - code] = static_cast<std::int8_t>(isLowest ? -128 : -table.low[code]);
        }
    }

    void pack(unsigned level) {
        planes.assign(level, std::vector<std::uint32_t>(planeBytes(rows, columns) / 4));
        std::vector<std::byte*> out;
        for (auto& plane : planes) out.push_back(reinterpret_cast<std::byte*>(plane.data()));
        packPlanes(codes.data(), rows, columns, out);
    }

    [[nodiscard]] NestedTile tile() const {
        NestedTile result;
        for (std::size_t plane = 0; plane < planes.size(); ++plane) result.planes[plane] = planes[plane].data();
        result.rowScales = rowScales.data();
        result.table = &table;
        result.level = static_cast<unsigned>(planes.size());
        result.rows = rows;
        result.columns = columns;
        return result;
    }

    /// Weight by definition, from the code.
    [[nodiscard]] double weight(std::size_t row, std::size_t column) const {
        const std::size_t code = codes[row * columns + column];
        return static_cast<double>(table.step) * (256.0 * table.high[code] + table.low[code]) *
               static_cast<double>(toFloat(rowScales[row]));
    }
};

struct Tokens {
    std::size_t stride;
    std::vector<std::int8_t> values;
    std::vector<std::int8_t> fine;
    std::vector<float> scales;
    std::vector<std::int32_t> sums;
    std::vector<std::int32_t> fineSums;

    Tokens(std::size_t count, std::size_t columns, std::uint64_t seed, bool extreme = false)
        : stride(paddedColumns(columns)),
          values(count * stride),
          fine(count * stride),
          scales(count),
          sums(count),
          fineSums(count) {
        Random random(seed);
        for (std::size_t token = 0; token < count; ++token) {
            for (std::size_t column = 0; column < columns; ++column) {
                const std::size_t at = token * stride + column;
                values[at] = extreme ? std::int8_t(token % 2 == 0 ? 127 : -127) : randomByte(random, -127);
                fine[at] = extreme ? std::int8_t(token % 3 == 0 ? 127 : -127) : randomByte(random, -127);
                sums[token] += values[at];
                fineSums[token] += fine[at];
            }
            scales[token] = static_cast<float>(0.01 + random.uniform());
        }
    }
    void set(std::size_t token, std::size_t column, int value) {
        std::int8_t& old = values[token * stride + column];
        sums[token] += value - old;
        old = static_cast<std::int8_t>(value);
    }
    [[nodiscard]] QuantizedTokens view(std::size_t first, std::size_t count) const {
        return {count,
                stride,
                values.data() + first * stride,
                fine.data() + first * stride,
                scales.data() + first,
                sums.data() + first,
                fineSums.data() + first};
    }
    [[nodiscard]] QuantizedTokens all() const { return view(0, scales.size()); }
};

}  // namespace strata::test
