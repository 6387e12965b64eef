// All activations and what operators need beside them, in one buffer that is laid out anew when the number of tokens
// changes.
#pragma once

#include "core/backend.h"
#include "gpu/ops/operators.h"

#include <vector>

namespace strata::gpu {

/// Not synchronised; contents are lost with every reserve() that changes something.
class ActivationArena {
public:
    /// Both must outlive the arena.
    ActivationArena(Context& context, CommandStream& stream) : m_context(context), m_stream(stream) {}

    // What will be asked for; takes effect with the next reserve().
    [[nodiscard]] std::size_t addBuffer(std::size_t width, BufferRows rows);
    void needNested(const MatrixInfo& matrix);
    void needBitstack(const MatrixInfo& matrix);
    void needRouter(const RouterShape& shape);
    void needHeads(std::size_t heads, std::size_t headDim);
    /// Number of the table.
    [[nodiscard]] std::size_t needRope(std::size_t pairs);

    /// Errors: OutOfMemory; Unsupported when a buffer is larger than the device can bind.
    [[nodiscard]] Result<void> reserve(std::size_t tokens, std::size_t outputTokens);
    /// The same again, after needs have changed.
    [[nodiscard]] Result<void> refit() { return reserve(m_tokens, m_outputTokens); }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return m_buffer.sizeBytes(); }
    [[nodiscard]] std::uint64_t bytesFor(std::size_t tokens, std::size_t outputTokens) const;

    [[nodiscard]] const Rows& rows(BufferId id) const noexcept { return m_layout.rows[std::size_t(id)]; }
    [[nodiscard]] bool isRouted(BufferId id) const noexcept {
        return m_buffers[std::size_t(id)].rows == BufferRows::Routes;
    }
    [[nodiscard]] QuantizedRows quantized(std::size_t columns, bool fine) const noexcept;
    [[nodiscard]] const BitstackRoom& bitstack() const noexcept { return m_layout.bitstack; }
    [[nodiscard]] BufferSlice attentionState() const noexcept { return m_layout.state; }
    [[nodiscard]] BufferSlice ropeTable(std::size_t table) const noexcept { return m_layout.ropes[table]; }
    [[nodiscard]] const RankingRoom& ranking() const noexcept { return m_layout.ranking; }
    [[nodiscard]] BufferSlice routerLogits() const noexcept { return m_layout.logits; }
    [[nodiscard]] BufferSlice routes() const noexcept { return m_layout.routes; }
    [[nodiscard]] BufferSlice routeTokens() const noexcept { return m_layout.routeTokens; }
    /// Counts reserve() calls that lost the contents.
    [[nodiscard]] std::uint64_t generation() const noexcept { return m_generation; }

private:
    struct Buffer {
        std::size_t width = 0;
        BufferRows rows = BufferRows::Tokens;
    };
    struct Layout {
        std::vector<Rows> rows;
        std::vector<BufferSlice> ropes;
        BufferSlice rotated, values, fine, scales, state, logits, routes, routeTokens;
        BitstackRoom bitstack;
        RankingRoom ranking;
        std::uint64_t totalBytes = 0;
        std::uint64_t largestBytes = 0;
    };
    /// Offsets only; slices name no buffer.
    [[nodiscard]] Layout layoutFor(std::size_t tokens, std::size_t outputTokens) const;

    Context& m_context;
    CommandStream& m_stream;
    std::vector<Buffer> m_buffers;
    std::vector<std::size_t> m_ropePairs;
    std::size_t m_columns = 0;          ///< of the longest nested input
    bool m_fine = false;                ///< a matrix reaches kFineLevel
    std::size_t m_bitstackRecords = 0;  ///< per token
    std::size_t m_stateFloats = 0;      ///< per token
    std::size_t m_experts = 0, m_used = 0;
    std::size_t m_tokens = 0, m_outputTokens = 0;
    std::uint64_t m_generation = 0;
    DeviceBuffer m_buffer;
    Layout m_layout;
};

}  // namespace strata::gpu
