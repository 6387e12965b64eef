#include "core/compress/lockstep.h"

#include "core/compress/divergence.h"
#include "core/compress/expanded_backend.h"
#include "core/compress/loaded_blocks.h"
#include "core/model/transformer.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

/// Tokens whose logits are held at once.
constexpr std::size_t kChunkTokens = 128;

std::span<std::byte> asBytes(std::span<float> values) {
    return std::as_writable_bytes(values);
}

/// Output head of a stack on the CPU, whose logits are looked at in place.
class HeadBackend : public CpuBackend {
public:
    using CpuBackend::CpuBackend;
    [[nodiscard]] const float* logits(const ActivationBuffers& buffers, std::size_t token) {
        return row(buffers.logits, token);
    }
};

/// The head and its blocks, ready to turn states into logits at any levels.
class HeadRunner {
public:
    [[nodiscard]] static Result<std::unique_ptr<HeadRunner>> create(std::shared_ptr<const StackFile> stack,
                                                                    const ModelConfig& config, ThreadPool& pool) {
        std::unique_ptr<HeadRunner> runner(new HeadRunner(pool));
        runner->m_matrix =
            static_cast<std::size_t>(stack->findMatrix(config.tiedEmbedding ? kEmbeddingName : kOutputName));
        StackBinder binder(*stack, runner->m_backend);
        STRATA_TRY(runner->m_blocks, LoadedBlocks::loadMatrices(stack, runner->m_matrix, 1));
        STRATA_TRY(runner->m_buffers, ActivationBuffers::create(config, runner->m_backend, true));
        STRATA_TRY(runner->m_head, OutputHead::bind(config, binder));
        STRATA_CHECK(runner->m_backend.reserveTokens(kChunkTokens, kChunkTokens));
        return runner;
    }
    /// Logits of `states` [count, width]; see logits().
    [[nodiscard]] Result<void> run(const std::vector<std::uint8_t>& levels, std::span<const float> states,
                                   std::size_t count) {
        STRATA_CHECK(m_backend.use(m_blocks.schedule(levels)));
        m_backend.write(m_buffers.hidden, 0, states);
        m_head.forward(m_backend, m_buffers, 0, count);
        return {};
    }
    [[nodiscard]] const float* logits(std::size_t token) { return m_backend.logits(m_buffers, token); }
    [[nodiscard]] std::size_t matrix() const noexcept { return m_matrix; }

private:
    explicit HeadRunner(ThreadPool& pool) : m_backend(pool, **chooseKernels()) {}
    HeadBackend m_backend;
    LoadedBlocks m_blocks;
    ActivationBuffers m_buffers{};
    OutputHead m_head;
    std::size_t m_matrix = 0;
};

const std::vector<std::uint8_t>& headLevels(const LockstepStream& stream) {
    return stream.headLevels.empty() ? stream.levels : stream.headLevels;
}

}  // namespace

Lockstep::Lockstep(std::shared_ptr<const StackFile> stack, const ModelConfig& config, std::vector<TokenId> ids,
                   std::size_t windowTokens, WorkFolder& folder, std::string name, ThreadPool& pool)
    : m_stack(std::move(stack)),
      m_config(config),
      m_ids(std::move(ids)),
      m_windowTokens(windowTokens),
      m_folder(folder),
      m_name(std::move(name)),
      m_pool(pool) {}

std::string Lockstep::fileName(std::size_t layer) const {
    return fmt::format("{}-{:04}.f32", m_name, layer);
}

Result<std::size_t> Lockstep::finishedLayers() const {
    STRATA_TRY(const std::optional<nlohmann::json> state, m_folder.loadJson(m_name));
    if (!state || !state->is_number_unsigned()) return std::size_t{0};
    return state->get<std::size_t>();
}

void Lockstep::forget() {
    for (std::size_t layer = 0; layer <= m_config.layers.size(); ++layer) m_folder.remove(fileName(layer));
    m_folder.remove(m_name + ".json");
}

