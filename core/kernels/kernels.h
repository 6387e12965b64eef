// The compute kernels of the CPU: one table of functions per instruction set, chosen once.
//
// Glossary: product = matrix [out, in] times n token vectors; tile = a run of rows of one matrix with a level of its
// own; level = how many planes (or blocks) of a tile are resident. Every implementation of the integer products gives
// the scalar reference's integers exactly and converts them by the same floating-point operations, so a product does
// not depend on instruction set, thread count, or how many tokens are computed together.
#pragma once

#include "core/base/half.h"
#include "core/base/result.h"
#include "core/kernels/layout.h"
#include "core/kernels/rotation.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace strata {

inline constexpr std::size_t kMaximumPlanes = 8;

/// Centroids of the p-bit prefixes of a nested code, as integers: value(code) = step * (256 * high[code] + low[code]).
/// Up to 6 planes `low` is zero and not read. Monotone in the code. high in [-127, 127], low in
/// [-128, 127].
struct LevelTable {
    unsigned planes = 0;
    float step = 0;                       ///< of one unit of the 16-bit value
    std::array<std::int8_t, 256> high{};  ///< 2^planes entries used
    std::array<std::int8_t, 256> low{};
};

/// One row tile of a nested matrix at its present level. Bits in R32C32; plane 0 is the most significant bit.
struct NestedTile {
    std::array<const std::uint32_t*, kMaximumPlanes> planes{};
    const Half* rowScales = nullptr;  ///< [paddedRows(rows)], the scales of this level
    const LevelTable* table = nullptr;
    unsigned level = 0;  ///< 1..8
    std::size_t rows = 0;
    std::size_t columns = 0;  ///< unpadded; activations are zero-padded
};

/// Levels from which a weight is finer than an activation of 8 bits: their products read 16.
inline constexpr unsigned kFineLevel = 7;

/// n tokens' activations, rotated and quantized: x[token][column] ~ scale[token] * (values + fine / 256)[token * stride
/// + column]. Only products of kFineLevel planes and more read `fine`.
struct QuantizedTokens {
    std::size_t tokens = 0;
    std::size_t stride = 0;                  ///< paddedColumns; multiple of 32; rows 64-byte aligned
    const std::int8_t* values = nullptr;     ///< in [-127, 127]; padding is zero
    const std::int8_t* fine = nullptr;       ///< likewise; null where no product reads it
    const float* scales = nullptr;           ///< [tokens]
    const std::int32_t* sums = nullptr;      ///< [tokens], sum of values: corrects the u8 offset of the tables
    const std::int32_t* fineSums = nullptr;  ///< [tokens], sum of fine
};

/// Where one token's quantized activations go.
struct QuantizedRow {
    std::int8_t* values = nullptr;
    std::int8_t* fine = nullptr;  ///< null: not wanted
    std::size_t stride = 0;
    float* scale = nullptr;
    std::int32_t* sum = nullptr;
    std::int32_t* fineSum = nullptr;  ///< untouched without fine
};

/// One residual block of BitStack: sign plane x rank-k factors, S o (u v^T). S in R32C32, bit 1 = +1.
struct SignBlock {
    const std::uint32_t* signs = nullptr;
    const Half* u = nullptr;  ///< [rank][paddedRows]
    const Half* v = nullptr;  ///< [rank][paddedColumns]
};

/// A BitStack matrix with its resident blocks (any number). y = sum_b sum_k u_bk o (S_b (v_bk o x)).
struct BitstackTile {
    std::span<const SignBlock> blocks;
    unsigned rank = 0;
    std::size_t rows = 0;
    std::size_t columns = 0;
};

/// KV cache of one layer as the attention kernel sees it. Pages of kKvPageTokens positions; within a page
/// keys [kvHeads][kKvPageTokens][headDim], values likewise, binary16.
inline constexpr std::size_t kKvPageTokens = 64;
inline constexpr std::size_t kMaximumHeadDim = 512;  ///< that attention's scratch is sized for
struct KvPages {
    const Half* const* keys = nullptr;  ///< one pointer per page
    const Half* const* values = nullptr;
    std::size_t kvHeads = 0;
    std::size_t headDim = 0;
};

/// softmax(scale q k^T, causal, windowed) v for one kv head and its group of query heads.
struct AttentionJob {
    const float* q = nullptr;  ///< [tokens][qStride], the query heads of this kv head first at q
    float* out = nullptr;      ///< [tokens][qStride], same places
    std::size_t qStride = 0;
    std::size_t groupHeads = 0;  ///< query heads per kv head, contiguous, headDim apart
    std::size_t kvHead = 0;
    std::size_t firstPosition = 0;  ///< of the first token; its own key is already in the cache
    std::size_t tokens = 0;
    std::size_t window = 0;  ///< 0 = all earlier positions; else the last `window` positions, itself included
    float scale = 1;
    float softcap = 0;  ///< 0 = none; else softcap * tanh(score / softcap)
};

