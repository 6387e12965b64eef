// Every bit of a plane counts: a stack whose one bit is flipped, under a checksum that hides it, gives other logits.
#include "core/base/hash.h"
#include "core/model/session.h"
#include "core/stack/stack_keys.h"
#include "tests/core/compress/compress_support.h"

#include <cstring>

namespace strata::test {
namespace {

class FlippedBit : public CompressFixture {
protected:
    void SetUp() override {
        ASSERT_TRUE(compress(options()));
        auto opened = StackFile::open(options().output);
        ASSERT_TRUE(opened);
        m_stack = *opened;
    }
    /// A copy of the stack with one bit of a block flipped and the block's checksum made to match.
    [[nodiscard]] std::filesystem::path flipped(std::size_t block, std::size_t bit) const {
        const auto path = m_folder / "flipped.strata";
        std::string bytes = bytesOf(options().output);
        const BlockInfo& info = m_stack->blocks()[block];
        bytes[info.offset + bit / 8] = static_cast<char>(bytes[info.offset + bit / 8] ^ (1 << bit % 8));
        const auto content = std::as_bytes(std::span(bytes)).subspan(info.offset, info.sizeBytes);
        const std::uint64_t checksum = xxh3(content);
        std::string was(sizeof checksum, '\0');
        std::memcpy(was.data(), &info.checksum, sizeof checksum);
        const std::size_t at = bytes.find(was);
        EXPECT_LT(at, m_stack->gguf().dataOffset());
        std::memcpy(bytes.data() + at, &checksum, sizeof checksum);
        EXPECT_TRUE(writeFileAtomically(path, bytes));
        return path;
    }
    [[nodiscard]] std::vector<float> logits(const std::filesystem::path& path) const {
        auto session = Session::open(*StackFile::open(path), {.threads = 1});
        EXPECT_TRUE(session) << session.error().message();
        return (*session)->logits(m_model.randomIds(12, 4)).value();
    }
    std::shared_ptr<const StackFile> m_stack;
};

TEST_F(FlippedBit, ChangesTheLogitsInEveryMatrixAndPlane) {
    const std::vector<float> whole = logits(options().output);
    EXPECT_EQ(whole, logits(options().output)) << "the same stack gives the same logits";
    for (std::size_t matrix = 0; matrix < m_stack->matrices().size(); ++matrix) {
        const MatrixInfo& info = m_stack->matrices()[matrix];
        for (unsigned level = 0; level < info.levels; ++level) {
            const std::size_t block = m_stack->blockIndex(matrix, 0, level);
            // A bit of the first row: of token 0 in the embedding, whose logit is among those compared.
            EXPECT_NE(logits(flipped(block, 3)), whole) << m_stack->blockName(block);
        }
    }
}

}  // namespace
}  // namespace strata::test
