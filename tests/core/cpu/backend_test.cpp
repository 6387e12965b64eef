// Memory of the CPU backend, its errors, and what the operators promise beyond values (which the forward pass tests).
#include "core/cpu/cpu_backend.h"
#include "core/stack/residency.h"
#include "tests/core/cpu/kv_layers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

namespace strata::test {
namespace {

/// Pages of this process in memory, by the kernel's own count.
std::uint64_t residentBytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t total = 0, resident = 0;
    statm >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

class BackendTest : public testing::Test {
protected:
    ThreadPool m_pool{2};
    CpuBackend m_backend{m_pool, **chooseKernels()};

    void fill(BufferId buffer, std::size_t tokens, std::size_t width, float value) {
        m_backend.write(buffer, 0, std::vector<float>(tokens * width, value));
    }
};

TEST_F(BackendTest, CountsEveryPageOfBuffers) {
    const BufferId tokens = *m_backend.addBuffer(100'000, BufferRows::Tokens);
    static_cast<void>(*m_backend.addBuffer(500'000, BufferRows::Outputs));
    EXPECT_EQ(m_backend.scratchBytes(), 0U);
    // The two buffers, and a page for the scales of quantized inputs.
    const std::size_t page = PageMemory::roundedBytes(1);
    EXPECT_EQ(m_backend.scratchBytesFor(64, 1), 64U * 400'000 + PageMemory::roundedBytes(2'000'000) + page);
    const std::uint64_t before = residentBytes();
    ASSERT_TRUE(m_backend.reserveTokens(64, 1));
    EXPECT_EQ(m_backend.scratchBytes(), m_backend.scratchBytesFor(64, 1));
    fill(tokens, 64, 100'000, 1);
    EXPECT_GT(residentBytes(), before + 20'000'000);
    ASSERT_TRUE(m_backend.reserveTokens(1, 1));
    EXPECT_EQ(m_backend.scratchBytes(), m_backend.scratchBytesFor(1, 1));
    EXPECT_LT(residentBytes(), before + 4'000'000);
}

TEST_F(BackendTest, CacheIsMappedExactlyAsCounted) {
    ASSERT_TRUE(m_backend.setKvShape({.layers = {{.kvHeads = 8, .headDim = 128}, {.kvHeads = 4, .headDim = 64}}}));
    const std::uint64_t page = 2 * 2 * 64 * (8 * 128 + 4 * 64);
    EXPECT_EQ(m_backend.kvBytesFor(1), page);
    EXPECT_EQ(m_backend.kvBytesFor(64), page);
    EXPECT_EQ(m_backend.kvBytesFor(65), 2 * page);
    EXPECT_EQ(m_backend.kvBytes(), 0U);
    const std::uint64_t before = residentBytes();
    ASSERT_TRUE(m_backend.reserveKv(64 * 60));
    EXPECT_EQ(m_backend.kvBytes(), 60 * page);
    EXPECT_NEAR(static_cast<double>(residentBytes() - before), static_cast<double>(60 * page),
                0.05 * static_cast<double>(60 * page));
    m_backend.truncateKv(64 * 10 + 1);
    EXPECT_EQ(m_backend.kvBytes(), 11 * page);
    EXPECT_LT(residentBytes(), before + 12 * page);
    m_backend.truncateKv(0);
    EXPECT_EQ(m_backend.kvBytes(), 0U);
}

TEST_F(BackendTest, LayersOfTheCacheComeAndGoAlone) {
    KvLayers(m_backend, {.layers = {{2, 64, 4}, {1, 128, 4}, {3, 32, 3}, {4, 64, 4}}}).comeAndGoAlone(150);
}

TEST_F(BackendTest, RefusesWhatTheSystemCannotGive) {
    static_cast<void>(*m_backend.addBuffer(std::size_t{1} << 40, BufferRows::Tokens));
    const auto refused = m_backend.reserveTokens(1'000'000, 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::OutOfMemory);
    const auto heads = m_backend.setKvShape({.layers = {{.kvHeads = 1, .headDim = kMaximumHeadDim + 2}}});
    ASSERT_FALSE(heads);
    EXPECT_EQ(heads.error().code, ErrorCode::Unsupported);
}

TEST_F(BackendTest, NormsWholeRowsOrHeads) {
    const BufferId x = *m_backend.addBuffer(8, BufferRows::Tokens);
    const VectorId head = *m_backend.addVector(std::vector<float>{1, 2, 1, 1});
    ASSERT_TRUE(m_backend.reserveTokens(2, 0));
    m_backend.write(x, 0, std::vector<float>{1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 0, 0, 0, 0});
    m_backend.rmsNorm(x, head, 0, x, 1);
    std::vector<float> values(16);
    ASSERT_TRUE(m_backend.read(x, 0, values));
    for (const std::size_t index : {0U, 4U}) {
        EXPECT_NEAR(values[index], 1, 1e-5);
        EXPECT_NEAR(values[index + 1], 2, 1e-5);
    }
    EXPECT_EQ(values[8], 4);  // the second token was not asked for
}

TEST_F(BackendTest, RotaryTablesFollowPositionAndKind) {
    const BufferId x = *m_backend.addBuffer(4, BufferRows::Tokens);
    const RopeId interleaved = *m_backend.addRope({.inverseFrequencies = {0.5}, .magnitude = 2, .interleaved = true});
    const RopeId halves = *m_backend.addRope({.inverseFrequencies = {0.5, 0.25}, .magnitude = 1, .interleaved = false});
    ASSERT_TRUE(m_backend.reserveTokens(2, 0));
    for (const std::size_t position : {0UL, 3UL, 7UL}) {
        m_backend.write(x, 0, std::vector<float>{1, 0, 1, 0, 1, 0, 1, 0});
        m_backend.rope(interleaved, x, 1, 4, position, 2);
        std::vector<float> values(8);
        ASSERT_TRUE(m_backend.read(x, 0, values));
        for (const std::size_t token : {0UL, 1UL}) {
            const double angle = 0.5 * static_cast<double>(position + token);
            EXPECT_NEAR(values[token * 4], 2 * std::cos(angle), 1e-5);
            EXPECT_NEAR(values[token * 4 + 1], 2 * std::sin(angle), 1e-5);
            EXPECT_EQ(values[token * 4 + 2], 1);  // beyond the rotated dimensions
        }
        m_backend.write(x, 0, std::vector<float>{1, 0, 0, 1});
        m_backend.rope(halves, x, 1, 4, position, 1);
        ASSERT_TRUE(m_backend.read(x, 0, std::span(values).first(4)));
        EXPECT_NEAR(values[0], std::cos(0.5 * static_cast<double>(position)), 1e-5);
        EXPECT_NEAR(values[2], std::sin(0.5 * static_cast<double>(position)), 1e-5);
        EXPECT_NEAR(values[1], -std::sin(0.25 * static_cast<double>(position)), 1e-5);
        EXPECT_NEAR(values[3], std::cos(0.25 * static_cast<double>(position)), 1e-5);
    }
}

/// Every matrix of a tiny model, at every level, against plain sums.
class MatrixTest : public testing::TestWithParam<Codec> {
protected:
    MatrixTest() : m_model({.codec = GetParam(), .tileRows = 96}) {
        EXPECT_TRUE(m_model.writeStack(m_folder / "tiny.strata"));
        m_stack = *StackFile::open(m_folder / "tiny.strata");
        m_residency = *Residency::create(m_stack);
        EXPECT_TRUE(m_residency->load(m_stack->blocks().size()));
    }
    TinyModel m_model;
    TemporaryFolder m_folder;
    std::shared_ptr<const StackFile> m_stack;
    std::unique_ptr<Residency> m_residency;
};

TEST_P(MatrixTest, ProductsAndRowsAtEveryLevel) {
    ThreadPool pool(3);
    CpuBackend backend(pool, **chooseKernels());
    for (std::size_t index = 0; index < 3; ++index) {  // embedding, queries, keys
        const TinyMatrix& matrix = m_model.matrices()[index];
        const MatrixId id = *backend.addMatrix(*m_stack, index);
        const BufferId x = *backend.addBuffer(matrix.info.columns, BufferRows::Tokens);
        const BufferId y = *backend.addBuffer(matrix.info.rows, BufferRows::Tokens);
        const BufferId rows = *backend.addBuffer(matrix.info.columns, BufferRows::Tokens);
        ASSERT_TRUE(backend.reserveTokens(5, 1));
        std::vector<float> input(5 * matrix.info.columns);
        for (std::size_t at = 0; at < input.size(); ++at) input[at] = std::sin(static_cast<float>(at * at));
        backend.write(x, 0, input);
        for (unsigned level = 1; level <= matrix.info.levels; ++level) {
            std::vector<std::uint8_t> levels(m_stack->tileCount(), 1);
            for (std::size_t tile = 0; tile < matrix.info.tileCount(); ++tile)
                levels[m_stack->tileIndex(index, tile)] = static_cast<std::uint8_t>(level);
            ASSERT_TRUE(backend.use(*m_residency->custom(levels)));
            const ProductJob job{id, y};
            backend.products({&job, 1}, x, 5);
            std::vector<float> output(5 * matrix.info.rows);
            ASSERT_TRUE(backend.read(y, 0, output));
            const std::vector<double>& w = matrix.decoded[level - 1];
            for (std::size_t token = 0; token < 5; ++token) {
                double difference = 0, norm = 0;
                for (std::size_t row = 0; row < matrix.info.rows; ++row) {
                    double sum = 0;
                    for (std::size_t column = 0; column < matrix.info.columns; ++column)
                        sum += w[row * matrix.info.columns + column] *
                               static_cast<double>(input[token * matrix.info.columns + column]);
                    difference += std::pow(static_cast<double>(output[token * matrix.info.rows + row]) - sum, 2);
                    norm += sum * sum;
                }
                EXPECT_LT(std::sqrt(difference / norm), 0.02) << matrix.info.name << " level " << level;
            }
            const std::vector<TokenId> ids{0, static_cast<TokenId>(matrix.info.rows - 1), 17};
            backend.embed(id, ids, 3, rows);
            std::vector<float> embedded(ids.size() * matrix.info.columns);
            ASSERT_TRUE(backend.read(rows, 0, embedded));
            for (std::size_t token = 0; token < ids.size(); ++token)
                for (std::size_t column = 0; column < matrix.info.columns; ++column)
                    EXPECT_NEAR(embedded[token * matrix.info.columns + column],
                                3 * w[static_cast<std::size_t>(ids[token]) * matrix.info.columns + column], 1e-4);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Codecs, MatrixTest, testing::Values(Codec::Nested, Codec::Bitstack),
                         [](const auto& chosen) { return std::string(codecName(chosen.param)); });

}  // namespace
}  // namespace strata::test
