// A small stack of random blocks, for tests that care for containers and not for the model in them.
#pragma once

#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/stack/stack_writer.h"

#include <vector>

namespace strata::test {

inline LevelTable sampleTable(unsigned planes) {
    LevelTable table{.planes = planes, .step = 0.001F};
    const int count = 1 << planes;
    for (int code = 0; code < count; ++code) {
        const int value = (2 * code - count + 1) * 127 * 256 / count;
        table.high[code] = static_cast<std::int8_t>((value + 128) >> 8);
        table.low[code] = planes > 6 ? static_cast<std::int8_t>(value - table.high[code] * 256) : std::int8_t{0};
    }
    return table;
}

/// Contents and the bytes of their blocks: two nested matrices (one in tiles) and a bitstack one.
struct SampleStack {
    StackContents contents;
    std::vector<std::vector<std::byte>> blocks;

    [[nodiscard]] BlockSource source() const {
        return [this](std::size_t index, std::vector<std::byte>& into) -> Result<void> {
            into = blocks[index];
            return {};
        };
    }
};

inline SampleStack makeSampleStack(std::size_t tileRows = 64) {
    SampleStack sample;
    sample.contents.matrices = {{"token_embd.weight", Codec::Nested, 200, 96, tileRows, 3, 0},
                                {"blk.0.attn_q.weight", Codec::Nested, 96, 96, 96, 4, 0},
                                {"blk.0.attn_k.weight", Codec::Bitstack, 40, 96, 40, 5, 2}};
    sample.contents.dense = {{"output_norm.weight", std::vector<float>(96, 1.5F)},
                             {"blk.0.attn_k.weight.channel_scales", std::vector<float>(96, 2.0F)}};
    sample.contents.rotations = {Rotation::random(96, 7)};
    for (const unsigned planes : {3U, 4U})
        for (unsigned level = 1; level <= planes; ++level) sample.contents.tables[planes].push_back(sampleTable(level));
    Random random(3);
    for (std::uint32_t level = 0; level < 5; ++level)
        for (std::uint32_t matrix = 0; matrix < 3; ++matrix) {
            const MatrixInfo& info = sample.contents.matrices[matrix];
            for (std::uint32_t tile = 0; level < info.levels && tile < info.tileCount(); ++tile) {
                std::vector<std::byte> bytes(info.blockBytes(tile));
                for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next());
                sample.contents.order.push_back({matrix, tile, level, xxh3(bytes)});
                sample.blocks.push_back(std::move(bytes));
            }
        }
    for (std::uint32_t blocks = 6; blocks <= 9; ++blocks)
        sample.contents.curve.push_back({1000 * blocks, blocks, 30.0F - static_cast<float>(blocks), 0.5F, 0.8F});
    sample.contents.metadata = [](GgufWriter& writer) {
        writer.add("general.architecture", std::string_view("llama"));
    };
    return sample;
}

}  // namespace strata::test
