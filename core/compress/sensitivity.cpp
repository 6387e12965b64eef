#include "core/compress/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

namespace strata {
namespace {

constexpr std::string_view kName = "sensitivity";
constexpr std::size_t kWindowTokens = 256;
constexpr std::size_t kTokens = 2 * kWindowTokens;
constexpr unsigned kLinearProbe = 2;  ///< level at which a linear is probed, as in the reference
constexpr unsigned kVocabularyProbe = 4;
constexpr double kSmallestError = 1e-12;

bool isVocabulary(const MatrixInfo& info) {
    return info.name == kEmbeddingName || info.name == kOutputName;
}

std::vector<std::uint8_t> highestLevels(const StackFile& stack) {
    std::vector<std::uint8_t> levels;
    for (const MatrixInfo& matrix : stack.matrices())
        levels.insert(levels.end(), matrix.tileCount(), static_cast<std::uint8_t>(matrix.levels));
    return levels;
}

const MatrixInfo& headOf(const StackFile& stack, const ModelConfig& config) {
    const int head = stack.findMatrix(config.tiedEmbedding ? kEmbeddingName : kOutputName);
    return stack.matrices()[static_cast<std::size_t>(head)];
}

/// Level at which a matrix is probed: below its highest, or there would be nothing to measure.
unsigned probeLevel(const MatrixInfo& info) {
    const unsigned wanted = isVocabulary(info) ? kVocabularyProbe : kLinearProbe;
    return std::min(wanted, std::max(1U, info.levels - 1));
}

void lower(const StackFile& stack, std::size_t matrix, std::vector<std::uint8_t>& levels) {
    const MatrixInfo& info = stack.matrices()[matrix];
    for (std::size_t tile = 0; tile < info.tileCount(); ++tile)
        levels[stack.tileIndex(matrix, tile)] = static_cast<std::uint8_t>(probeLevel(info));
}

/// Names of the matrices that are probed together: a linear alone; the gates of all of a layer's experts, their ups,
/// their downs.
std::vector<std::vector<std::string>> probeGroups(const ModelConfig& config, std::size_t layer) {
    std::vector<std::vector<std::string>> groups;
    std::map<std::string, std::size_t> ofExperts;
    for (const ModelConfig::Linear& linear : config.linears(layer)) {
        const std::string key = linear.expert ? findExpertSlice(linear.name)->tensor : linear.name;
        const auto [place, isNew] = ofExperts.emplace(key, groups.size());
        if (isNew) groups.emplace_back();
        groups[place->second].push_back(linear.name);
    }
    return groups;
}

/// Stream 0: everything at its highest. Then one stream per group of linears, then one for the embedding as input.
struct Probes {
    std::vector<LockstepStream> streams;
    std::vector<std::vector<std::size_t>> matrices;  ///< of streams 1..n
};

Probes makeProbes(const StackFile& stack, const ModelConfig& config) {
    Probes probes;
    const std::vector<std::uint8_t> highest = highestLevels(stack);
    probes.streams.push_back({0, highest, {}});
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer)
        for (const std::vector<std::string>& group : probeGroups(config, layer)) {
            LockstepStream stream{layer, highest, {}};
            probes.matrices.emplace_back();
            for (const std::string& name : group) {
                const auto matrix = static_cast<std::size_t>(stack.findMatrix(name));
                lower(stack, matrix, stream.levels);
                probes.matrices.back().push_back(matrix);
            }
            probes.streams.push_back(std::move(stream));
        }
    const auto embedding = static_cast<std::size_t>(stack.findMatrix(kEmbeddingName));
    LockstepStream stream{0, highest, highest};
    lower(stack, embedding, stream.levels);
    probes.streams.push_back(std::move(stream));
    probes.matrices.push_back({embedding});
    return probes;
}

/// Error of a tile at the probe beyond that at its highest level: what a probe measures the harm of.
double probedError(const std::vector<double>& error, unsigned probe) {
    return std::max(error[std::min<std::size_t>(probe, error.size() - 1)] - error.back(), kSmallestError);
}

/// loss[level] = divergence * error[level] / error[probe], from the highest level's error on.
std::vector<double> lossesFrom(double divergence, const std::vector<double>& error, unsigned probe) {
    const double highest = error.back();
    const double probed = probedError(error, probe);
    std::vector<double> losses;
    for (const double value : error)
        losses.push_back(std::max(divergence, 0.0) * std::max(value - highest, 0.0) / probed);
    return losses;
}

/// Share of the embedding's harm that each tile answers for: its tokens' frequency (one occurrence more for tokens not
/// seen) times its error at the probe.
std::vector<double> embeddingShares(const EncodedMatrix& embedding, std::span<const TokenId> calibration) {
    const MatrixInfo& info = embedding.info;
    std::vector<double> shares;
    for (std::size_t tile = 0; tile < info.tileCount(); ++tile) shares.push_back(1);
    for (const TokenId token : calibration) shares[static_cast<std::size_t>(token) / info.tileRows] += 1;
    double sum = 0;
    for (std::size_t tile = 0; tile < shares.size(); ++tile) {
        shares[tile] *= embedding.relativeError[tile][probeLevel(info)];
        sum += shares[tile];
    }
    for (double& share : shares) share /= std::max(sum, kSmallestError);
    return shares;
}

std::vector<std::uint64_t> sizesOf(const MatrixInfo& info, std::size_t tile) {
    std::vector<std::uint64_t> bytes;
    for (unsigned level = 0; level <= info.levels; ++level)
        bytes.push_back(std::uint64_t{level} * info.blockBytes(tile));
    return bytes;
}

/// What was measured: the divergence of every matrix's probe (linears; embedding as input), and one per head tile.
struct Measurement {
    std::vector<double> matrixDivergence;    ///< [matrices]
    std::vector<double> headTileDivergence;  ///< [tiles of the head]
};

Result<Measurement> restore(const nlohmann::json& saved, const StackFile& stack, const ModelConfig& config,
                            const WorkFolder& folder) {
    Measurement result;
    try {
        result = {saved.at("matrix"), saved.at("head_tile")};
    } catch (const nlohmann::json::exception&) {
        return folder.damaged(kName);
    }
    const bool fits = result.matrixDivergence.size() == stack.matrices().size() &&
                      result.headTileDivergence.size() == headOf(stack, config).tileCount();
    if (!fits) return folder.damaged(kName);
    return result;
}

Result<Measurement> measure(const std::shared_ptr<const StackFile>& stack, const ModelConfig& config,
                            std::span<const TokenId> calibration, WorkFolder& folder, ThreadPool& pool,
                            const JobContext& context) {
    STRATA_TRY(const std::optional<nlohmann::json> saved, folder.loadJson(kName));
    if (saved) return restore(*saved, *stack, config, folder);
    const Probes probes = makeProbes(*stack, config);
    const std::size_t tokens = std::min(kTokens, calibration.size() / kWindowTokens * kWindowTokens);
    Lockstep lockstep(stack, config, {calibration.begin(), calibration.begin() + static_cast<std::ptrdiff_t>(tokens)},
                      kWindowTokens, folder, "probe", pool);
    const JobContext running{[&](const Progress& progress) { context.report(progress.stage, 0.7 * progress.fraction); },
                             context.stop};
    STRATA_CHECK(lockstep.run(probes.streams, running));
    const JobContext scoring{
        [&](const Progress& progress) { context.report(progress.stage, 0.7 + 0.3 * progress.fraction); }, context.stop};
    STRATA_TRY(const std::vector<StreamScore> scores, lockstep.score(probes.streams, {}, scoring));
    Measurement result;
    result.matrixDivergence.assign(stack->matrices().size(), 0.0);
    for (std::size_t index = 0; index < probes.matrices.size(); ++index)
        for (const std::size_t matrix : probes.matrices[index])
            result.matrixDivergence[matrix] = scores[index + 1].divergence;
    const unsigned level = probeLevel(headOf(*stack, config));
    STRATA_TRY(result.headTileDivergence, lockstep.headTileDivergences(probes.streams[0], level));
    STRATA_CHECK(
        folder.saveJson(kName, {{"matrix", result.matrixDivergence}, {"head_tile", result.headTileDivergence}}));
    lockstep.forget();
    return result;
}

}  // namespace

