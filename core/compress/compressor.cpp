#include "core/compress/compressor.h"

#include "core/base/hash.h"
#include "core/base/system_info.h"
#include "core/codec/linear_algebra.h"
#include "core/compress/calibration_text.h"
#include "core/compress/dense_pass.h"
#include "core/compress/layer_encoder.h"
#include "core/compress/quality_curve.h"
#include "core/compress/sensitivity.h"
#include "core/compress/source_model.h"
#include "core/compress/vocabulary_encoder.h"
#include "core/compress/work_folder.h"
#include "core/source/bitstack_checkpoint.h"
#include "core/stack/stack_writer.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

LayerEncoderOptions encoderOptions(const CompressOptions& options, Codec codec) {
    return {codec, options.planes, options.descentPasses, options.rank, options.blocks, options.seed};
}

/// What a run over an open source will cost.
CompressEstimate estimateFor(const SourceModel& source, const CompressOptions& options) {
    const ModelConfig& config = source.config();
    const LayerEncoderOptions encoder = encoderOptions(options, codecFor(options, source.files()));
    CompressEstimate estimate;
    std::uint64_t largestBlockFloats = 0;
    std::uint64_t largestInput = 0;
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer) {
        std::uint64_t floats = 0;
        for (const auto& linear : config.linears(layer)) {
            const MatrixInfo info = describeEncoded(source, linear, encoder);
            estimate.stackBytes += info.blockBytes(0) * info.levels;
            floats += linear.rows * linear.columns;
            largestInput = std::max<std::uint64_t>(largestInput, linear.columns);
        }
        largestBlockFloats = std::max(largestBlockFloats, floats);
    }
    const std::uint64_t vocabularyWeights =
        config.vocabularySize * config.embeddingLength * (config.tiedEmbedding ? 1 : 2);
    estimate.stackBytes += vocabularyWeights * options.vocabularyPlanes / 8;
    const std::uint64_t tokens =
        (CalibrationTokens::kWindows + CalibrationTokens::kHeldOutWindows) * CalibrationTokens::kWindow;
    const std::uint64_t states = tokens * config.embeddingLength * sizeof(float);
    // While a layer of experts is encoded, what they read stands beside the states before and after it.
    const bool mixture = std::ranges::any_of(config.layers, [](const auto& layer) { return layer.experts.length > 0; });
    estimate.workBytes =
        2 * estimate.stackBytes + std::max((mixture ? 3 : 2) * states, 2 * sensitivityDiskBytes(config));
    estimate.peakMemoryBytes =
        (largestBlockFloats + 3 * largestInput * largestInput) * sizeof(float) + (std::uint64_t{400} << 20);
    return estimate;
}

/// Share of the whole job that each stage takes, by experience; drives the progress bar only.
struct StageSpan {
    std::string_view name;
    double begin, end;
};
constexpr StageSpan kLayersStage{"Compressing layers", 0.01, 0.68};
constexpr StageSpan kVocabularyStage{"Compressing vocabulary", 0.68, 0.75};
constexpr StageSpan kSensitivityStage{"Measuring sensitivities", 0.75, 0.90};
constexpr StageSpan kCurveStage{"Measuring quality", 0.90, 0.98};
constexpr StageSpan kWriteStage{"Writing the stack", 0.98, 1.0};

JobContext within(const JobContext& context, const StageSpan& stage) {
    return {[&context, stage](const Progress& progress) {
                context.report(stage.name, stage.begin + (stage.end - stage.begin) * progress.fraction,
                               progress.detail);
            },
            context.stop};
}

std::string layerPiece(std::size_t layer) {
    return fmt::format("layer-{:04}", layer);
}

/// What the highest level of a layer's matrices misses, on average over its weights.
double layerError(std::span<const EncodedMatrix> matrices) {
    double missed = 0, weights = 0;
    for (const EncodedMatrix& matrix : matrices) {
        for (std::size_t tile = 0; tile < matrix.relativeError.size(); ++tile) {
            const auto count = static_cast<double>(matrix.info.rowsOfTile(tile) * matrix.info.columns);
            missed += count * matrix.relativeError[tile].back();
            weights += count;
        }
    }
    return weights > 0 ? missed / weights : 0;
}

