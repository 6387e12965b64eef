#include "core/compress/expanded_backend.h"

#include "core/base/random.h"
#include "core/compress/loaded_blocks.h"
#include "tests/core/compress/compress_support.h"

#include <cmath>

namespace strata::test {
namespace {

constexpr std::size_t kTokens = 150;  // more than one task computes

class ExpandedBackendTest : public CompressFixture {
protected:
    /// W x of every token for all of the first layer's matrices that read the hidden state.
    static std::vector<float> products(CpuBackend& backend, const std::shared_ptr<const StackFile>& stack,
                                       std::vector<std::uint8_t> levels) {
        const auto blocks = LoadedBlocks::load(stack, 0, stack->blocks().size());
        std::vector<ProductJob> jobs;
        std::vector<std::size_t> rows;
        std::size_t width = 0;
        for (const char* name : {"blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight"}) {
            const auto index = static_cast<std::size_t>(stack->findMatrix(name));
            rows.push_back(stack->matrices()[index].rows);
            width = stack->matrices()[index].columns;
            jobs.push_back(
                {backend.addMatrix(*stack, index).value(), backend.addBuffer(rows.back(), BufferRows::Tokens).value()});
        }
        const BufferId x = backend.addBuffer(width, BufferRows::Tokens).value();
        EXPECT_TRUE(backend.reserveTokens(kTokens, 0));
        Random random(3);
        std::vector<float> input(kTokens * width);
        for (float& value : input) value = static_cast<float>(random.normal());
        backend.write(x, 0, input);
        // At other levels first: what was expanded for them must not be used again.
        EXPECT_TRUE(backend.use(blocks->schedule(std::vector<std::uint8_t>(levels.size(), 1))));
        backend.products(jobs, x, kTokens);
        EXPECT_TRUE(backend.use(blocks->schedule(std::move(levels))));
        backend.products(jobs, x, kTokens);
        std::vector<float> all;
        for (std::size_t index = 0; index < jobs.size(); ++index) {
            std::vector<float> y(kTokens * rows[index]);
            EXPECT_TRUE(backend.read(jobs[index].y, 0, y));
            all.insert(all.end(), y.begin(), y.end());
        }
        return all;
    }
};

TEST_F(ExpandedBackendTest, AgreesWithTheKernelsButForTheRoundingOfActivations) {
    for (const Codec codec : {Codec::Bitstack, Codec::Nested}) {
        CompressOptions some = options();
        some.codec = codec;
        some.rank = 4;
        some.blocks = 3;
        some.overwrite = true;
        ASSERT_TRUE(compress(some));
        const auto stack = StackFile::open(some.output).value();
        ThreadPool pool(2);
        CpuBackend kernels(pool, **chooseKernels());
        ExpandedBackend expanded(pool, **chooseKernels());
        for (const unsigned level : {2U, 3U}) {
            const std::vector<std::uint8_t> levels = BlockSchedule::uniformLevels(*stack, level);
            const std::vector<float> expected = products(kernels, stack, levels);
            const std::vector<float> found = products(expanded, stack, levels);
            ASSERT_EQ(found.size(), expected.size());
            double error = 0, energy = 0;
            for (std::size_t at = 0; at < found.size(); ++at) {
                error += std::pow(static_cast<double>(found[at] - expected[at]), 2);
                energy += std::pow(static_cast<double>(expected[at]), 2);
            }
            ASSERT_GT(energy, 0);
            if (codec == Codec::Nested) {
                EXPECT_EQ(error, 0) << "nested matrices keep their kernels";
            } else {
                EXPECT_LT(std::sqrt(error / energy), 0.02) << "level " << level;
            }
        }
    }
}

}  // namespace
}  // namespace strata::test
