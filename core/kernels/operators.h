// Declares the operators of every instruction set, for the one table in kernel_tables.cpp. Internal to core/kernels.
//
// Each namespace's functions are defined in translation units of their own, compiled for that instruction set. They
// share headers of plain types only: an inline function that two of them emitted could be merged by the linker into
// the copy that needs the newer processor.
//
// Names: operator as in Kernels; variants of one operator within a namespace carry the feature they need:
// nestedProductVnni (AVX-512 VNNI, or AVX-VNNI in avx2), nestedProductVbmi, nestedProductI8mm.
#pragma once

#include "core/kernels/kernels.h"

namespace strata {

/// Where bitstackPrepare leaves its results. Block b, column block cb, item i (= token * rank + k, items = tokens *
/// rank): values [b][cb][i][32], scales and negatedSums [b][cb][i].
struct BitstackScratch {
    std::int8_t* values;
    float* scales;
    std::int32_t* negatedSums;  ///< minus the sum of the 32 values: sum(S q) = 2 sum(bits q) - sum(q)
    std::size_t items;          ///< tokens * rank
    std::size_t columnBlocks;
};
[[nodiscard]] BitstackScratch bitstackScratch(const BitstackTile& tile, std::size_t tokens,
                                              std::byte* scratch) noexcept;

#define STRATA_DECLARE_OPERATORS                                                                                    \
    void nestedProduct(const NestedTile&, const QuantizedTokens&, float* y, std::size_t yStride, std::size_t begin, \
                       std::size_t end);                                                                            \
    void rotateQuantize(const Rotation&, float* x, const QuantizedRow& out);                                        \
    void rotate(const Rotation&, float* x);                                                                         \
    void rotateInverse(const Rotation&, float* x);                                                                  \
    void bitstackPrepare(const BitstackTile&, const float* x, std::size_t xStride, std::size_t tokens,              \
                         std::byte* scratch, std::size_t itemBegin, std::size_t itemEnd);                           \
    void bitstackProduct(const BitstackTile&, std::size_t tokens, const std::byte* scratch, float* y,               \
                         std::size_t yStride, std::size_t begin, std::size_t end);                                  \
    void rmsNorm(const float* x, const float* weight, float epsilon, float* y, std::size_t n);                      \
    void rope(float* head, const float* cosSin, std::size_t pairs, bool interleaved);                               \
    void siluMultiply(const float* gate, const float* up, float* out, std::size_t n);                               \
    void geluMultiply(const float* gate, const float* up, float* out, std::size_t n);                               \
    void add(float* into, const float* x, std::size_t n);                                                           \
    void toHalf(const float* x, Half* out, std::size_t n);                                                          \
    void attention(const AttentionJob&, const KvPages&, float* scratch);                                            \
    std::size_t attentionScratch(const AttentionJob&);                                                              \
    double logSumExp(const float* x, std::size_t n);                                                                \
    float dot(const float* a, const float* b, std::size_t n);

namespace reference {
STRATA_DECLARE_OPERATORS
void nestedRow(const NestedTile& tile, std::size_t row, float* out);
std::size_t bitstackScratchBytes(const BitstackTile& tile, std::size_t tokens);
void selectExperts(const float* logits, const RouterShape& shape, RoutedExpert* out);
}  // namespace reference

namespace avx2 {
STRATA_DECLARE_OPERATORS
void nestedProductVnni(const NestedTile&, const QuantizedTokens&, float* y, std::size_t yStride, std::size_t begin,
                       std::size_t end);
}  // namespace avx2

namespace avx512 {
STRATA_DECLARE_OPERATORS
void nestedProductVbmi(const NestedTile&, const QuantizedTokens&, float* y, std::size_t yStride, std::size_t begin,
                       std::size_t end);
}  // namespace avx512

namespace neon {
STRATA_DECLARE_OPERATORS
void nestedProductI8mm(const NestedTile&, const QuantizedTokens&, float* y, std::size_t yStride, std::size_t begin,
                       std::size_t end);
}  // namespace neon

#undef STRATA_DECLARE_OPERATORS

}  // namespace strata