constexpr std::string_view kVocabularyPiece = "vocabulary";
constexpr std::string_view kHeldOutName = "held-out.f32";
constexpr std::string_view kUnorderedName = "unordered.strata";
constexpr std::string_view kFinishedName = "finished.strata";

/// Raised when the encoders change what they write, so that a work folder of another version is not continued.
constexpr int kEncoderVersion = 5;

class Compression {
public:
    Compression(const CompressOptions& options, const JobContext& context)
        : m_options(options), m_context(context), m_pool(options.threads) {}
    [[nodiscard]] Result<CompressReport> run();

private:
    [[nodiscard]] Result<void> prepare(bool published);
    [[nodiscard]] Result<void> checkOptions() const;
    [[nodiscard]] Result<void> checkOutput() const;
    [[nodiscard]] Result<void> makeStack();
    [[nodiscard]] std::string fingerprint() const;
    void makeRotations();
    [[nodiscard]] Result<void> encodeLayers();
    [[nodiscard]] Result<std::size_t> firstUnfinishedLayer(DensePass& pass);
    [[nodiscard]] Result<void> encodeOneLayer(DensePass& pass, std::size_t layer);
    [[nodiscard]] Result<void> encodeVocabularyPiece(DensePass& pass);
    [[nodiscard]] Result<void> gatherPieces();
    [[nodiscard]] Result<StackContents> describeStack() const;
    [[nodiscard]] Result<void> writeUnordered();
    [[nodiscard]] Result<void> measure();
    [[nodiscard]] Result<void> orderBlocks();
    [[nodiscard]] bool hasPublishedOrder() const;
    [[nodiscard]] Result<void> takePublishedOrder();
    void appendToOrder(std::uint32_t matrix, std::uint32_t tile, std::uint32_t level);
    [[nodiscard]] Result<HeldOut> heldOut() const;
    [[nodiscard]] Result<void> writeFinal();
    [[nodiscard]] BlockSource blockSource(const std::vector<StackContents::Block>& order) const;
    [[nodiscard]] Result<void> describeResult();

    CompressOptions m_options;
    const JobContext& m_context;
    ThreadPool m_pool;
    CompressReport m_report;
    std::unique_ptr<SourceModel> m_source;
    Codec m_codec = Codec::Nested;
    std::string m_sourceHash;
    CalibrationTokens m_tokens;
    std::optional<WorkFolder> m_folder;
    Rotations m_rotations;
    std::vector<EncodedMatrix> m_matrices;  // linears layer by layer, then the vocabulary
    std::shared_ptr<const StackFile> m_unordered;
    std::vector<StackContents::Block> m_order;
};

Result<CompressReport> Compression::run() {
    const auto start = Clock::now();
    blas::useSingleThread();
    // Killed between the last rename and the removal of the work folder: nothing but that removal is left to do.
    const bool published = m_options.resume && WorkFolder::hasPublished(m_options.output);
    STRATA_CHECK(prepare(published));
    if (!published) STRATA_CHECK(makeStack());
    m_folder->discard();
    STRATA_CHECK(describeResult());
    m_report.totalSeconds = secondsSince(start);
    m_report.peakResidentBytes = processMemory().peakResidentBytes;
    return m_report;
}

Result<void> Compression::makeStack() {
    STRATA_CHECK(encodeLayers());
    STRATA_CHECK(gatherPieces());
    STRATA_CHECK(writeUnordered());
    STRATA_CHECK(measure());
    return writeFinal();
}

