#include "core/stack/stack_file.h"

#include "core/base/hash.h"
#include "core/stack/stack_keys.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include <fmt/format.h>

namespace strata {

std::string_view codecName(Codec codec) noexcept {
    return codec == Codec::Nested ? "nested" : "bitstack";
}

std::size_t MatrixInfo::rowsOfTile(std::size_t tile) const noexcept {
    return std::min(tileRows, rows - tile * tileRows);
}

std::optional<std::size_t> MatrixInfo::layer() const noexcept {
    constexpr std::string_view kStart = "blk.";
    if (!name.starts_with(kStart)) return std::nullopt;
    std::size_t layer = 0;
    const char* const first = name.data() + kStart.size();
    const auto [end, error] = std::from_chars(first, name.data() + name.size(), layer);
    if (error != std::errc() || end == name.data() + name.size() || *end != '.') return std::nullopt;
    return layer;
}

std::size_t MatrixInfo::blockBytes(std::size_t tile) const noexcept {
    const std::size_t height = rowsOfTile(tile);
    const std::size_t bits = planeBytes(height, columns);
    if (codec == Codec::Nested) return bits + paddedRows(height) * sizeof(Half);
    return bits + rank * (paddedRows(height) + paddedColumns(columns)) * sizeof(Half);
}

int StackFile::findMatrix(std::string_view name) const noexcept {
    const auto found = m_matrixIndex.find(name);
    return found == m_matrixIndex.end() ? -1 : static_cast<int>(found->second);
}

std::size_t StackFile::blockIndex(std::size_t matrix, std::size_t tile, unsigned level) const noexcept {
    return m_blockIndex[matrix][tile * m_matrices[matrix].levels + level];
}

std::size_t StackFile::tileIndex(std::size_t matrix, std::size_t tile) const noexcept {
    return m_firstTile[matrix] + tile;
}

std::uint64_t StackFile::weightBytes(std::size_t blocks) const noexcept {
    return m_denseBytes + m_prefixBytes[blocks];
}

std::size_t StackFile::fit(std::uint64_t weightBytes) const noexcept {
    if (weightBytes < m_denseBytes) return m_floorBlocks;
    const auto end = std::ranges::upper_bound(m_prefixBytes, weightBytes - m_denseBytes);
    const auto blocks = static_cast<std::size_t>(end - m_prefixBytes.begin()) - 1;
    return std::max(m_floorBlocks, std::min(blocks, m_availableBlocks));
}

const std::vector<float>* StackFile::dense(std::string_view name) const noexcept {
    const auto found = m_dense.find(name);
    return found == m_dense.end() ? nullptr : &found->second;
}

const Rotation* StackFile::rotation(std::size_t columns) const noexcept {
    const auto found = m_rotations.find(columns);
    return found == m_rotations.end() ? nullptr : &found->second;
}

std::span<const float> StackFile::channelScales(std::size_t matrix) const noexcept {
    return m_channelScales[matrix];
}

std::span<const LevelTable> StackFile::tables(unsigned planes) const noexcept {
    const auto found = m_tables.find(planes);
    if (found == m_tables.end()) return {};
    return found->second;
}

std::string StackFile::blockName(std::size_t block) const {
    const BlockInfo& info = m_blocks[block];
    return keys::block(m_matrices[info.matrix].name, info.tile, info.level);
}

std::size_t StackFile::usefulBlocks() const noexcept {
    for (const CurvePoint& point : m_curve)
        if (point.agreement >= kUsefulAgreement) return std::max<std::size_t>(point.blocks, m_floorBlocks);
    return m_floorBlocks;
}

void StackFile::expectBlocks(std::size_t first, std::size_t count) const noexcept {
    const std::size_t end = std::min(first + count, m_availableBlocks);
    if (first < end)
        m_file.expect(m_blocks[first].offset,
                      m_blocks[end - 1].offset + m_blocks[end - 1].sizeBytes - m_blocks[first].offset);
}

Result<void> StackFile::readBlocks(std::size_t first, std::size_t count, std::span<std::byte> into) const {
    assert(first + count <= m_blocks.size());
    if (first + count > m_availableBlocks)
        return inFile({ErrorCode::Truncated, fmt::format("block {} is not in the file yet", blockName(first)), {}, {}},
                      path().string(), "wait for the download to finish");
    auto status = m_file.readExact(m_blocks[first].offset, into);
    if (!status)
        return inFile(std::move(status).error(), path().string(),
                      "the stack was changed or removed; compress or copy it again");
    m_file.dropCache(m_blocks[first].offset, into.size());
    std::size_t at = 0;
    for (std::size_t block = first; block < first + count; ++block) {
        const auto bytes = into.subspan(at, m_blocks[block].sizeBytes);
        if (xxh3(bytes) != m_blocks[block].checksum)
            return inFile({ErrorCode::ChecksumMismatch,
                           fmt::format("block {} does not match its checksum", blockName(block)),
                           {},
                           {}},
                          path().string(), "the file is damaged; compress or copy it again");
        at += bytes.size();
    }
    return {};
}

}  // namespace strata
