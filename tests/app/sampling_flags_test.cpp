#include "app/cli/sampling_flags.h"

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

/// A file with nothing but metadata.
class SamplingFlagsTest : public testing::Test {
protected:
    const GgufFile& file() {
        m_bytes = m_writer.header();
        m_file = GgufFile::parse(m_bytes).value();
        return m_file;
    }
    GgufWriter m_writer;

private:
    std::vector<std::byte> m_bytes;
    GgufFile m_file = GgufFile::parse(m_bytes = GgufWriter().header()).value();
};

TEST_F(SamplingFlagsTest, FlagsComeBeforeTheModelBeforeTheDefaults) {
    m_writer.add("strata.source.generation.temperature", 0.25F);
    m_writer.add("strata.source.generation.top_k", std::uint32_t{7});
    SamplingFlags flags;
    flags.temperature = 1.5;
    const SamplingOptions options = samplingOptions(flags, file());
    EXPECT_FLOAT_EQ(options.temperature, 1.5F);
    EXPECT_EQ(options.topK, 7u);
    EXPECT_FLOAT_EQ(options.topP, SamplingOptions().topP);
}

TEST_F(SamplingFlagsTest, ImpossibleValuesOfTheModelAreIgnored) {
    m_writer.add("strata.source.generation.temperature", -3.0F);
    m_writer.add("strata.source.generation.top_p", "a lot");
    m_writer.add("strata.source.generation.repetition_penalty", 0.0F);
    const SamplingOptions options = samplingOptions({}, file());
    EXPECT_FLOAT_EQ(options.temperature, SamplingOptions().temperature);
    EXPECT_FLOAT_EQ(options.topP, SamplingOptions().topP);
    EXPECT_FLOAT_EQ(options.repetitionPenalty, 1);
}

TEST_F(SamplingFlagsTest, SeedsAreKeptOrDrawn) {
    SamplingFlags flags;
    flags.seed = 18446744073709551615u;
    EXPECT_EQ(samplingOptions(flags, file()).seed, 18446744073709551615u);
    const auto first = samplingOptions({}, file()).seed;
    const auto second = samplingOptions({}, file()).seed;
    const auto third = samplingOptions({}, file()).seed;
    EXPECT_FALSE(first == second && second == third);
}

}  // namespace
}  // namespace strata::cli
