#include "core/compress/dense_pass.h"

#include "core/compress/dense_backend.h"
#include "core/compress/gram.h"
#include "core/model/transformer.h"

#include <cmath>

#include <fmt/format.h>

namespace strata {
namespace {

constexpr std::string_view kExpertInputsName = "expert-inputs.f32";

/// Binds the tensors of a source model to a dense backend.
class DenseBinder : public WeightBinder {
public:
    DenseBinder(const SourceModel& source, DenseBackend& backend, std::size_t layer)
        : m_source(source), m_backend(backend), m_linears(source.config().linears(layer)) {}

    Result<MatrixId> matrix(std::string_view name) override {
        for (const auto& linear : m_linears) {
            if (linear.name != name) continue;
            STRATA_TRY(std::vector<float> weights, m_source.tensor(name));
            return m_backend.addDense(std::move(weights), linear.rows, linear.columns, linear.input);
        }
        return fail(ErrorCode::NotFound, fmt::format("matrix '{}' is no linear layer of this block", name));
    }
    Result<std::optional<VectorId>> vector(std::string_view name) override {
        if (!m_source.has(name)) return std::nullopt;
        STRATA_TRY(const std::vector<float> values, m_source.tensor(name));
        STRATA_TRY(const VectorId id, m_backend.addVector(values));
        return std::optional(id);
    }
    Result<RouterId> router(std::string_view name, const RouterShape& shape) override {
        STRATA_TRY(std::vector<float> weights, m_source.tensor(name));
        return m_backend.addDenseRouter(std::move(weights), shape);
    }
    Result<ExpertsId> experts(std::span<const MatrixId> matrices) override { return m_backend.addExperts(matrices); }

private:
    const SourceModel& m_source;
    DenseBackend& m_backend;
    std::vector<ModelConfig::Linear> m_linears;
};

std::span<std::byte> asBytes(std::vector<float>& values) {
    return std::as_writable_bytes(std::span(values));
}

/// Notes, window by window, where a router sends the tokens, and writes down what the experts read.
class ExpertObserver {
public:
    /// For layers without experts, too: then nothing is noted.
    [[nodiscard]] static Result<ExpertObserver> create(const ModelConfig& config, std::size_t layer,
                                                       const WorkFolder& folder, std::size_t tokenCount) {
        ExpertObserver observer;
        observer.m_width = config.embeddingLength;
        const std::size_t experts = config.layers[layer].experts.router.experts;
        if (experts == 0) return observer;
        observer.m_tokens = {std::vector<std::vector<std::uint32_t>>(experts), tokenCount,
                             folder.file(kExpertInputsName)};
        STRATA_TRY(observer.m_file, File::open(observer.m_tokens.inputs, File::Mode::CreateOrOpen));
        return observer;
    }
    void add(std::size_t firstToken, const float* x, std::size_t stride, std::size_t tokens, const Routing& routing) {
        std::vector<float> inputs(tokens * m_width);
        for (std::size_t token = 0; token < tokens; ++token) {
            std::copy_n(x + token * stride, m_width, &inputs[token * m_width]);
            for (const RoutedExpert& routed : routing.expertsOf(token))
                m_tokens.tokens[routed.expert].push_back(static_cast<std::uint32_t>(firstToken + token));
        }
        if (m_status) m_status = m_file.writeExact(firstToken * m_width * sizeof(float), asBytes(inputs));
    }
    [[nodiscard]] Result<ExpertTokens> finish() {
        STRATA_CHECK(std::move(m_status));
        return std::move(m_tokens);
    }

private:
    std::size_t m_width = 0;
    ExpertTokens m_tokens;
    File m_file;
    Result<void> m_status;
};

}  // namespace

std::string DensePass::fileName(std::size_t layer) const {
    return fmt::format("states-{:04}.f32", layer);
}

bool DensePass::has(std::size_t layer) const {
    std::error_code ignored;
    const auto size = std::filesystem::file_size(m_folder.file(fileName(layer)), ignored);
    return !ignored && size == windowCount() * windowFloats() * sizeof(float);
}

void DensePass::forget(std::size_t layer) {
    m_folder.remove(fileName(layer));
    m_folder.remove(kExpertInputsName);
}

Result<void> DensePass::begin() {
    const std::size_t width = m_source.config().embeddingLength;
    STRATA_TRY(File file, File::open(m_folder.file(fileName(0)), File::Mode::CreateOrOpen));
    std::vector<float> states(windowFloats());
    for (std::size_t window = 0; window < windowCount(); ++window) {
        const bool calibrating = window < m_tokens.windows();
        const std::vector<TokenId>& tokens = calibrating ? m_tokens.calibration : m_tokens.heldOut;
        const std::size_t first = (calibrating ? window : window - m_tokens.windows()) * CalibrationTokens::kWindow;
        for (std::size_t token = 0; token < CalibrationTokens::kWindow; ++token)
            STRATA_CHECK(m_source.rows(kEmbeddingName, static_cast<std::size_t>(tokens[first + token]), 1,
                                       std::span(states).subspan(token * width, width)));
        for (float& value : states) value *= m_source.config().embeddingScale;
        STRATA_CHECK(file.writeExact(window * windowFloats() * sizeof(float), asBytes(states)));
    }
    return {};
}

Result<BlockStatistics> DensePass::advance(std::size_t layer, const JobContext& context) {
    const ModelConfig& config = m_source.config();
    DenseBackend backend(m_pool, **chooseKernels());
    DenseBinder binder(m_source, backend, layer);
    STRATA_TRY(const ActivationBuffers buffers, ActivationBuffers::create(config, backend, false));
    STRATA_CHECK(backend.setKvShape({{config.kvShape().layers[layer]}}));
    STRATA_TRY(const DecoderBlock block, DecoderBlock::bind(config, layer, 0, binder));
    STRATA_CHECK(backend.reserveTokens(CalibrationTokens::kWindow, 0));
    STRATA_CHECK(backend.reserveKv(CalibrationTokens::kWindow));

    BlockHessians hessians;
    std::array<std::size_t, 4> columns{};
    for (const auto& linear : config.linears(layer))
        if (!linear.expert) columns[linear.input] = linear.columns;
    for (std::size_t input = 0; input < 4; ++input) hessians[input].assign(columns[input] * columns[input], 0.0F);

    STRATA_TRY(auto experts, ExpertObserver::create(config, layer, m_folder, m_tokens.calibration.size()));
    STRATA_TRY(const File before, File::open(m_folder.file(fileName(layer)), File::Mode::Read));
    STRATA_TRY(File after, File::open(m_folder.file(fileName(layer + 1)), File::Mode::CreateOrOpen));
    std::vector<float> states(windowFloats());
    for (std::size_t window = 0; window < windowCount(); ++window) {
        if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "compression was stopped");
        const std::uint64_t offset = window * windowFloats() * sizeof(float);
        const bool calibrating = window < m_tokens.windows();
        backend.observe([&](unsigned input, const float* x, std::size_t stride, std::size_t tokens) {
            if (calibrating) accumulateGram(m_pool, hessians[input], columns[input], x, stride, tokens);
        });
        backend.observeRoutes([&](const float* x, std::size_t stride, std::size_t tokens, const Routing& routing) {
            if (calibrating) experts.add(window * CalibrationTokens::kWindow, x, stride, tokens, routing);
        });
        STRATA_CHECK(before.readExact(offset, asBytes(states)));
        backend.write(buffers.hidden, 0, states);
        block.forward(backend, buffers, 0, CalibrationTokens::kWindow);
        STRATA_CHECK(backend.read(buffers.hidden, 0, states));
        STRATA_CHECK(after.writeExact(offset, asBytes(states)));
    }
    const float share = 1.0F / static_cast<float>(m_tokens.calibration.size());
    for (auto& hessian : hessians)
        for (float& value : hessian) value *= share;
    STRATA_TRY(ExpertTokens expertTokens, experts.finish());
    return BlockStatistics{std::move(hessians), std::move(expertTokens)};
}