Result<void> Compression::prepare(bool published) {
    m_context.report("Reading the source", 0);
    STRATA_CHECK(checkOptions());
    if (!published) STRATA_CHECK(checkOutput());
    STRATA_TRY(m_source, SourceModel::open(m_options.source));
    m_codec = codecFor(m_options, m_source->files());
    const CompressEstimate estimate = estimateFor(*m_source, m_options);
    STRATA_TRY(const std::uint64_t freeBytes, freeDiskBytes(m_options.output));
    STRATA_CHECK(WorkFolder::checkSpace(m_options.output, estimate.stackBytes + estimate.workBytes, freeBytes));
    STRATA_TRY(m_sourceHash, m_source->files().sha256(m_context));
    STRATA_TRY(m_tokens, calibrationTokens(m_source->tokenizer(), m_options.calibration, m_options.detokeniseWikitext));
    STRATA_TRY(WorkFolder folder,
               WorkFolder::open(m_options.output, fingerprint(), m_options.resume, m_options.overwrite));
    m_folder = std::move(folder);
    m_report.resumed = m_folder->resumed();
    makeRotations();
    return {};
}

Result<void> Compression::checkOptions() const {
    const auto invalid = [](std::string detail) { return fail(ErrorCode::InvalidArgument, std::move(detail)); };
    if (m_options.planes < 1 || m_options.planes > kMaximumPlanes) return invalid("planes must lie between 1 and 8");
    if (m_options.vocabularyPlanes < 1 || m_options.vocabularyPlanes > kMaximumPlanes)
        return invalid("vocabulary planes must lie between 1 and 8");
    if (m_options.rank < 1 || m_options.rank > 256) return invalid("rank must lie between 1 and 256");
    if (m_options.blocks < 1 || m_options.blocks > 64) return invalid("blocks must lie between 1 and 64");
    STRATA_CHECK(chooseKernels());  // whose table the passes take for granted
    return {};
}

Result<void> Compression::checkOutput() const {
    std::error_code ignored;
    if (std::filesystem::exists(m_options.output, ignored) && !m_options.overwrite)
        return inFile({ErrorCode::AlreadyExists, "is there already", {}, {}}, m_options.output.string(),
                      "pass --force to replace it");
    return {};
}

std::string Compression::fingerprint() const {
    const std::string_view tokens(reinterpret_cast<const char*>(m_tokens.calibration.data()),
                                  m_tokens.calibration.size() * sizeof(TokenId));
    const std::string_view heldOut(reinterpret_cast<const char*>(m_tokens.heldOut.data()),
                                   m_tokens.heldOut.size() * sizeof(TokenId));
    return fmt::format(
        "v{} {} {} planes {}/{} passes {} rank {} blocks {} seed {} text {:016x}/{:016x} blas {} kernels {}",
        kEncoderVersion, m_sourceHash, codecName(m_codec), m_options.planes, m_options.vocabularyPlanes,
        m_options.descentPasses, m_options.rank, m_options.blocks, m_options.seed,
        xxh3(std::as_bytes(std::span(tokens))), xxh3(std::as_bytes(std::span(heldOut))), blas::coreName(),
        (*chooseKernels())->name);
}

void Compression::makeRotations() {
    const ModelConfig& config = m_source->config();
    std::set<std::size_t> sizes{config.embeddingLength};
    for (std::size_t layer = 0; layer < config.layers.size() && m_codec == Codec::Nested; ++layer)
        for (const auto& linear : config.linears(layer)) sizes.insert(linear.columns);
    for (const std::size_t size : sizes)
        m_rotations.emplace(size, Rotation::random(size, m_options.seed * 1'000'003 + size));
}

Result<void> Compression::encodeLayers() {
    DensePass pass(*m_source, m_tokens, *m_folder, m_pool);
    if (m_folder->hasPiece(kVocabularyPiece)) return {};
    STRATA_TRY(const std::size_t first, firstUnfinishedLayer(pass));
    for (std::size_t layer = first; layer < m_source->config().layers.size(); ++layer)
        STRATA_CHECK(encodeOneLayer(pass, layer));
    return encodeVocabularyPiece(pass);
}

