// A stack as a source gives the values that its blocks stand for.
#include "core/source/model_files.h"
#include "tests/core/source/folder_fixture.h"
#include "tests/support/tiny_model.h"

#include <algorithm>

namespace strata::test {
namespace {

class StackAsSource : public testing::TestWithParam<Codec> {
protected:
    TemporaryFolder m_folder;
};

TEST_P(StackAsSource, GivesWhatItsBlocksStandFor) {
    const TinyModel model({.codec = GetParam(), .planes = 8, .rank = 8});
    ASSERT_TRUE(model.writeGguf(m_folder / "tiny.gguf"));
    ASSERT_TRUE(model.writeStack(m_folder / "tiny.strata"));
    const auto original = ModelFiles::open(m_folder / "tiny.gguf").value();
    const auto stack = ModelFiles::open(m_folder / "tiny.strata").value();
    EXPECT_EQ(stack->format(), SourceFormat::Stack);
    ASSERT_EQ(stack->tensors().size(), original->tensors().size());
    for (const TinyMatrix& matrix : model.matrices()) {
        const std::vector<float> found = valuesOf(*stack, matrix.info.name.c_str());
        const std::vector<double>& wanted = matrix.decoded.back();
        ASSERT_EQ(found.size(), wanted.size()) << matrix.info.name;
        for (std::size_t at = 0; at < wanted.size(); ++at) ASSERT_NEAR(double{found[at]}, wanted[at], 1e-4) << at;
    }
    for (const GgufTensor& tensor : original->tensors())
        if (tensor.shape.size() == 1) {
            EXPECT_EQ(valuesOf(*stack, tensor.name.c_str()), valuesOf(*original, tensor.name.c_str()));
        }
}

TEST_P(StackAsSource, RowsAreReadInAnyPieces) {
    ASSERT_TRUE(TinyModel({.codec = GetParam(), .planes = 3, .rank = 2}).writeStack(m_folder / "tiny.strata"));
    const auto stack = ModelFiles::open(m_folder / "tiny.strata").value();
    for (const GgufTensor& tensor : stack->tensors()) {
        const std::vector<float> whole = valuesOf(*stack, tensor.name.c_str());
        if (tensor.shape.size() != 2 || tensor.shape[1] < 40) continue;
        std::vector<float> part(7 * tensor.shape[0]);
        ASSERT_TRUE(stack->rows(tensor, 33, 7, part));
        EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + 33 * std::ptrdiff_t(tensor.shape[0])))
            << tensor.name;
    }
}

TEST_P(StackAsSource, ADamagedBlockIsNamed) {
    ASSERT_TRUE(TinyModel({.codec = GetParam(), .planes = 3, .rank = 2}).writeStack(m_folder / "tiny.strata"));
    std::string bytes = readTextFile(m_folder / "tiny.strata").value();
    bytes[bytes.size() - 100] = static_cast<char>(bytes[bytes.size() - 100] ^ 1);
    std::filesystem::remove(m_folder / "tiny.strata");
    ASSERT_TRUE(writeFileAtomically(m_folder / "tiny.strata", bytes));
    const auto stack = ModelFiles::open(m_folder / "tiny.strata").value();
    std::size_t damaged = 0;
    for (const GgufTensor& tensor : stack->tensors()) {
        std::vector<float> values(tensor.elementCount());
        const auto read = stack->rows(tensor, 0, values.size() / tensor.shape[0], values);
        if (read) continue;
        ++damaged;
        EXPECT_EQ(read.error().code, ErrorCode::ChecksumMismatch) << read.error().message();
    }
    EXPECT_EQ(damaged, 1U);
}

INSTANTIATE_TEST_SUITE_P(Codecs, StackAsSource, testing::Values(Codec::Nested, Codec::Bitstack),
                         [](const auto& tested) { return tested.param == Codec::Nested ? "Nested" : "Bitstack"; });

}  // namespace
}  // namespace strata::test
