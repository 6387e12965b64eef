#include "core/compress/quality_curve.h"

#include "core/codec/linear_algebra.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

namespace strata {
namespace {

constexpr std::string_view kName = "curve";
constexpr std::size_t kPoints = 12;
constexpr std::size_t kHeadRows = 2048;  ///< of the source's head, expanded at once

/// Prefix lengths whose sizes are evenly spaced between floor and whole.
std::vector<std::size_t> prefixes(const StackFile& stack, std::span<const StackContents::Block> order) {
    std::vector<std::uint64_t> sizes{0};
    std::size_t floor = 0;
    for (const auto& block : order) {
        sizes.push_back(sizes.back() + stack.matrices()[block.matrix].blockBytes(block.tile));
        if (block.level == 0) floor = sizes.size() - 1;
    }
    std::vector<std::size_t> result;
    for (std::size_t point = 0; point < kPoints; ++point) {
        const std::uint64_t wanted = sizes[floor] + (sizes.back() - sizes[floor]) * point / (kPoints - 1);
        const auto end = std::ranges::upper_bound(sizes, wanted);
        const std::size_t blocks = std::max(floor, static_cast<std::size_t>(end - sizes.begin()) - 1);
        if (result.empty() || blocks > result.back()) result.push_back(blocks);
    }
    return result;
}

LockstepStream streamOf(const StackFile& stack, std::span<const StackContents::Block> order, std::size_t blocks) {
    LockstepStream stream{0, std::vector<std::uint8_t>(stack.tileCount(), 0), {}};
    for (const auto& block : order.first(blocks)) ++stream.levels[stack.tileIndex(block.matrix, block.tile)];
    return stream;
}

/// Logits of the source model itself, from its final states and its own head.
Result<void> sourceLogits(const SourceModel& source, const HeldOut& heldOut, ThreadPool& pool, std::size_t first,
                          std::size_t count, std::span<float> logits) {
    const ModelConfig& config = source.config();
    const std::string_view head = config.tiedEmbedding ? kEmbeddingName : kOutputName;
    const std::size_t width = config.embeddingLength;
    const std::size_t pieces = (config.vocabularySize + kHeadRows - 1) / kHeadRows;
    std::vector<Result<void>> status(pieces);
    pool.forEach(pieces, [&](std::size_t piece) {
        const std::size_t row = piece * kHeadRows;
        const std::size_t rows = std::min(kHeadRows, config.vocabularySize - row);
        std::vector<float> weights(rows * width);
        status[piece] = source.rows(head, row, rows, weights);
        blas::multiplyTransposed(count, rows, width, 1, heldOut.states.data() + first * width, width, weights.data(),
                                 width, 0, logits.data() + row, config.vocabularySize);
        if (config.logitSoftcap <= 0) return;
        for (std::size_t token = 0; token < count; ++token)
            for (float& logit : logits.subspan(token * config.vocabularySize + row, rows))
                logit = config.logitSoftcap * std::tanh(logit / config.logitSoftcap);
    });
    for (Result<void>& piece : status) STRATA_CHECK(std::move(piece));
    return {};
}

Result<std::vector<CurvePoint>> restore(const nlohmann::json& saved, std::span<const std::size_t> lengths,
                                        const WorkFolder& folder) {
    std::vector<CurvePoint> points;
    try {
        for (const auto& point : saved)
            points.push_back({point.at(0), point.at(1), point.at(2), point.at(3), point.at(4)});
    } catch (const nlohmann::json::exception&) {
        return folder.damaged(kName);
    }
    if (!std::ranges::equal(points, lengths, {}, &CurvePoint::blocks)) return folder.damaged(kName);
    return points;
}

/// What JSON, GGUF and people can hold of a perplexity that has no bound.
float boundedPerplexity(double perplexity) {
    return static_cast<float>(std::min(perplexity, static_cast<double>(std::numeric_limits<float>::max())));
}

nlohmann::json keep(std::span<const CurvePoint> points) {
    nlohmann::json saved = nlohmann::json::array();
    for (const CurvePoint& point : points)
        saved.push_back({point.weightBytes, point.blocks, point.perplexity, point.divergence, point.agreement});
    return saved;
}

}  // namespace

Result<std::vector<CurvePoint>> measureCurve(std::shared_ptr<const StackFile> unordered,
                                             std::span<const StackContents::Block> order, const SourceModel& source,
                                             const HeldOut& heldOut, WorkFolder& folder, ThreadPool& pool,
                                             const JobContext& context) {
    const std::vector<std::size_t> lengths = prefixes(*unordered, order);
    STRATA_TRY(const std::optional<nlohmann::json> saved, folder.loadJson(kName));
    if (saved) return restore(*saved, lengths, folder);
    std::vector<LockstepStream> streams;
    for (const std::size_t blocks : lengths) streams.push_back(streamOf(*unordered, order, blocks));
    Lockstep lockstep(unordered, source.config(), heldOut.tokens, heldOut.windowTokens, folder, "prefix", pool);
    const JobContext running{[&](const Progress& progress) { context.report(progress.stage, 0.7 * progress.fraction); },
                             context.stop};
    STRATA_CHECK(lockstep.run(streams, running));
    const JobContext scoring{
        [&](const Progress& progress) { context.report(progress.stage, 0.7 + 0.3 * progress.fraction); }, context.stop};
    const Lockstep::Reference reference = [&](std::size_t first, std::size_t count, std::span<float> logits) {
        return sourceLogits(source, heldOut, pool, first, count, logits);
    };
    STRATA_TRY(const std::vector<StreamScore> scores, lockstep.score(streams, reference, scoring));
    std::vector<CurvePoint> points;
    for (std::size_t index = 0; index < lengths.size(); ++index) {
        std::uint64_t bytes = unordered->denseBytes();
        for (const auto& block : order.first(lengths[index]))
            bytes += unordered->matrices()[block.matrix].blockBytes(block.tile);
        points.push_back({bytes, static_cast<std::uint32_t>(lengths[index]),
                          boundedPerplexity(scores[index].perplexity), static_cast<float>(scores[index].divergence),
                          static_cast<float>(scores[index].agreement)});
    }
    STRATA_CHECK(folder.saveJson(kName, keep(points)));
    lockstep.forget();
    return points;
}

}  // namespace strata
