// What the CPU's operators need beside their buffers: quantized inputs, rotary tables, a row per thread.
#pragma once

#include "core/backend.h"
#include "core/cpu/page_memory.h"
#include "core/kernels/kernels.h"
#include "core/stack/stack_file.h"

#include <cstdint>
#include <vector>

namespace strata {

/// One mapping, laid out anew whenever the number of tokens or a need changes. Not synchronised.
class CpuScratch {
public:
    CpuScratch(const Kernels& kernels, std::size_t threads) : m_kernels(kernels), m_threads(threads) {}

    /// State what will be asked for; takes effect with the next reserve().
    void needMatrix(const MatrixInfo& matrix);
    /// Such a matrix is multiplied with `perToken` rows per token.
    void needRoutes(const MatrixInfo& matrix, std::size_t perToken);
    void needRope(std::size_t pairs) { m_ropePairs.push_back(pairs); }
    /// Errors: OutOfMemory. Contents are lost when the size changes.
    [[nodiscard]] Result<void> reserve(std::size_t tokens);
    [[nodiscard]] std::uint64_t bytes() const noexcept { return m_memory.sizeBytes(); }
    [[nodiscard]] std::uint64_t bytesFor(std::size_t tokens) const noexcept;

    /// Room for the quantized rows of one input; rows 64-byte aligned.
    struct Quantized {
        std::int8_t* values;
        std::int8_t* fine;  ///< null when no matrix reaches kFineLevel
        std::size_t stride;
        float* scales;
        std::int32_t* sums;
        std::int32_t* fineSums;
        [[nodiscard]] QuantizedRow row(std::size_t token) const noexcept;
        void copyRow(std::size_t from, std::size_t to) const noexcept;
        [[nodiscard]] QuantizedTokens view(std::size_t tokens) const noexcept;
    };
    [[nodiscard]] Quantized quantized(std::size_t columns) const noexcept;
    /// A row of floats as long as the longest input, one per thread.
    [[nodiscard]] float* threadRow(std::size_t thread) const noexcept;
    /// cos and sin [tokens][pairs][2] of a rotary embedding.
    [[nodiscard]] float* ropeTable(std::size_t rope) const noexcept { return at<float>(m_layout.ropes[rope]); }
    /// Room of a bitstack product, for bitstackTokens() tokens at once.
    [[nodiscard]] std::byte* bitstack() const noexcept { return at<std::byte>(m_layout.bitstack); }
    /// Channel-scaled inputs of those tokens, [bitstackTokens][columns].
    [[nodiscard]] float* scaledInputs() const noexcept { return at<float>(m_layout.scaled); }
    /// Tokens of a bitstack product that the room suffices for; at least 1.
    [[nodiscard]] std::size_t bitstackTokens(const BitstackTile& tile, std::size_t tokens) const noexcept;

private:
    struct Layout {
        std::size_t values = 0, fine = 0, scales = 0, sums = 0, fineSums = 0, rows = 0, bitstack = 0, scaled = 0;
        std::vector<std::size_t> ropes;
        std::size_t total = 0;
    };
    [[nodiscard]] Layout layoutFor(std::size_t tokens) const;
    template <class T>
    [[nodiscard]] T* at(std::size_t offset) const noexcept {
        return reinterpret_cast<T*>(m_memory.as<std::byte>() + offset);
    }

    const Kernels& m_kernels;
    std::size_t m_threads;
    std::size_t m_columns = 0;        ///< longest nested input
    std::size_t m_routedColumns = 0;  ///< longest nested input of an expert
    std::size_t m_routes = 0;         ///< rows of that per token
    bool m_fine = false;              ///< whether a matrix can reach kFineLevel
    std::size_t m_bitstackBytes = 0;  ///< of one token, the largest matrix with all its blocks
    std::size_t m_bitstackColumns = 0;
    std::vector<std::size_t> m_ropePairs;
    std::size_t m_tokens = 0;
    Layout m_layout;
    PageMemory m_memory;
};

}  // namespace strata
