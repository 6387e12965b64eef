#include "gpu/device_matrix.h"

#include <algorithm>
#include <cstring>

namespace strata::gpu {
namespace {

constexpr std::size_t kTableWords = 128;  // of 256 high bytes, then 256 low ones

}  // namespace

Result<RotationPlace> SharedTables::rotation(std::size_t columns) {
    if (const auto found = m_rotations.find(columns); found != m_rotations.end()) return found->second;
    const Rotation* rotation = m_stack.rotation(columns);
    if (rotation == nullptr)
        return fail(ErrorCode::Corrupt, "there is no rotation for inputs of " + std::to_string(columns));
    RotationPlace place{{}, word(columns), word(rotation->blockSize())};
    STRATA_TRY(place.signs, m_store.add(rotation->signs()));
    return m_rotations.emplace(columns, place).first->second;
}

Result<SharedTables::Levels> SharedTables::levels(unsigned planes) {
    if (const auto found = m_levels.find(planes); found != m_levels.end()) return found->second;
    const std::span<const LevelTable> tables = m_stack.tables(planes);
    if (tables.size() < planes)
        return fail(ErrorCode::Corrupt, "there are no level tables for " + std::to_string(planes) + " planes");
    std::vector<std::uint32_t> words(tables.size() * kTableWords);
    Levels levels;
    for (std::size_t level = 0; level < tables.size(); ++level) {
        std::memcpy(&words[level * kTableWords], tables[level].high.data(), kTableWords * 2);
        std::memcpy(&words[level * kTableWords + kTableWords / 2], tables[level].low.data(), kTableWords * 2);
    }
    for (std::size_t level = 0; level < planes; ++level) {
        levels.laneWord[level] = word(words.size());
        const std::vector<std::uint32_t> table = laneTable(tables[level], static_cast<unsigned>(level + 1));
        words.insert(words.end(), table.begin(), table.end());
    }
    STRATA_TRY(levels.tables, m_store.add(std::as_bytes(std::span(words))));
    return m_levels.emplace(planes, levels).first->second;
}

Result<DeviceMatrix> DeviceMatrix::create(const StackFile& stack, std::size_t index, SharedTables& shared,
                                          ConstantStore& store) {
    DeviceMatrix matrix;
    matrix.m_info = &stack.matrices()[index];
    matrix.m_stack = &stack;
    matrix.m_index = index;
    const MatrixInfo& info = *matrix.m_info;
    if (info.codec == Codec::Nested) {
        STRATA_TRY(matrix.m_rotation, shared.rotation(info.columns));
        STRATA_TRY(matrix.m_levels, shared.levels(info.levels));
        matrix.m_nested.resize(info.tileCount());
        return matrix;
    }
    BitstackPlace tile{{}, info.rank, 0, word(info.columns), {}};
    if (const std::span<const float> scales = stack.channelScales(index); !scales.empty()) {
        STRATA_TRY(tile.channels, store.add(scales));
    }
    matrix.m_bitstack.assign(info.tileCount(), tile);
    matrix.m_blocks.resize(info.tileCount() * info.levels);
    return matrix;
}

void DeviceMatrix::use(const BlockSchedule& schedule, const WeightSlabs& slabs) {
    for (std::size_t tile = 0; tile < m_info->tileCount(); ++tile) {
        const unsigned level = schedule.level(m_index, tile);
        const auto place = [&](unsigned block) { return slabs.place(m_stack->blockIndex(m_index, tile, block)); };
        if (m_info->codec == Codec::Nested) {
            NestedPlace& entry = m_nested[tile];
            entry = {{}, level, word(m_info->rowsOfTile(tile)), word(m_info->columns), m_levels.tables, 0, 0, 0};
            if (level == 0) continue;
            for (unsigned plane = 0; plane < level; ++plane) entry.planes[plane] = place(plane);
            entry.tableWord = word((level - 1) * kTableWords);
            entry.laneWord = m_levels.laneWord[level - 1];
            entry.step = m_stack->tables(m_info->levels)[level - 1].step;
        } else {
            const std::span<BlockPlace> blocks = std::span(m_blocks).subspan(tile * m_info->levels, level);
            for (unsigned block = 0; block < level; ++block) blocks[block] = place(block);
            m_bitstack[tile].blocks = blocks;
            m_bitstack[tile].rows = word(m_info->rowsOfTile(tile));
        }
    }
}

bool DeviceMatrix::isFine() const noexcept {
    return std::ranges::any_of(m_nested, [](const NestedPlace& tile) { return tile.level >= kFineLevel; });
}

}  // namespace strata::gpu
