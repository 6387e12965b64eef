// One of three fixed workloads on one thread, for counting its instructions: instruction_bench decode | prefill |
// encode tests/bench/instructions.py runs it under callgrind, which counts within strataMeasured alone.
#include "app/cli/synthetic_stack.h"
#include "core/base/random.h"
#include "core/codec/linear_algebra.h"
#include "core/codec/nested_codec.h"
#include "core/cpu/cpu_backend.h"
#include "core/model/transformer.h"
#include "core/stack/residency.h"

#include <cstdio>
#include <functional>
#include <numeric>
#include <string>

/// Named without C++'s decoration, so that callgrind's option can name it.
extern "C" __attribute__((noinline)) void strataMeasured(const std::function<void()>& work) {
    work();
}

namespace {

using namespace strata;

constexpr cli::ModelShape kShape{"instructions", 2, 256, 4, 2, 64, 768, 2048, 512, true};
constexpr unsigned kPlanes = 5;

/// A small model on one thread with a context of `contextTokens`.
struct Model {
    ThreadPool pool{1};
    CpuBackend backend;
    std::shared_ptr<const StackFile> stack;
    std::unique_ptr<Residency> residency;
    std::optional<Transformer> transformer;

    explicit Model(const Kernels& kernels) : backend(pool, kernels) {}

    [[nodiscard]] Result<void> open(std::size_t batch, std::size_t contextTokens) {
        STRATA_TRY(stack, cli::syntheticStack(kShape, kPlanes));
        STRATA_TRY(ModelConfig config, ModelConfig::fromGguf(stack->gguf()));
        StackBinder binder(*stack, backend);
        STRATA_TRY(transformer, Transformer::create(std::move(config), backend, binder));
        STRATA_TRY(residency, Residency::create(stack));
        STRATA_CHECK(residency->load(stack->blocks().size()));
        STRATA_CHECK(backend.use(residency->current()));
        STRATA_CHECK(backend.reserveTokens(batch, 1));
        return backend.reserveKv(contextTokens);
    }
};

std::vector<TokenId> someIds(std::size_t count) {
    std::vector<TokenId> ids(count);
    std::iota(ids.begin(), ids.end(), 1);
    return ids;
}

/// 16 tokens behind 64, with their logits.
Result<void> decode(Model& model) {
    const std::vector<TokenId> ids = someIds(80);
    STRATA_CHECK(model.open(64, ids.size()));
    model.transformer->forward(std::span(ids).first(64), 0);
    strataMeasured([&] {
        for (std::size_t position = 64; position < ids.size(); ++position) {
            model.transformer->forward({&ids[position], 1}, position);
            model.transformer->computeLogits(0, 1);
        }
    });
    return {};
}

/// 128 tokens in one batch, with the logits of the last.
Result<void> prefill(Model& model) {
    const std::vector<TokenId> ids = someIds(128);
    STRATA_CHECK(model.open(ids.size(), ids.size()));
    strataMeasured([&] {
        model.transformer->forward(ids, 0);
        model.transformer->computeLogits(ids.size() - 1, 1);
    });
    return {};
}

/// 32 rows of 256 columns with feedback and two passes of descent; statistics are prepared before.
Result<void> encode() {
    constexpr std::size_t kRows = 32, kColumns = 256;
    blas::useSingleThread();
    Random random(3);
    std::vector<float> rows(kRows * kColumns), inputs(2 * kColumns * kColumns), hessian(kColumns * kColumns);
    for (float& value : rows) value = static_cast<float>(random.normal());
    for (float& value : inputs) value = static_cast<float>(random.normal());
    blas::accumulateGram(2 * kColumns, kColumns, inputs.data(), hessian.data());
    const Rotation rotation = Rotation::random(kColumns, 1);
    STRATA_TRY(const InputStatistics statistics, prepareStatistics(std::move(hessian), rotation));
    Result<void> status;
    strataMeasured([&] {
        const auto encoded = encodeNested(rows, kColumns, rotation, statistics, {});
        if (!encoded) status = std::unexpected(encoded.error());
    });
    return status;
}

Result<void> run(const std::string& workload) {
    if (workload == "encode") return encode();
    STRATA_TRY(const Kernels* kernels, chooseKernels());
    Model model(*kernels);
    if (workload == "decode") return decode(model);
    if (workload == "prefill") return prefill(model);
    return fail(ErrorCode::InvalidArgument, "no such workload: '" + workload + "'", "say decode, prefill or encode");
}

}  // namespace

int main(int argc, char** argv) {
    if (const auto status = run(argc == 2 ? argv[1] : ""); !status) {
        std::fprintf(stderr, "instruction_bench: %s\n", status.error().message().c_str());
        return 1;
    }
    return 0;
}
