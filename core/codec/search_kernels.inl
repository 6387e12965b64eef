// Text of the search kernels, compiled once per instruction set with STRATA_SEARCH_ISA naming its namespace. Nothing
// here may call an inline function of another header: the linker would keep one copy for all instruction sets.
#include "core/codec/search_kernels.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define STRATA_STRING_IMPL(x) #x
#define STRATA_STRING(x) STRATA_STRING_IMPL(x)

namespace strata::search::STRATA_SEARCH_ISA {
namespace {

#if defined(__AVX512F__)
constexpr std::size_t kWidth = 16;
#elif defined(__AVX2__)
constexpr std::size_t kWidth = 8;
#else
constexpr std::size_t kWidth = 4;
#endif

typedef float Floats __attribute__((vector_size(kWidth * sizeof(float))));
typedef int Ints __attribute__((vector_size(kWidth * sizeof(int))));
typedef unsigned char Bytes __attribute__((vector_size(kWidth)));

inline Floats load(const float* from) {
    Floats value;
    __builtin_memcpy(&value, from, sizeof value);
    return value;
}
inline void store(float* to, Floats value) {
    __builtin_memcpy(to, &value, sizeof value);
}
inline Ints loadCodes(const std::uint8_t* from) {
    Bytes bytes;
    __builtin_memcpy(&bytes, from, sizeof bytes);
    return __builtin_convertvector(bytes, Ints);
}
inline void storeCodes(std::uint8_t* to, Ints codes) {
    const Bytes bytes = __builtin_convertvector(codes, Bytes);
    __builtin_memcpy(to, &bytes, sizeof bytes);
}

/// Centroids of level `Level` for leaf codes of `Planes` bits.
template <unsigned Planes, unsigned Level>
inline Floats lookUp(const Tree& tree, Ints codes) {
    const float* table = tree.value[Level];
    const Ints nodes = codes >> static_cast<int>(Planes - 1 - Level);
#if defined(__AVX512F__)
    const auto index = reinterpret_cast<__m512i>(nodes);
    const auto quarter = [&](unsigned at) { return _mm512_loadu_ps(table + 16 * at); };
    if constexpr (Level < 4) {
        return _mm512_permutexvar_ps(index, quarter(0));
    } else if constexpr (Level == 4) {
        return _mm512_permutex2var_ps(quarter(0), index, quarter(1));
    } else if constexpr (Level == 5) {
        const __m512 low = _mm512_permutex2var_ps(quarter(0), index, quarter(1));
        const __m512 high = _mm512_permutex2var_ps(quarter(2), index, quarter(3));
        return _mm512_mask_blend_ps(_mm512_test_epi32_mask(index, _mm512_set1_epi32(32)), low, high);
    } else {
        return _mm512_i32gather_ps(index, table, 4);
    }
#elif defined(__AVX2__)
    return _mm256_i32gather_ps(table, reinterpret_cast<__m256i>(nodes), 4);
#else
    Floats value{};
    for (std::size_t lane = 0; lane < kWidth; ++lane) value[lane] = table[nodes[lane]];
    return value;
#endif
}

/// Calls action.template operator()<level>() for each level.
template <unsigned Planes, unsigned Level = 0, class Action>
inline __attribute__((always_inline)) void eachLevel(const Action& action) {
    if constexpr (Level < Planes) {
        action.template operator()<Level>();
        eachLevel<Planes, Level + 1>(action);
    }
}

struct Best {
    Floats cost;
    Ints code;  ///< relative to the subtree's first leaf
};

/// sum_p w_p (t_p - v_p(code))^2 less its constant is sum_p a_p v^2 + b_p v with a = w, b = -2 w t: a sum along the
/// path from root to leaf, so the least of a subtree is its own term plus the lesser of its halves. Ties take the lower
/// code, as a search through all codes in order would.
template <unsigned Planes, unsigned Level>
inline __attribute__((always_inline)) Best leastBelow(const Tree& tree, unsigned node, const Floats* a,
                                                      const Floats* b) {
    const Floats own = a[Level] * tree.square[Level][node] + b[Level] * tree.value[Level][node];
    if constexpr (Level + 1 == Planes) {
        return {own, Ints{}};
    } else {
        const Best left = leastBelow<Planes, Level + 1>(tree, 2 * node, a, b);
        const Best right = leastBelow<Planes, Level + 1>(tree, 2 * node + 1, a, b);
        constexpr int kHalf = 1 << (Planes - 2 - Level);
        const Ints takeRight = right.cost < left.cost;
        return {own + (takeRight ? right.cost : left.cost), takeRight ? right.code + kHalf : left.code};
    }
}

constexpr unsigned kUnrolledLevels = 5;  ///< deeper trees call the text of one subtree of this depth repeatedly

template <unsigned Planes>
__attribute__((noinline)) Best leastOfSubtree(const Tree& tree, unsigned node, const Floats* a, const Floats* b) {
    return leastBelow<Planes, Planes - kUnrolledLevels>(tree, node, a, b);
}

template <unsigned Planes, unsigned Level>
inline Best least(const Tree& tree, unsigned node, const Floats* a, const Floats* b) {
    if constexpr (Planes - Level > kUnrolledLevels) {
        const Floats own = a[Level] * tree.square[Level][node] + b[Level] * tree.value[Level][node];
        const Best left = least<Planes, Level + 1>(tree, 2 * node, a, b);
        const Best right = least<Planes, Level + 1>(tree, 2 * node + 1, a, b);
        constexpr int kHalf = 1 << (Planes - 2 - Level);
        const Ints takeRight = right.cost < left.cost;
        return {own + (takeRight ? right.cost : left.cost), takeRight ? right.code + kHalf : left.code};
    } else if constexpr (Planes - Level == kUnrolledLevels) {
        return leastOfSubtree<Planes>(tree, node, a, b);
    } else {
        return leastBelow<Planes, Level>(tree, node, a, b);
    }
}

template <unsigned Planes>
inline Ints bestCodes(const Tree& tree, const Floats* a, const Floats* b) {
    const Best left = least<Planes, 0>(tree, 0, a, b);
    const Best right = least<Planes, 0>(tree, 1, a, b);
    const Ints takeRight = right.cost < left.cost;
    return takeRight ? right.code + (1 << (Planes - 1)) : left.code;
}

template <unsigned Planes>
void feedbackLanes(const FeedbackJob& job, std::size_t tile, std::size_t lane) {
    const std::size_t stride = job.tiles * Planes * kLanes;
    float* state = job.state + tile * Planes * kLanes + lane;
    std::uint8_t* codes = job.codes + tile * kLanes + lane;
    Floats error[kMaximumColumns][Planes];
    for (std::size_t column = 0; column < job.columns; ++column, state += stride, codes += job.tiles * kLanes) {
        Floats target[Planes], a[Planes], b[Planes];
        for (unsigned plane = 0; plane < Planes; ++plane) target[plane] = load(state + plane * kLanes);
        for (std::size_t earlier = 0; earlier < column; ++earlier) {
            const float factor = job.factor[earlier * job.factorStride + column];
            for (unsigned plane = 0; plane < Planes; ++plane) target[plane] -= error[earlier][plane] * factor;
        }
        for (unsigned plane = 0; plane < Planes; ++plane) {
            a[plane] = Floats{} + job.planeWeights[plane];
            b[plane] = target[plane] * (-2 * job.planeWeights[plane]);
        }
        const Ints best = bestCodes<Planes>(*job.tree, a, b);
        storeCodes(codes, best);
        const float inverse = 1 / job.factor[column * (job.factorStride + 1)];
        eachLevel<Planes>([&]<unsigned Level>() {
            error[column][Level] = (target[Level] - lookUp<Planes, Level>(*job.tree, best)) * inverse;
            store(state + Level * kLanes, error[column][Level]);
        });
    }
}

template <unsigned Planes>
void descendLanes(const DescentJob& job, std::size_t tile, std::size_t lane) {
    const std::size_t stride = job.tiles * Planes * kLanes;
    const std::size_t place = tile * Planes * kLanes + lane;
    std::uint8_t* codes = job.codes + tile * kLanes + lane;
    Floats steps[kMaximumColumns][Planes];
    Floats gain[Planes], weight[Planes], inverseGain[Planes];
    for (unsigned plane = 0; plane < Planes; ++plane) {
        gain[plane] = load(job.gain + place + plane * kLanes);
        weight[plane] = load(job.weight + place + plane * kLanes);
        inverseGain[plane] = 1 / gain[plane];
    }
    for (std::size_t column = 0; column < job.columns; ++column, codes += job.tiles * kLanes) {
        Floats local[Planes], a[Planes], b[Planes], old[Planes];
        const float* gradient = job.gradient + column * stride + place;
        for (unsigned plane = 0; plane < Planes; ++plane) local[plane] = load(gradient + plane * kLanes);
        for (std::size_t earlier = 0; earlier < column; ++earlier) {
            const float coupling = job.hessian[earlier * job.hessianStride + column];
            for (unsigned plane = 0; plane < Planes; ++plane) local[plane] -= steps[earlier][plane] * coupling;
        }
        const float inverse = 1 / job.hessian[column * (job.hessianStride + 1)];
        const Ints before = loadCodes(codes);
        eachLevel<Planes>([&]<unsigned Level>() {
            old[Level] = lookUp<Planes, Level>(*job.tree, before);
            const Floats target = old[Level] + local[Level] * (inverseGain[Level] * inverse);
            a[Level] = weight[Level];
            b[Level] = weight[Level] * target * -2;
        });
        const Ints best = bestCodes<Planes>(*job.tree, a, b);
        storeCodes(codes, best);
        float* out = job.steps + column * stride + place;
        eachLevel<Planes>([&]<unsigned Level>() {
            steps[column][Level] = (lookUp<Planes, Level>(*job.tree, best) - old[Level]) * gain[Level];
            store(out + Level * kLanes, steps[column][Level]);
        });
    }
}

/// Sums of one plane; floats over the few columns of a job, doubles across jobs.
template <unsigned Planes, unsigned Level>
void momentsOfLevel(const MomentsJob& job, std::size_t tile, std::size_t lane) {
    const std::size_t rowStride = job.tiles * kLanes, row = tile * kLanes + lane;
    const std::size_t stride = rowStride * Planes, place = (tile * Planes + Level) * kLanes + lane;
    const Floats gain = load(job.gain + place);
    Floats sums[kMoments] = {};
    for (std::size_t column = 0; column < job.columns; ++column) {
        const Floats code = lookUp<Planes, Level>(*job.tree, loadCodes(job.codes + column * rowStride + row));
        const Floats residual = load(job.input + column * rowStride + row) - gain * code;
        const Floats gradient = load(job.gradient + column * stride + place);
        sums[kGradientCode] += gradient * code;
        sums[kGradientResidual] += gradient * residual;
        sums[kInputCode] += load(job.inputHessian + column * rowStride + row) * code;
        sums[kResidualCode] += residual * code;
        sums[kResidualSquare] += residual * residual;
        sums[kCodeSquare] += code * code;
    }
    for (std::size_t kind = 0; kind < kMoments; ++kind)
        for (std::size_t each = 0; each < kWidth; ++each)
            job.sums[kind * stride + place + each] += static_cast<double>(sums[kind][each]);
}

template <unsigned Planes>
void residualLanes(const ResidualJob& job, std::size_t outTile, std::size_t lane) {
    const std::size_t tile = job.firstTile + outTile;
    const std::size_t rowStride = job.tiles * kLanes, row = tile * kLanes + lane;
    for (std::size_t column = 0; column < job.columns; ++column) {
        const Ints codes = loadCodes(job.codes + column * rowStride + row);
        const Floats input = load(job.input + column * rowStride + row);
        const float scale = job.scale == nullptr ? 1.0F : job.scale[column];
        float* out = job.out + ((column * job.outTiles + outTile) * Planes) * kLanes + lane;
        eachLevel<Planes>([&]<unsigned Level>() {
            const Floats gain = load(job.gain + (tile * Planes + Level) * kLanes + lane);
            store(out + Level * kLanes, (input - gain * lookUp<Planes, Level>(*job.tree, codes)) * scale);
        });
    }
}

template <unsigned Planes, class Action>
void eachTile(std::size_t tiles, const Action& action) {
    for (std::size_t tile = 0; tile < tiles; ++tile)
        for (std::size_t lane = 0; lane < kLanes; lane += kWidth) action.template operator()<Planes>(tile, lane);
}

template <class Action>
void forPlanes(unsigned planes, std::size_t tiles, const Action& action) {
    switch (planes) {
        case 1:
            return eachTile<1>(tiles, action);
        case 2:
            return eachTile<2>(tiles, action);
        case 3:
            return eachTile<3>(tiles, action);
        case 4:
            return eachTile<4>(tiles, action);
        case 5:
            return eachTile<5>(tiles, action);
        case 6:
            return eachTile<6>(tiles, action);
        case 7:
            return eachTile<7>(tiles, action);
        default:
            return eachTile<8>(tiles, action);
    }
}

void feedback(const FeedbackJob& job) {
    forPlanes(job.tree->planes, job.tiles,
              [&]<unsigned Planes>(std::size_t tile, std::size_t lane) { feedbackLanes<Planes>(job, tile, lane); });
}

void descend(const DescentJob& job) {
    forPlanes(job.tree->planes, job.tiles,
              [&]<unsigned Planes>(std::size_t tile, std::size_t lane) { descendLanes<Planes>(job, tile, lane); });
}

void moments(const MomentsJob& job) {
    forPlanes(job.tree->planes, job.tiles, [&]<unsigned Planes>(std::size_t tile, std::size_t lane) {
        eachLevel<Planes>([&]<unsigned Level>() { momentsOfLevel<Planes, Level>(job, tile, lane); });
    });
}

void residual(const ResidualJob& job) {
    forPlanes(job.tree->planes, job.outTiles,
              [&]<unsigned Planes>(std::size_t tile, std::size_t lane) { residualLanes<Planes>(job, tile, lane); });
}

void rescale(const RescaleJob& job) {
    const std::size_t rows = job.tiles * kLanes;
    for (std::size_t column = 0; column < job.columns; ++column)
        for (std::size_t tile = 0; tile < job.tiles; ++tile)
            for (unsigned plane = 0; plane < job.planes; ++plane)
                for (std::size_t lane = 0; lane < kLanes; ++lane) {
                    const std::size_t place = (tile * job.planes + plane) * kLanes + lane;
                    float& gradient = job.gradient[column * rows * job.planes + place];
                    gradient += job.ratio[place] * (gradient - job.inputHessian[column * rows + tile * kLanes + lane]);
                }
}

}  // namespace

extern const SearchKernels kTable;
const SearchKernels kTable{STRATA_STRING(STRATA_SEARCH_ISA), feedback, descend, moments, residual, rescale};

}  // namespace strata::search::STRATA_SEARCH_ISA