Result<void> Lockstep::run(std::span<const LockstepStream> streams, const JobContext& context) {
    STRATA_TRY(const std::size_t finished, finishedLayers());
    if (finished == 0) STRATA_CHECK(embed(streams));
    for (std::size_t layer = finished; layer < m_config.layers.size(); ++layer) {
        STRATA_CHECK(runLayer(layer, streams, context));
        STRATA_CHECK(m_folder.saveJson(m_name, layer + 1));
        m_folder.remove(fileName(layer));
        context.report("", static_cast<double>(layer + 1) / static_cast<double>(m_config.layers.size()));
    }
    return {};
}

Result<void> Lockstep::embed(std::span<const LockstepStream> streams) {
    CpuBackend backend(m_pool, **chooseKernels());
    StackBinder binder(*m_stack, backend);
    STRATA_TRY(const MatrixId matrix, binder.matrix(kEmbeddingName));
    STRATA_TRY(const LoadedBlocks blocks,
               LoadedBlocks::loadMatrices(m_stack, static_cast<std::size_t>(m_stack->findMatrix(kEmbeddingName)), 1));
    STRATA_TRY(const BufferId buffer, backend.addBuffer(m_config.embeddingLength, BufferRows::Tokens));
    STRATA_CHECK(backend.reserveTokens(m_ids.size(), 0));
    STRATA_TRY(File file, File::open(m_folder.file(fileName(0)), File::Mode::CreateOrOpen));
    std::vector<float> states(stateFloats());
    for (std::size_t index = 0; index < streams.size(); ++index) {
        if (streams[index].firstLayer > 0) continue;
        STRATA_CHECK(backend.use(blocks.schedule(streams[index].levels)));
        backend.embed(matrix, m_ids, m_config.embeddingScale, buffer);
        STRATA_CHECK(backend.read(buffer, 0, states));
        STRATA_CHECK(file.writeExact(index * stateFloats() * sizeof(float), asBytes(states)));
    }
    return {};
}

std::unique_ptr<CpuBackend> Lockstep::layerBackend(std::size_t layer) const {
    const int matrix = m_stack->findMatrix(m_config.linears(layer).front().name);
    const Codec codec = m_stack->matrices()[static_cast<std::size_t>(matrix)].codec;
    if (codec == Codec::Bitstack) return std::make_unique<ExpandedBackend>(m_pool, **chooseKernels());
    return std::make_unique<CpuBackend>(m_pool, **chooseKernels());
}

Result<void> Lockstep::runLayer(std::size_t layer, std::span<const LockstepStream> streams, const JobContext& context) {
    const std::unique_ptr<CpuBackend> owned = layerBackend(layer);
    CpuBackend& backend = *owned;
    StackBinder binder(*m_stack, backend);
    STRATA_TRY(const ActivationBuffers buffers, ActivationBuffers::create(m_config, backend, false));
    STRATA_CHECK(backend.setKvShape({{m_config.kvShape().layers[layer]}}));
    STRATA_TRY(const DecoderBlock block, DecoderBlock::bind(m_config, layer, 0, binder));
    const auto linears = m_config.linears(layer);
    STRATA_TRY(const LoadedBlocks blocks,
               LoadedBlocks::loadMatrices(m_stack, static_cast<std::size_t>(m_stack->findMatrix(linears.front().name)),
                                          linears.size()));
    STRATA_CHECK(backend.reserveTokens(m_windowTokens, 0));
    STRATA_CHECK(backend.reserveKv(m_windowTokens));
    STRATA_TRY(const File before, File::open(m_folder.file(fileName(layer)), File::Mode::Read));
    STRATA_TRY(File after, File::open(m_folder.file(fileName(layer + 1)), File::Mode::CreateOrOpen));
    const std::uint64_t windowBytes = m_windowTokens * m_config.embeddingLength * sizeof(float);
    std::vector<float> states(windowBytes / sizeof(float));
    for (std::size_t index = 0; index < streams.size(); ++index) {
        const LockstepStream& stream = streams[index];
        if (stream.firstLayer > layer) continue;
        if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "compression was stopped");
        const std::size_t from = stream.firstLayer == layer && layer > 0 ? 0 : index;
        STRATA_CHECK(backend.use(blocks.schedule(stream.levels)));
        for (std::uint64_t at = 0; at < stateFloats() * sizeof(float); at += windowBytes) {
            STRATA_CHECK(before.readExact(from * stateFloats() * sizeof(float) + at, asBytes(states)));
            backend.write(buffers.hidden, 0, states);
            block.forward(backend, buffers, 0, m_windowTokens);
            STRATA_CHECK(backend.read(buffers.hidden, 0, states));
            STRATA_CHECK(after.writeExact(index * stateFloats() * sizeof(float) + at, asBytes(states)));
        }
    }
    return {};
}

