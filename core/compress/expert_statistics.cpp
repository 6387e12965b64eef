#include "core/compress/expert_statistics.h"

#include "core/base/file.h"
#include "core/compress/dense_backend.h"
#include "core/compress/gram.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace strata {
namespace {

constexpr std::size_t kPieceTokens = 512;
constexpr std::size_t kSharedTokens = 256;  ///< that every expert sees
constexpr double kSharedWeight = 64;        ///< of all those together, in tokens

class ExpertPass {
public:
    ExpertPass(const ModelConfig& config, std::size_t length, const File& inputs, ThreadPool& pool)
        : m_width(config.embeddingLength),
          m_length(length),
          m_activation(config.activation),
          m_inputs(inputs),
          m_pool(pool) {
        m_hessians = {std::vector<float>(m_width * m_width, 0.0F), std::vector<float>(length * length, 0.0F)};
    }

    [[nodiscard]] Result<void> loadWeights(const SourceModel& source, std::size_t layer, std::size_t expert) {
        STRATA_TRY(m_gate, source.tensor(fmt::format("blk.{}.ffn_gate.{}.weight", layer, expert)));
        STRATA_TRY(m_up, source.tensor(fmt::format("blk.{}.ffn_up.{}.weight", layer, expert)));
        return {};
    }

    /// Counts each of these tokens as `weight`.
    [[nodiscard]] Result<void> add(std::span<const std::uint32_t> tokens, double weight) {
        for (std::size_t first = 0; first < tokens.size(); first += kPieceTokens)
            STRATA_CHECK(addPiece(tokens.subspan(first, std::min(kPieceTokens, tokens.size() - first)), weight));
        m_weight += weight * static_cast<double>(tokens.size());
        return {};
    }

    [[nodiscard]] ExpertHessians finish() {
        for (std::vector<float>* hessian : {&m_hessians.in, &m_hessians.out})
            for (float& value : *hessian) value /= static_cast<float>(m_weight);
        return std::move(m_hessians);
    }

private:
    [[nodiscard]] Result<void> addPiece(std::span<const std::uint32_t> tokens, double weight) {
        std::vector<float> x(tokens.size() * m_width);
        for (std::size_t index = 0; index < tokens.size(); ++index)
            STRATA_CHECK(m_inputs.readExact(std::uint64_t{tokens[index]} * m_width * sizeof(float),
                                            std::as_writable_bytes(std::span(x).subspan(index * m_width, m_width))));
        std::vector<float> gate(tokens.size() * m_length), up(gate.size());
        const DenseProduct products[]{
            {m_gate.data(), m_length, m_width, x.data(), m_width, tokens.size(), gate.data(), m_length},
            {m_up.data(), m_length, m_width, x.data(), m_width, tokens.size(), up.data(), m_length}};
        multiplyDense(m_pool, products);
        const Kernels& kernels = **chooseKernels();
        const auto activate = m_activation == Activation::Silu ? kernels.siluMultiply : kernels.geluMultiply;
        activate(gate.data(), up.data(), gate.data(), gate.size());
        accumulate(m_hessians.in, x, m_width, weight);
        accumulate(m_hessians.out, gate, m_length, weight);
        return {};
    }

    void accumulate(std::vector<float>& hessian, std::vector<float>& values, std::size_t width, double weight) {
        if (weight != 1)
            for (float& value : values) value *= static_cast<float>(std::sqrt(weight));
        accumulateGram(m_pool, hessian, width, values.data(), width, values.size() / width);
    }

    std::size_t m_width, m_length;
    Activation m_activation;
    const File& m_inputs;
    ThreadPool& m_pool;
    std::vector<float> m_gate, m_up;
    ExpertHessians m_hessians;
    double m_weight = 0;
};

std::vector<std::uint32_t> sharedTokens(std::size_t tokenCount) {
    const std::size_t count = std::min(kSharedTokens, tokenCount);
    std::vector<std::uint32_t> tokens;
    for (std::size_t index = 0; index < count; ++index)
        tokens.push_back(static_cast<std::uint32_t>(index * tokenCount / count));
    return tokens;
}

}  // namespace

Result<ExpertHessians> expertHessians(const SourceModel& source, std::size_t layer, std::size_t expert,
                                      const ExpertTokens& tokens, ThreadPool& pool) {
    STRATA_TRY(const File inputs, File::open(tokens.inputs, File::Mode::Read));
    ExpertPass pass(source.config(), source.config().layers[layer].experts.length, inputs, pool);
    STRATA_CHECK(pass.loadWeights(source, layer, expert));
    STRATA_CHECK(pass.add(tokens.tokens[expert], 1));
    const std::vector<std::uint32_t> shared = sharedTokens(tokens.tokenCount);
    STRATA_CHECK(pass.add(shared, kSharedWeight / static_cast<double>(shared.size())));
    return pass.finish();
}

}  // namespace strata