std::vector<double> probeShares(std::span<const EncodedMatrix> matrices) {
    std::map<std::string, double> sums;
    std::vector<double> shares(matrices.size(), 1);
    for (std::size_t index = 0; index < matrices.size(); ++index) {
        const EncodedMatrix& matrix = matrices[index];
        const auto slice = findExpertSlice(matrix.info.name);
        if (!slice) continue;
        shares[index] = (static_cast<double>(matrix.routedTokens) + 1) *
                        probedError(matrix.relativeError[0], probeLevel(matrix.info));
        sums[slice->tensor] += shares[index];
    }
    for (std::size_t index = 0; index < matrices.size(); ++index)
        if (const auto slice = findExpertSlice(matrices[index].info.name)) shares[index] /= sums.at(slice->tensor);
    return shares;
}

std::uint64_t sensitivityDiskBytes(const ModelConfig& config) {
    std::uint64_t streams = 2;
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer) streams += probeGroups(config, layer).size();
    return streams * kTokens * config.embeddingLength * sizeof(float);
}

Result<std::vector<TileCurve>> measureTileCurves(std::shared_ptr<const StackFile> stack, const ModelConfig& config,
                                                 std::span<const EncodedMatrix> matrices,
                                                 std::span<const TokenId> calibration, WorkFolder& folder,
                                                 ThreadPool& pool, const JobContext& context) {
    STRATA_TRY(const Measurement measured, measure(stack, config, calibration, folder, pool, context));
    const std::vector<double> probed = probeShares(matrices);
    std::vector<TileCurve> curves;
    for (std::size_t matrix = 0; matrix < matrices.size(); ++matrix) {
        const EncodedMatrix& encoded = matrices[matrix];
        const bool vocabulary = isVocabulary(encoded.info);
        const bool embedding = encoded.info.name == kEmbeddingName;
        const bool head = encoded.info.name == (config.tiedEmbedding ? kEmbeddingName : kOutputName);
        const std::vector<double> shares = embedding ? embeddingShares(encoded, calibration) : std::vector<double>();
        for (std::size_t tile = 0; tile < encoded.info.tileCount(); ++tile) {
            double divergence = embedding ? measured.matrixDivergence[matrix] * shares[tile] : 0.0;
            if (head) divergence += measured.headTileDivergence[tile];
            if (!vocabulary) divergence = measured.matrixDivergence[matrix] * probed[matrix];
            curves.push_back({lossesFrom(divergence, encoded.relativeError[tile], probeLevel(encoded.info)),
                              sizesOf(encoded.info, tile)});
        }
    }
    return curves;
}

}  // namespace strata