Result<std::size_t> Compression::firstUnfinishedLayer(DensePass& pass) {
    std::size_t layer = 0;
    while (layer < m_source->config().layers.size() && m_folder->hasPiece(layerPiece(layer))) ++layer;
    if (layer > 0 && pass.has(layer)) return layer;
    STRATA_CHECK(pass.begin());
    return std::size_t{0};
}

Result<void> Compression::encodeOneLayer(DensePass& pass, std::size_t layer) {
    const std::size_t layers = m_source->config().layers.size();
    const double share = (kLayersStage.end - kLayersStage.begin) / static_cast<double>(layers);
    const double begin = kLayersStage.begin + share * static_cast<double>(layer);
    m_context.report(kLayersStage.name, begin, fmt::format("layer {} of {}", layer + 1, layers));
    auto start = Clock::now();
    STRATA_TRY(BlockStatistics statistics, pass.advance(layer, m_context));
    m_report.calibrateSeconds += secondsSince(start);
    m_context.report(kLayersStage.name, begin + 0.4 * share, fmt::format("layer {} of {}", layer + 1, layers));
    start = Clock::now();
    STRATA_TRY(const auto encoded, encodeLayer(*m_source, layer, std::move(statistics), m_rotations,
                                               encoderOptions(m_options, m_codec), m_pool, m_context));
    m_report.encodeSeconds += secondsSince(start);
    STRATA_CHECK(m_folder->savePiece(layerPiece(layer), encoded));
    pass.forget(layer);
    const double error = layerError(encoded);
    if (m_context.progress)
        m_context.progress({kLayersStage.name, begin + share,
                            fmt::format("layer {} of {}, error {:.2g} %", layer + 1, layers, 100 * error), error});
    return {};
}

Result<void> Compression::encodeVocabularyPiece(DensePass& pass) {
    m_context.report(kVocabularyStage.name, kVocabularyStage.begin);
    const auto start = Clock::now();
    const std::size_t layers = m_source->config().layers.size();
    STRATA_TRY(std::vector<float> states, pass.heldOutStates());
    STRATA_TRY(File file, File::open(m_folder->file(kHeldOutName), File::Mode::CreateOrOpen));
    STRATA_CHECK(file.writeExact(0, std::as_bytes(std::span(states))));
    STRATA_TRY(std::vector<float> hessian, pass.headHessian());
    STRATA_TRY(const auto encoded, encodeVocabulary(*m_source, std::move(hessian), m_rotations,
                                                    m_options.vocabularyPlanes, m_pool, m_context));
    STRATA_CHECK(m_folder->savePiece(kVocabularyPiece, encoded));
    pass.forget(layers);
    m_report.vocabularySeconds = secondsSince(start);
    return {};
}

Result<void> Compression::gatherPieces() {
    for (std::size_t layer = 0; layer < m_source->config().layers.size(); ++layer) {
        STRATA_TRY(std::vector<EncodedMatrix> piece, m_folder->loadPiece(layerPiece(layer)));
        std::ranges::move(piece, std::back_inserter(m_matrices));
    }
    STRATA_TRY(std::vector<EncodedMatrix> vocabulary, m_folder->loadPiece(kVocabularyPiece));
    std::ranges::move(vocabulary, std::back_inserter(m_matrices));
    return {};
}

Result<StackContents> Compression::describeStack() const {
    StackContents contents;
    const ModelConfig& config = m_source->config();
    for (const EncodedMatrix& matrix : m_matrices) {
        contents.matrices.push_back(matrix.info);
        if (matrix.info.codec == Codec::Nested && !contents.tables.contains(matrix.info.levels))
            contents.tables.emplace(matrix.info.levels, levelTables(matrix.info.levels));
        if (!matrix.channelScales.empty())
            contents.dense.push_back({matrix.info.name + ".channel_scales", matrix.channelScales});
    }
    std::vector<VectorShape> vectors;
    for (std::size_t layer = 0; layer < config.layers.size(); ++layer)
        std::ranges::move(config.vectors(layer), std::back_inserter(vectors));
    std::ranges::move(config.sharedVectors(), std::back_inserter(vectors));
    for (const VectorShape& shape : vectors) {
        if (shape.optional && !m_source->has(shape.name)) continue;
        STRATA_TRY(std::vector<float> values, m_source->tensor(shape.name));
        contents.dense.push_back({shape.name, std::move(values), shape.rows});
    }
    for (const auto& [size, rotation] : m_rotations) contents.rotations.push_back(rotation);
    return contents;
}

