#include "core/compress/vocabulary_encoder.h"

#include <algorithm>
#include <mutex>
#include <optional>

namespace strata {
namespace {

/// A tied matrix is read in two roles: by rows, where every column counts alike, and as the head, where H weighs them.
/// This is the weight of the first beside the second, in units of H's mean diagonal.
constexpr float kEmbeddingRole = 1.0F;
constexpr unsigned kDescentPasses = 1;

void addIdentity(std::vector<float>& hessian, std::size_t columns) {
    double trace = 0;
    for (std::size_t column = 0; column < columns; ++column) trace += hessian[column * columns + column];
    const float share = kEmbeddingRole * static_cast<float>(trace / static_cast<double>(columns));
    for (std::size_t column = 0; column < columns; ++column) hessian[column * columns + column] += share;
}

Result<EncodedMatrix> encodeMatrix(const SourceModel& source, std::string_view name, const InputStatistics& statistics,
                                   const Rotation& rotation, unsigned planes, ThreadPool& pool,
                                   const JobContext& context) {
    const ModelConfig& config = source.config();
    EncodedMatrix result;
    result.info = {std::string(name),
                   Codec::Nested,
                   config.vocabularySize,
                   config.embeddingLength,
                   kVocabularyTileRows,
                   planes,
                   0};
    const std::size_t columns = config.embeddingLength;
    const std::size_t chunksPerTile = kVocabularyTileRows / kEncodeRows;
    const std::size_t chunks = (config.vocabularySize + kEncodeRows - 1) / kEncodeRows;
    std::vector<NestedMatrix> parts(chunks);
    std::mutex mutex;
    std::optional<Error> error;
    pool.forEach(chunks, [&](std::size_t chunk) {
        if (context.stop.stop_requested()) return;
        const std::size_t first = chunk * kEncodeRows;
        const std::size_t count = std::min(kEncodeRows, config.vocabularySize - first);
        std::vector<float> rows(count * columns);
        auto status = source.rows(name, first, count, rows);
        auto encoded = status ? encodeNested(rows, columns, rotation, statistics,
                                             {.planes = planes, .descentPasses = kDescentPasses, .prefixWeights = {}})
                              : Result<NestedMatrix>(std::unexpected(status.error()));
        const std::lock_guard lock(mutex);
        if (!encoded)
            error = std::move(encoded).error();
        else
            parts[chunk] = *std::move(encoded);
    });
    if (error) return std::unexpected(*std::move(error));
    if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "compression was stopped");
    for (std::size_t first = 0; first < chunks; first += chunksPerTile)
        appendNestedTile(result, std::span(parts).subspan(first, std::min(chunksPerTile, chunks - first)));
    return result;
}

}  // namespace

Result<std::vector<EncodedMatrix>> encodeVocabulary(const SourceModel& source, std::vector<float> headHessian,
                                                    const Rotations& rotations, unsigned planes, ThreadPool& pool,
                                                    const JobContext& context) {
    const ModelConfig& config = source.config();
    const Rotation& rotation = rotations.at(config.embeddingLength);
    InputStatistics identity;
    identity.columns = config.embeddingLength;
    std::vector<EncodedMatrix> results;
    if (config.tiedEmbedding) addIdentity(headHessian, config.embeddingLength);
    STRATA_TRY(const InputStatistics head, prepareStatistics(std::move(headHessian), rotation));
    STRATA_TRY(EncodedMatrix embedding, encodeMatrix(source, kEmbeddingName, config.tiedEmbedding ? head : identity,
                                                     rotation, planes, pool, context));
    results.push_back(std::move(embedding));
    if (!config.tiedEmbedding) {
        STRATA_TRY(EncodedMatrix output, encodeMatrix(source, kOutputName, head, rotation, planes, pool, context));
        results.push_back(std::move(output));
    }
    return results;
}

}  // namespace strata
