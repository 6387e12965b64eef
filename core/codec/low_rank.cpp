#include "core/codec/low_rank.h"

#include "core/codec/linear_algebra.h"

#include <algorithm>
#include <cmath>

#include <lapacke.h>

namespace strata {
namespace {

constexpr std::size_t kOversampling = 4;

/// `count` vectors of `length`, one after the other: what LAPACK calls a column-major [length, count] matrix.
struct Vectors {
    Vectors(std::size_t vectorCount, std::size_t vectorLength)
        : count(vectorCount), length(vectorLength), values(vectorCount * vectorLength) {}
    std::size_t count;
    std::size_t length;
    std::vector<float> values;
};

lapack_int narrow(std::size_t size) {
    return static_cast<lapack_int>(size);
}

/// Replaces vectors by an orthonormal basis of their span; `triangle` (column-major [count, count]) receives R of QR.
bool orthonormalize(Vectors& vectors, std::vector<float>* triangle = nullptr) {
    const lapack_int length = narrow(vectors.length), count = narrow(vectors.count);
    std::vector<float> reflectors(vectors.count), work(vectors.count * 64);
    const lapack_int workSize = narrow(work.size());
    if (LAPACKE_sgeqrf_work(LAPACK_COL_MAJOR, length, count, vectors.values.data(), length, reflectors.data(),
                            work.data(), workSize) != 0)
        return false;
    if (triangle != nullptr) {
        triangle->assign(vectors.count * vectors.count, 0.0F);
        for (std::size_t column = 0; column < vectors.count; ++column)
            std::copy_n(&vectors.values[column * vectors.length], column + 1, &(*triangle)[column * vectors.count]);
    }
    return LAPACKE_sorgqr_work(LAPACK_COL_MAJOR, length, count, count, vectors.values.data(), length, reflectors.data(),
                               work.data(), workSize) == 0;
}

struct SmallSvd {
    std::vector<float> left;    ///< column-major [size, size]
    std::vector<float> values;  ///< [size], descending
    std::vector<float> right;   ///< V^T, column-major [size, size]
};

bool decompose(std::vector<float> matrix, std::size_t size, SmallSvd& svd) {
    const lapack_int n = narrow(size);
    svd.left.resize(size * size);
    svd.right.resize(size * size);
    svd.values.resize(size);
    std::vector<float> work(4 * size * size + 7 * size + 4096);
    std::vector<lapack_int> integers(8 * size);
    return LAPACKE_sgesdd_work(LAPACK_COL_MAJOR, 'S', n, n, matrix.data(), n, svd.values.data(), svd.left.data(), n,
                               svd.right.data(), n, work.data(), narrow(work.size()), integers.data()) == 0;
}

/// An orthonormal basis of the dominant columns' span, and A^T times it.
struct Range {
    Vectors basis;      ///< of length rows
    Vectors projected;  ///< of length columns
};

Result<Range> findRange(const std::vector<float>& matrix, std::size_t rows, std::size_t columns, std::size_t count,
                        unsigned powerIterations, Random& random) {
    Range range{Vectors(count, rows), Vectors(count, columns)};
    for (float& value : range.projected.values) value = static_cast<float>(random.normal());
    for (unsigned iteration = 0; iteration <= powerIterations; ++iteration) {
        blas::multiplyTransposed(count, rows, columns, 1, range.projected.values.data(), columns, matrix.data(),
                                 columns, 0, range.basis.values.data(), rows);
        if (!orthonormalize(range.basis)) return fail(ErrorCode::Corrupt, "a matrix of weights cannot be factored");
        blas::multiply(count, columns, rows, 1, range.basis.values.data(), rows, matrix.data(), columns, 0,
                       range.projected.values.data(), columns);
        if (iteration < powerIterations && !orthonormalize(range.projected))
            return fail(ErrorCode::Corrupt, "a matrix of weights cannot be factored");
    }
    return range;
}

}  // namespace

Result<LowRank> truncatedSvd(const std::vector<float>& matrix, std::size_t rows, std::size_t columns, std::size_t rank,
                             unsigned powerIterations, Random& random) {
    const std::size_t count = std::min({rank + kOversampling, rows, columns});
    STRATA_TRY(Range range, findRange(matrix, rows, columns, count, powerIterations, random));
    // A ~ basis projected^T, projected = Z T: the SVD of T^T (small) turns both bases into singular vectors.
    std::vector<float> triangle;
    SmallSvd svd;
    if (!orthonormalize(range.projected, &triangle) || !decompose(std::move(triangle), count, svd))
        return fail(ErrorCode::Corrupt, "a matrix of weights cannot be factored");

    // T = L S R^T, hence T^T = R S L^T: rows' vectors are basis R, columns' vectors are Z L.
    const std::size_t kept = std::min(rank, count);
    const double shape = std::pow(static_cast<double>(rows) / static_cast<double>(columns), 0.25);
    std::vector<float> mixU(kept * count), mixV(kept * count);
    for (std::size_t k = 0; k < kept; ++k) {
        const double root = std::sqrt(static_cast<double>(std::max(svd.values[k], 0.0F)));
        for (std::size_t index = 0; index < count; ++index) {
            mixU[k * count + index] = static_cast<float>(root * shape) * svd.right[index * count + k];
            mixV[k * count + index] = static_cast<float>(root / shape) * svd.left[k * count + index];
        }
    }
    LowRank result{std::vector<float>(rank * rows), std::vector<float>(rank * columns)};
    blas::multiply(kept, rows, count, 1, mixU.data(), count, range.basis.values.data(), rows, 0, result.u.data(), rows);
    blas::multiply(kept, columns, count, 1, mixV.data(), count, range.projected.values.data(), columns, 0,
                   result.v.data(), columns);
    return result;
}

}  // namespace strata