BlockSource Compression::blockSource(const std::vector<StackContents::Block>& order) const {
    return [this, &order](std::size_t index, std::vector<std::byte>& into) {
        const EncodedMatrix& matrix = m_matrices[order[index].matrix];
        return m_folder->readBlock(matrix, order[index].tile * matrix.info.levels + order[index].level, into);
    };
}

Result<void> Compression::writeUnordered() {
    const std::filesystem::path path = m_folder->file(kUnorderedName);
    STRATA_TRY(StackContents contents, describeStack());
    for (std::uint32_t matrix = 0; matrix < m_matrices.size(); ++matrix) {
        const MatrixInfo& info = m_matrices[matrix].info;
        for (std::uint32_t tile = 0; tile < info.tileCount(); ++tile)
            for (std::uint32_t level = 0; level < info.levels; ++level)
                contents.order.push_back(
                    {matrix, tile, level, m_matrices[matrix].checksums[tile * info.levels + level]});
    }
    contents.metadata = [this](GgufWriter& writer) { m_source->describe(writer); };
    if (!std::filesystem::exists(path))
        STRATA_CHECK(writeStack(path, true, contents, blockSource(contents.order), {{}, m_context.stop}));
    STRATA_TRY(m_unordered, StackFile::open(path));
    return {};
}

Result<HeldOut> Compression::heldOut() const {
    HeldOut result{m_tokens.heldOut, std::vector<float>(m_tokens.heldOut.size() * m_source->config().embeddingLength),
                   CalibrationTokens::kWindow};
    STRATA_TRY(const File file, File::open(m_folder->file(kHeldOutName), File::Mode::Read));
    STRATA_CHECK(file.readExact(0, std::as_writable_bytes(std::span(result.states))));
    return result;
}

Result<void> Compression::measure() {
    auto start = Clock::now();
    STRATA_CHECK(orderBlocks());
    m_report.sensitivitySeconds = secondsSince(start);
    start = Clock::now();
    STRATA_TRY(const HeldOut text, heldOut());
    STRATA_TRY(m_report.curve,
               measureCurve(m_unordered, m_order, *m_source, text, *m_folder, m_pool, within(m_context, kCurveStage)));
    m_report.curveSeconds = secondsSince(start);
    return {};
}

Result<void> Compression::orderBlocks() {
    if (hasPublishedOrder()) return takePublishedOrder();
    STRATA_TRY(const std::vector<TileCurve> curves,
               measureTileCurves(m_unordered, m_source->config(), m_matrices, m_tokens.calibration, *m_folder, m_pool,
                                 within(m_context, kSensitivityStage)));
    std::vector<std::pair<std::uint32_t, std::uint32_t>> tiles;
    for (std::uint32_t matrix = 0; matrix < m_matrices.size(); ++matrix)
        for (std::uint32_t tile = 0; tile < m_matrices[matrix].info.tileCount(); ++tile)
            tiles.emplace_back(matrix, tile);
    for (const OrderStep& step : universalOrder(curves))
        appendToOrder(tiles[step.tile].first, tiles[step.tile].second, step.level);
    return {};
}

void Compression::appendToOrder(std::uint32_t matrix, std::uint32_t tile, std::uint32_t level) {
    const EncodedMatrix& entry = m_matrices[matrix];
    m_order.push_back({matrix, tile, level, entry.checksums[tile * entry.info.levels + level]});
}

