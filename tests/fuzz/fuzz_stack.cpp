// Stack files: parse, then read every table, dense tensor, schedule and block of what was accepted.
#include "core/stack/block_schedule.h"
#include "core/stack/stack_file.h"
#include "tests/fuzz/fuzz_entry.h"

#include <algorithm>

namespace {

using namespace strata;
using fuzz::require;
using fuzz::touch;

void touchValues(std::span<const float> values) {
    touch(std::as_bytes(values));
}

void touchMatrices(const StackFile& stack) {
    std::size_t tiles = 0;
    for (std::size_t index = 0; index < stack.matrices().size(); ++index) {
        const MatrixInfo& matrix = stack.matrices()[index];
        require(stack.findMatrix(matrix.name) == static_cast<int>(index));
        require(matrix.tileCount() > 0 && matrix.levels > 0);
        touchValues(stack.channelScales(index));
        if (matrix.codec == Codec::Nested) {
            require(stack.rotation(matrix.columns) != nullptr);
            require(stack.tables(matrix.levels).size() == matrix.levels);
        }
        for (std::size_t tile = 0; tile < matrix.tileCount(); ++tile, ++tiles) {
            require(stack.tileIndex(index, tile) == tiles);
            require(matrix.rowsOfTile(tile) > 0 && matrix.rowsOfTile(tile) <= matrix.tileRows);
            for (unsigned level = 0; level < matrix.levels; ++level) {
                const BlockInfo& block = stack.blocks()[stack.blockIndex(index, tile, level)];
                require(block.matrix == index && block.tile == tile && block.level == level);
                require(block.sizeBytes == matrix.blockBytes(tile));
            }
        }
    }
    require(tiles == stack.tileCount());
}

void touchBlocks(const StackFile& stack, std::span<const std::byte> file) {
    const std::size_t count = stack.blocks().size();
    require(stack.floorBlocks() <= stack.availableBlocks() && stack.availableBlocks() <= count);
    require(stack.weightBytes(0) == stack.denseBytes());
    for (std::size_t block = 0; block < count; ++block) {
        const BlockInfo& info = stack.blocks()[block];
        require(stack.gguf().findTensor(stack.blockName(block)) != nullptr);
        require(stack.weightBytes(block + 1) == stack.weightBytes(block) + info.sizeBytes);
        if (block >= stack.availableBlocks()) continue;
        require(info.offset + info.sizeBytes <= stack.gguf().fileSizeBytes());
        touch(file.subspan(info.offset, info.sizeBytes));
    }
    for (const std::size_t blocks : {stack.floorBlocks(), stack.availableBlocks()}) {
        require(stack.fit(stack.weightBytes(blocks)) == blocks);
        const std::vector<std::uint8_t> levels = BlockSchedule::prefixLevels(stack, blocks);
        require(levels.size() == stack.tileCount() &&
                std::ranges::all_of(levels, [](auto level) { return level > 0; }));
    }
}

void touchCurve(const StackFile& stack) {
    for (const CurvePoint& point : stack.curve()) require(point.blocks <= stack.blocks().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span file(reinterpret_cast<const std::byte*>(data), size);
    const auto stack = StackFile::parse(file);
    if (!stack) {
        require(!stack.error().detail.empty());
        return 0;
    }
    touchMatrices(**stack);
    touchBlocks(**stack, file);
    touchCurve(**stack);
    return 0;
}
