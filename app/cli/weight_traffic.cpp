#include "app/cli/weight_traffic.h"

#include "core/model/model_config.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::cli {
namespace {

std::uint64_t matrixBytes(const StackFile& stack, std::size_t matrix, std::span<const std::uint8_t> levels) {
    const MatrixInfo& info = stack.matrices()[matrix];
    std::uint64_t bytes = 0;
    for (std::size_t tile = 0; tile < info.tileCount(); ++tile)
        bytes += std::uint64_t{levels[stack.tileIndex(matrix, tile)]} * info.blockBytes(tile);
    return bytes;
}

}  // namespace

std::uint64_t weightBytesOf(const StackFile& stack, std::span<const std::uint8_t> levels) {
    std::uint64_t bytes = stack.denseBytes();
    for (std::size_t matrix = 0; matrix < stack.matrices().size(); ++matrix)
        bytes += matrixBytes(stack, matrix, levels);
    return bytes;
}

std::uint64_t weightBytesPerToken(const StackFile& stack, std::span<const std::uint8_t> levels) {
    std::uint64_t bytes = weightBytesOf(stack, levels);
    const int embedding = stack.findMatrix(kEmbeddingName);
    if (embedding < 0 || stack.findMatrix(kOutputName) < 0) return bytes;
    const auto index = static_cast<std::size_t>(embedding);
    const std::uint64_t all = matrixBytes(stack, index, levels);
    return bytes - all + all / stack.matrices()[index].rows;
}

unsigned highestLevel(const StackFile& stack) {
    unsigned highest = 0;
    for (const MatrixInfo& info : stack.matrices())
        if (!isVocabulary(info)) highest = std::max(highest, info.levels);
    return highest;
}

Result<std::vector<std::uint8_t>> levelsFor(const StackFile& stack, std::uint64_t level) {
    const unsigned highest = highestLevel(stack);
    if (level >= 1 && level <= highest) return BlockSchedule::uniformLevels(stack, static_cast<unsigned>(level));
    return fail(ErrorCode::InvalidArgument, fmt::format("this stack has no level {}", level),
                fmt::format("ask for one from 1 to {}", highest));
}

std::uint64_t weightCount(const StackFile& stack) {
    std::uint64_t count = 0;
    for (const MatrixInfo& info : stack.matrices()) count += std::uint64_t{info.rows} * info.columns;
    return count;
}

bool isVocabulary(const MatrixInfo& matrix) {
    return matrix.name == kEmbeddingName || matrix.name == kOutputName;
}

}  // namespace strata::cli