Result<std::vector<StreamScore>> Lockstep::score(std::span<const LockstepStream> streams, const Reference& reference,
                                                 const JobContext& context) {
    STRATA_TRY(const std::unique_ptr<HeadRunner> head, HeadRunner::create(m_stack, m_config, m_pool));
    STRATA_TRY(const File file, File::open(m_folder.file(fileName(m_config.layers.size())), File::Mode::Read));
    const std::size_t width = m_config.embeddingLength;
    const std::size_t vocabulary = m_config.vocabularySize;
    DivergenceMeter meter(vocabulary, streams.size(), m_windowTokens, m_ids, m_pool);
    std::vector<float> states(kChunkTokens * width);
    std::vector<float> logits(kChunkTokens * vocabulary);
    for (std::size_t first = 0; first < m_ids.size(); first += kChunkTokens) {
        const std::size_t count = std::min(kChunkTokens, m_ids.size() - first);
        const std::span<float> chunk = std::span(states).first(count * width);
        if (reference) STRATA_CHECK(reference(first, count, std::span(logits).first(count * vocabulary)));
        if (reference)
            meter.setReference(first, count, [&](std::size_t token) { return logits.data() + token * vocabulary; });
        for (std::size_t index = 0; index < streams.size(); ++index) {
            if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "compression was stopped");
            STRATA_CHECK(file.readExact((index * stateFloats() + first * width) * sizeof(float), asBytes(chunk)));
            STRATA_CHECK(head->run(headLevels(streams[index]), chunk, count));
            const auto logitsOf = [&](std::size_t token) { return head->logits(token); };
            if (!reference && index == 0) meter.setReference(first, count, logitsOf);
            meter.add(index, logitsOf);
        }
        context.report("", static_cast<double>(first + count) / static_cast<double>(m_ids.size()));
    }
    return meter.scores();
}

Result<std::vector<double>> Lockstep::headTileDivergences(const LockstepStream& base, unsigned level) {
    STRATA_TRY(const std::unique_ptr<HeadRunner> head, HeadRunner::create(m_stack, m_config, m_pool));
    STRATA_TRY(const File file, File::open(m_folder.file(fileName(m_config.layers.size())), File::Mode::Read));
    const MatrixInfo& info = m_stack->matrices()[head->matrix()];
    std::vector<std::uint8_t> lowered = headLevels(base);
    for (std::size_t tile = 0; tile < info.tileCount(); ++tile)
        lowered[m_stack->tileIndex(head->matrix(), tile)] = static_cast<std::uint8_t>(std::min(level, info.levels));
    const std::size_t width = m_config.embeddingLength;
    DivergenceMeter meter(m_config.vocabularySize, 1, m_windowTokens, m_ids, m_pool);
    std::vector<double> sums(info.tileCount(), 0.0);
    std::vector<float> states(kChunkTokens * width);
    for (std::size_t first = 0; first < m_ids.size(); first += kChunkTokens) {
        const std::size_t count = std::min(kChunkTokens, m_ids.size() - first);
        const std::span<float> chunk = std::span(states).first(count * width);
        const auto logitsOf = [&](std::size_t token) { return head->logits(token); };
        STRATA_CHECK(file.readExact(first * width * sizeof(float), asBytes(chunk)));
        STRATA_CHECK(head->run(headLevels(base), chunk, count));
        meter.setReference(first, count, logitsOf);
        STRATA_CHECK(head->run(lowered, chunk, count));
        meter.addTiles(logitsOf, info.tileRows, sums);
    }
    for (double& sum : sums) sum /= static_cast<double>(m_ids.size());
    return sums;
}

}  // namespace strata
