// The stack file (`.strata`): a GGUF v3 container whose tensors are residual blocks in universal order, so that any
// prefix of the file is a working model. docs/file-format.md states every key and byte.
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/io/gguf.h"
#include "core/kernels/kernels.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strata {

enum class Codec : std::uint8_t { Nested = 0, Bitstack = 1 };
[[nodiscard]] std::string_view codecName(Codec codec) noexcept;

/// One weight matrix [rows = out, columns = in], cut into tiles of `tileRows` rows, each with `levels` blocks.
struct MatrixInfo {
    std::string name;  ///< the source's GGUF name, e.g. "blk.3.ffn_up.weight"
    Codec codec = Codec::Nested;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t tileRows = 0;
    unsigned levels = 0;  ///< planes (nested) or blocks (bitstack) in the file
    unsigned rank = 0;    ///< of a bitstack block; 0 for nested

    [[nodiscard]] std::size_t tileCount() const noexcept { return (rows + tileRows - 1) / tileRows; }
    [[nodiscard]] std::size_t rowsOfTile(std::size_t tile) const noexcept;
    /// Bytes of any block of a tile: its bits, then the row scales of its level (nested), or u and v (bitstack).
    [[nodiscard]] std::size_t blockBytes(std::size_t tile) const noexcept;
    /// The decoder block that it belongs to, by its name; nullopt of embedding and head.
    [[nodiscard]] std::optional<std::size_t> layer() const noexcept;
    [[nodiscard]] bool operator==(const MatrixInfo&) const = default;
};

/// One block: the unit that is loaded or released.
struct BlockInfo {
    std::uint32_t matrix = 0;
    std::uint32_t tile = 0;
    std::uint32_t level = 0;      ///< 0-based: plane or block number
    std::uint64_t offset = 0;     ///< from the start of the file
    std::uint64_t sizeBytes = 0;  ///< a multiple of 64
    std::uint64_t checksum = 0;   ///< XXH3-64
};

/// One measured point of the quality curve: the prefix of `blocks` blocks on held-out text.
struct CurvePoint {
    std::uint64_t weightBytes = 0;
    std::uint32_t blocks = 0;
    float perplexity = 0;
    float divergence = 0;  ///< mean KL(source || prefix), nats per token
    float agreement = 0;   ///< share of positions whose most likely token is the source's
};

/// Answers make sense where the most likely token is the source model's this often.
inline constexpr double kUsefulAgreement = 0.6;

struct StackReadOptions {
    bool allowPartial = false;  ///< accept a file that ends early, if at least the first levels are in it
};

/// An open, checked stack. Immutable after open(); concurrent reads are safe. No block is loaded.
class StackFile {
public:
    /// Errors: NotFound, BadMagic, Truncated, Corrupt (field named), Unsupported (newer version; not a stack).
    [[nodiscard]] static Result<std::shared_ptr<const StackFile>> open(const std::filesystem::path& path,
                                                                       StackReadOptions options = {});

    [[nodiscard]] const GgufFile& gguf() const noexcept { return m_gguf; }
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_gguf.path(); }

    [[nodiscard]] std::span<const MatrixInfo> matrices() const noexcept { return m_matrices; }
    /// -1 when there is none of that name.
    [[nodiscard]] int findMatrix(std::string_view name) const noexcept;
    /// All blocks in file order, which is universal order: the first floorBlocks() are the first level of everything.
    [[nodiscard]] std::span<const BlockInfo> blocks() const noexcept { return m_blocks; }
    [[nodiscard]] std::size_t floorBlocks() const noexcept { return m_floorBlocks; }
    /// Blocks that lie wholly inside the file (fewer than all in a partial file).
    [[nodiscard]] std::size_t availableBlocks() const noexcept { return m_availableBlocks; }
    /// Index into blocks() of (matrix, tile, level).
    [[nodiscard]] std::size_t blockIndex(std::size_t matrix, std::size_t tile, unsigned level) const noexcept;
    /// Position of a tile among all tiles of all matrices, for arrays with one entry per tile.
    [[nodiscard]] std::size_t tileIndex(std::size_t matrix, std::size_t tile) const noexcept;
    [[nodiscard]] std::size_t tileCount() const noexcept { return m_tileCount; }

    /// Bytes that the dense tensors (norms, biases, rotations, channel scales) take in memory.
    [[nodiscard]] std::uint64_t denseBytes() const noexcept { return m_denseBytes; }
    /// denseBytes() plus the first `blocks` blocks: what "bytes of resident weights" means everywhere.
    [[nodiscard]] std::uint64_t weightBytes(std::size_t blocks) const noexcept;
    /// Longest prefix within `weightBytes`; floorBlocks() at least.
    [[nodiscard]] std::size_t fit(std::uint64_t weightBytes) const noexcept;

    /// Dense tensor by name; nullptr when absent.
    [[nodiscard]] const std::vector<float>* dense(std::string_view name) const noexcept;
    /// Rotation for matrices with this input size; nullptr for none.
    [[nodiscard]] const Rotation* rotation(std::size_t columns) const noexcept;
    /// Channel scales of a bitstack matrix; empty when the activation is not scaled.
    [[nodiscard]] std::span<const float> channelScales(std::size_t matrix) const noexcept;
    /// Level tables of nested matrices with this many planes: [level - 1].
    [[nodiscard]] std::span<const LevelTable> tables(unsigned planes) const noexcept;
    [[nodiscard]] std::span<const CurvePoint> curve() const noexcept { return m_curve; }
    /// Of the shortest prefix that was measured to reach kUsefulAgreement; the floor where none was.
    [[nodiscard]] std::size_t usefulBlocks() const noexcept;

    /// Lets the disk begin to read `count` neighbouring blocks, which are wanted soon. Those not in the file yet are left
    /// out.
    void expectBlocks(std::size_t first, std::size_t count) const noexcept;
    /// Reads `count` neighbouring blocks (they stand without gaps) and checks each. `into.size()` must be their size
    /// together. Errors: ChecksumMismatch, Truncated, Io; each names file and block.
    [[nodiscard]] Result<void> readBlocks(std::size_t first, std::size_t count, std::span<std::byte> into) const;
    /// Name of a block's tensor, e.g. "blk.3.ffn_up.weight.t0.p2".
    [[nodiscard]] std::string blockName(std::size_t block) const;

    /// Parses from memory (tests, fuzzing); readBlocks() is not available.
    [[nodiscard]] static Result<std::shared_ptr<const StackFile>> parse(std::span<const std::byte> bytes);

private:
    friend class StackParser;
    GgufFile m_gguf;
    File m_file;
    std::vector<MatrixInfo> m_matrices;
    NameIndex m_matrixIndex;  // a mixture of experts has tens of thousands
    std::vector<BlockInfo> m_blocks;
    std::vector<std::uint64_t> m_prefixBytes;              // [blocks + 1]
    std::vector<std::size_t> m_firstTile;                  // [matrices + 1]
    std::vector<std::vector<std::uint32_t>> m_blockIndex;  // [matrix][tile * levels + level]
    std::size_t m_floorBlocks = 0;
    std::size_t m_availableBlocks = 0;
    std::size_t m_tileCount = 0;
    std::uint64_t m_denseBytes = 0;
    std::map<std::string, std::vector<float>, std::less<>> m_dense;
    std::map<std::size_t, Rotation> m_rotations;
    std::vector<std::vector<float>> m_channelScales;
    std::map<unsigned, std::vector<LevelTable>> m_tables;
    std::vector<CurvePoint> m_curve;
};

}  // namespace strata
