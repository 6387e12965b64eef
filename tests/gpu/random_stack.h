// A stack of one matrix with random bits and scales, for operators that read blocks.
#pragma once

#include "core/base/half.h"
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/stack/residency.h"
#include "core/stack/stack_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_codec.h"

#include <cstring>

#include <gtest/gtest.h>

namespace strata::test {

struct RandomStackOptions {
    std::size_t rows = 32, columns = 32;
    unsigned levels = 8;
    unsigned rank = 4;
    Codec codec = Codec::Nested;
    std::size_t tileRows = 0;  ///< 0: one tile
    std::uint64_t seed = 1;
};

class RandomStack {
public:
    explicit RandomStack(const RandomStackOptions& options) : m_random(options.seed) {
        const std::size_t tileRows = options.tileRows == 0 ? options.rows : options.tileRows;
        const bool nested = options.codec == Codec::Nested;
        m_info = {"token_embd.weight",      options.codec, options.rows, options.columns, tileRows, options.levels,
                  nested ? 0 : options.rank};
        StackContents contents;
        contents.matrices = {m_info};
        contents.rotations = {Rotation::random(options.columns, options.seed)};
        if (nested) {
            contents.tables[options.levels] = uniformTables(options.levels);
        } else {
            contents.dense = {{m_info.name + ".channel_scales", randomValues(options.columns, 1, 4), 1}};
        }
        contents.metadata = [](GgufWriter& writer) { writer.add("general.architecture", std::string_view("llama")); };
        std::vector<std::vector<std::byte>> blocks;
        for (std::uint32_t level = 0; level < options.levels; ++level) {
            for (std::uint32_t tile = 0; tile < m_info.tileCount(); ++tile) {
                blocks.push_back(randomBlock(tile));
                contents.order.push_back({0, tile, level, xxh3(blocks.back())});
            }
        }
        const auto source = [&](std::size_t index, std::vector<std::byte>& into) -> Result<void> {
            into = blocks[index];
            return {};
        };
        const auto written = writeStack(m_folder / "random.strata", true, contents, source);
        EXPECT_TRUE(written) << written.error().message();
        auto stack = StackFile::open(m_folder / "random.strata");
        EXPECT_TRUE(stack) << stack.error().message();
        m_stack = *stack;
        m_residency = *Residency::create(m_stack);
        EXPECT_TRUE(m_residency->load(m_stack->blocks().size()));
    }

    [[nodiscard]] const MatrixInfo& info() const noexcept { return m_info; }
    [[nodiscard]] const StackFile& stack() const noexcept { return *m_stack; }
    [[nodiscard]] std::shared_ptr<const BlockSchedule> schedule(unsigned level) const {
        return *m_residency->custom(std::vector<std::uint8_t>(m_stack->tileCount(), static_cast<std::uint8_t>(level)));
    }

private:
    [[nodiscard]] std::vector<float> randomValues(std::size_t count, double from, double to) {
        std::vector<float> values(count);
        for (float& value : values) value = static_cast<float>(from + (to - from) * m_random.uniform());
        return values;
    }
    /// Random bits, then halves of either sign, some of them subnormal.
    [[nodiscard]] std::vector<std::byte> randomBlock(std::size_t tile) {
        std::vector<std::byte> block(m_info.blockBytes(tile));
        const std::size_t bits = planeBytes(m_info.rowsOfTile(tile), m_info.columns);
        for (std::size_t at = 0; at < bits; ++at) block[at] = static_cast<std::byte>(m_random.next());
        for (std::size_t at = bits; at < block.size(); at += sizeof(Half)) {
            const double size = m_random.next() % 8 == 0 ? 1e-5 : 0.05;
            const Half half = toHalf(static_cast<float>(m_random.normal() * size));
            std::memcpy(&block[at], &half, sizeof half);
        }
        return block;
    }

    Random m_random;
    TemporaryFolder m_folder;
    MatrixInfo m_info;
    std::shared_ptr<const StackFile> m_stack;
    std::unique_ptr<Residency> m_residency;
};

}  // namespace strata::test