Result<std::vector<float>> DensePass::normedWindow(std::size_t window, std::span<const float> weight) {
    const ModelConfig& config = m_source.config();
    STRATA_TRY(const File file, File::open(m_folder.file(fileName(config.layers.size())), File::Mode::Read));
    std::vector<float> states(windowFloats());
    STRATA_CHECK(file.readExact(window * windowFloats() * sizeof(float), asBytes(states)));
    const Kernels& kernels = **chooseKernels();
    const std::size_t width = config.embeddingLength;
    for (std::size_t token = 0; token < CalibrationTokens::kWindow; ++token)
        kernels.rmsNorm(states.data() + token * width, weight.data(), config.rmsEpsilon, states.data() + token * width,
                        width);
    return states;
}

Result<std::vector<float>> DensePass::headHessian() {
    const std::size_t width = m_source.config().embeddingLength;
    STRATA_TRY(const std::vector<float> weight, m_source.tensor(kOutputNormName));
    std::vector<float> hessian(width * width, 0.0F);
    for (std::size_t window = 0; window < m_tokens.windows(); ++window) {
        STRATA_TRY(const std::vector<float> states, normedWindow(window, weight));
        accumulateGram(m_pool, hessian, width, states.data(), width, CalibrationTokens::kWindow);
    }
    for (float& value : hessian) value /= static_cast<float>(m_tokens.calibration.size());
    return hessian;
}

Result<std::vector<float>> DensePass::heldOutStates() {
    STRATA_TRY(const std::vector<float> weight, m_source.tensor(kOutputNormName));
    std::vector<float> result;
    for (std::size_t window = 0; window < m_tokens.heldOutWindows(); ++window) {
        STRATA_TRY(const std::vector<float> states, normedWindow(m_tokens.windows() + window, weight));
        result.insert(result.end(), states.begin(), states.end());
    }
    return result;
}

}  // namespace strata
