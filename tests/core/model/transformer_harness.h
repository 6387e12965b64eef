// A tiny stack on any backend, at any level, without a session.
#pragma once

#include "core/cpu/cpu_backend.h"
#include "core/model/transformer.h"
#include "core/stack/residency.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <functional>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace strata::test {

class TransformerHarness {
public:
    TransformerHarness(const TinyModel& model, std::size_t threads, const Kernels* kernels = *chooseKernels())
        : m_pool(threads), m_backend(std::make_unique<CpuBackend>(m_pool, *kernels)) {
        build(model);
    }
    TransformerHarness(const TinyModel& model, std::unique_ptr<Backend> backend)
        : m_pool(1), m_backend(std::move(backend)) {
        build(model);
    }

    /// Logits of every position, in batches of `batch` tokens; the cache starts empty.
    [[nodiscard]] std::vector<std::vector<float>> logits(std::span<const TokenId> ids, unsigned level,
                                                         std::size_t batch) {
        use(level);
        EXPECT_TRUE(m_backend->reserveTokens(batch, batch));
        m_backend->truncateKv(0);
        EXPECT_TRUE(m_backend->reserveKv(ids.size()));
        std::vector<std::vector<float>> result;
        for (std::size_t first = 0; first < ids.size(); first += batch) {
            const std::size_t count = std::min(batch, ids.size() - first);
            if (m_beforeBatch) m_beforeBatch(first);
            m_transformer->forward(ids.subspan(first, count), first);
            m_transformer->computeLogits(0, count);
            for (std::size_t row = 0; row < count; ++row) {
                result.emplace_back(m_transformer->config().vocabularySize);
                EXPECT_TRUE(m_transformer->readLogits(row, result.back()));
            }
        }
        return result;
    }

    void use(unsigned level) {
        EXPECT_TRUE(m_backend->use(*m_residency->custom(BlockSchedule::uniformLevels(*m_stack, level))));
    }
    /// Called before every batch with the tokens that are in the cache.
    void beforeBatch(std::function<void(std::size_t)> call) { m_beforeBatch = std::move(call); }
    [[nodiscard]] Backend& backend() noexcept { return *m_backend; }
    [[nodiscard]] Transformer& transformer() noexcept { return *m_transformer; }
    [[nodiscard]] const StackFile& stack() const noexcept { return *m_stack; }

private:
    void build(const TinyModel& model) {
        const auto path = m_folder / "tiny.strata";
        EXPECT_TRUE(model.writeStack(path));
        m_stack = *StackFile::open(path);
        auto config = ModelConfig::fromGguf(m_stack->gguf());
        EXPECT_TRUE(config) << config.error().message();
        EXPECT_TRUE(checkShapes(*config, *m_stack));
        StackBinder binder(*m_stack, *m_backend);
        auto created = Transformer::create(*config, *m_backend, binder);
        EXPECT_TRUE(created) << created.error().message();
        m_transformer.emplace(*std::move(created));
        m_residency = *Residency::create(m_stack);
        EXPECT_TRUE(m_residency->load(m_stack->blocks().size()));
    }

    TemporaryFolder m_folder;
    ThreadPool m_pool;
    std::shared_ptr<const StackFile> m_stack;
    std::unique_ptr<Residency> m_residency;
    std::unique_ptr<Backend> m_backend;
    std::optional<Transformer> m_transformer;
    std::function<void(std::size_t)> m_beforeBatch;
};

}  // namespace strata::test