/// How a router chooses among the experts of a layer.
struct RouterShape {
    std::size_t experts = 0;
    std::size_t used = 0;     ///< experts per token, 1..experts
    bool normalised = false;  ///< the weights of the chosen ones are divided by their sum
};

/// One of the experts that a token goes to, and what its answer counts.
struct RoutedExpert {
    std::uint32_t expert = 0;
    float weight = 0;
};

/// Every function is pure on its arguments: no allocation, no threads, no global state. Callers split work by ranges.
struct Kernels {
    std::string_view name;  ///< as findKernels(name) takes it

    /// y[token * yStride + row] = (W x)[row] for rows of row blocks [begin, end) of the tile.
    /// value = float(sum over columns) * unit * scale[token] * rowScale[row], in that order, where up to 6 planes the
    /// sum is of high * values and unit = step * 256, and above it is of (256 * high + low) * values + high * fine and
    /// unit = step. Columns up to 65,536.
    void (*nestedProduct)(const NestedTile& tile, const QuantizedTokens& x, float* y, std::size_t yStride,
                          std::size_t rowBlockBegin, std::size_t rowBlockEnd);

    /// Dequantizes row `row` of a tile into out [columns] (still rotated).
    void (*nestedRow)(const NestedTile& tile, std::size_t row, float* out);

    /// One token: out = quantize(Q x). x [rotation.size()] is clobbered. Writes stride values and what else is wanted.
    void (*rotateQuantize)(const Rotation& rotation, float* x, const QuantizedRow& out);
    void (*rotate)(const Rotation& rotation, float* x);
    void (*rotateInverse)(const Rotation& rotation, float* x);

    /// Bytes of scratch, aligned to 4, that a bitstack product over `tokens` tokens needs.
    std::size_t (*bitstackScratchBytes)(const BitstackTile& tile, std::size_t tokens);
    /// Phase 1, splittable over items [begin, end) of blocks * rank * tokens: v o x, quantized with one scale per
    /// column block.
    void (*bitstackPrepare)(const BitstackTile& tile, const float* x, std::size_t xStride, std::size_t tokens,
                            std::byte* scratch, std::size_t itemBegin, std::size_t itemEnd);
    /// Phase 2, splittable over row blocks. y as in nestedProduct.
    void (*bitstackProduct)(const BitstackTile& tile, std::size_t tokens, const std::byte* scratch, float* y,
                            std::size_t yStride, std::size_t rowBlockBegin, std::size_t rowBlockEnd);

    /// y [n] = x / rms(x) * weight.
    void (*rmsNorm)(const float* x, const float* weight, float epsilon, float* y, std::size_t n);
    /// Rotates pairs of one head in place. cosSin [pairs][2]. interleaved: (2i, 2i+1); else (i, i + pairs).
    void (*rope)(float* head, const float* cosSin, std::size_t pairs, bool interleaved);
    /// out = silu(gate) * up; gelu: tanh approximation.
    void (*siluMultiply)(const float* gate, const float* up, float* out, std::size_t n);
    void (*geluMultiply)(const float* gate, const float* up, float* out, std::size_t n);
    void (*add)(float* into, const float* x, std::size_t n);
    void (*toHalf)(const float* x, Half* out, std::size_t n);
    /// Same result for a token whether computed alone or in a batch.
    void (*attention)(const AttentionJob& job, const KvPages& cache, float* scratch);
    /// Floats of scratch that attention needs for this job. Depends on groupHeads, qStride, tokens and, in the
    /// reference, on the last position.
    std::size_t (*attentionScratch)(const AttentionJob& job);
    /// log(sum(exp(x))), stable.
    double (*logSumExp)(const float* x, std::size_t n);
    /// Sum of a[i] * b[i], the same float in every table: 16 partial sums, of every 16th product in rising order, each
    /// product rounded before it is added; then the sum of halves: 8 + 8, 4 + 4, 2 + 2, 1 + 1.
    float (*dot)(const float* a, const float* b, std::size_t n);
    /// The softmax of logits [experts] and the shape.used most likely experts of it, most likely first, of equal ones
    /// the lower; out [shape.used]. Their weights are their probabilities, or those divided by their sum. Always
    /// shape.used different experts, also when logits are not numbers.
    void (*selectExperts)(const float* logits, const RouterShape& shape, RoutedExpert* out);
};

/// The table that this process runs on: the fastest that the processor has, or what STRATA_KERNELS names. Errors:
/// Unsupported when that is unknown or the processor lacks it. The same answer while the environment is the same.
[[nodiscard]] Result<const Kernels*> chooseKernels();

/// By name: "reference", "avx2", "avxvnni" (AVX2 + AVX-VNNI), "avx512vnni", "avx512vbmi", "neondotprod", "neoni8mm";
/// "avx512" and "neon" are the faster of theirs that the processor has. nullptr when it has none, or the name is
/// unknown.
[[nodiscard]] const Kernels* findKernels(std::string_view name) noexcept;

/// Every table this processor can run, fastest first; the last is the reference.
[[nodiscard]] std::vector<const Kernels*> availableKernels();

}  // namespace strata