bool Compression::hasPublishedOrder() const {
    const BitstackCheckpoint* checkpoint = m_source->files().bitstack();
    return m_codec == Codec::Bitstack && checkpoint != nullptr && !checkpoint->steps().empty();
}

/// First levels of everything, the whole vocabulary (the checkpoint's stays in float16), then the published steps.
Result<void> Compression::takePublishedOrder() {
    std::map<std::string_view, std::uint32_t> byName;
    for (std::uint32_t matrix = 0; matrix < m_matrices.size(); ++matrix) {
        byName.emplace(m_matrices[matrix].info.name, matrix);
        for (std::uint32_t tile = 0; tile < m_matrices[matrix].info.tileCount(); ++tile) appendToOrder(matrix, tile, 0);
    }
    for (std::uint32_t matrix = 0; matrix < m_matrices.size(); ++matrix)
        for (std::uint32_t level = 1;
             m_matrices[matrix].info.codec == Codec::Nested && level < m_matrices[matrix].info.levels; ++level)
            for (std::uint32_t tile = 0; tile < m_matrices[matrix].info.tileCount(); ++tile)
                appendToOrder(matrix, tile, level);
    for (const BitstackStep& step : m_source->files().bitstack()->steps()) {
        const auto found = byName.find(step.name);
        if (found == byName.end())
            return fail(ErrorCode::Corrupt, fmt::format("'{}' is in the checkpoint and not in the model", step.name));
        appendToOrder(found->second, 0, step.level);
    }
    return {};
}

Result<void> Compression::writeFinal() {
    STRATA_TRY(StackContents contents, describeStack());
    contents.order = m_order;
    contents.curve = m_report.curve;
    contents.metadata = [this](GgufWriter& writer) {
        m_source->describe(writer);
        writer.add("strata.source.file", m_options.source.filename().string());
        writer.add("strata.source.sha256", std::string_view(m_sourceHash));
        writer.add("strata.source.size_bytes", m_source->files().sizeBytes());
        writer.add("strata.source.end_of_turn",
                   std::span<const std::int32_t>(m_source->tokenizer().specials().endOfTurn));
        writer.add("strata.curve.tokens", static_cast<std::uint64_t>(m_tokens.heldOut.size()));
        writer.add("strata.curve.text", m_options.calibration.empty()
                                            ? std::string("built-in, held out")
                                            : m_options.calibration.filename().string() + ", held out");
    };
    m_unordered.reset();
    STRATA_CHECK(writeStack(m_folder->file(kFinishedName), true, contents, blockSource(m_order),
                            within(m_context, kWriteStage)));
    return m_folder->publish(kFinishedName, m_options.output, m_options.overwrite);
}

Result<void> Compression::describeResult() {
    STRATA_TRY(const auto stack, StackFile::open(m_options.output));
    m_report.curve.assign(stack->curve().begin(), stack->curve().end());
    m_report.sourceBytes = m_source->files().sizeBytes();
    m_report.stackBytes = std::filesystem::file_size(m_options.output);
    double bytes = 0;
    double weights = 0;
    for (const MatrixInfo& matrix : stack->matrices()) {
        weights += static_cast<double>(matrix.rows) * static_cast<double>(matrix.columns);
        for (std::size_t tile = 0; tile < matrix.tileCount(); ++tile)
            bytes += static_cast<double>(matrix.blockBytes(tile) * matrix.levels);
    }
    m_report.bitsPerWeight = 8 * bytes / weights;
    return {};
}

}  // namespace

Codec codecFor(const CompressOptions& options, const ModelFiles& source) noexcept {
    return options.codec.value_or(source.bitstack() != nullptr ? Codec::Bitstack : Codec::Nested);
}

Result<CompressEstimate> estimateCompression(const CompressOptions& options) {
    STRATA_TRY(const std::unique_ptr<SourceModel> source, SourceModel::open(options.source));
    return estimateFor(*source, options);
}

Result<CompressReport> compress(const CompressOptions& options, const JobContext& context) {
    return Compression(options, context).run();
}

}  // namespace strata
