// GGUF headers that lie. Each case must be refused with the right code, naming the field, without reading past the end.
#include "core/io/gguf.h"
#include "tests/core/io/io_support.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strata {
namespace {

using testing::HasSubstr;

struct HostileCase {
    const char* name;
    std::function<void(RawBytes&)> build;
    ErrorCode code;
    const char* field;
};

void oneTensor(RawBytes& raw, std::initializer_list<std::uint64_t> shape, std::uint32_t type, std::uint64_t offset) {
    raw.ggufHeader(1, 0).tensorInfo("weight", shape, type, offset).padTo(32).zeros(64);
}

const HostileCase kCases[] = {
    {"Empty", [](RawBytes&) {}, ErrorCode::BadMagic, "GGUF"},
    {"OtherMagic", [](RawBytes& raw) { raw.text("GGML").u32(3).u64(0).u64(0); }, ErrorCode::BadMagic, "GGUF"},
    {"OnlyMagic", [](RawBytes& raw) { raw.text("GGUF"); }, ErrorCode::Truncated, "version"},
    {"NoCounts", [](RawBytes& raw) { raw.text("GGUF").u32(3); }, ErrorCode::Truncated, "tensor count"},
    {"NoPairCount", [](RawBytes& raw) { raw.text("GGUF").u32(3).u64(1); }, ErrorCode::Truncated, "metadata count"},
    {"VersionOne", [](RawBytes& raw) { raw.ggufHeader(0, 0, 1); }, ErrorCode::Unsupported, "version 1"},
    {"VersionFour", [](RawBytes& raw) { raw.ggufHeader(0, 0, 4); }, ErrorCode::Unsupported, "version 4"},
    {"VersionZero", [](RawBytes& raw) { raw.ggufHeader(0, 0, 0); }, ErrorCode::Unsupported, "version 0"},
    {"BigEndian", [](RawBytes& raw) { raw.ggufHeader(0, 0, 0x03000000); }, ErrorCode::Unsupported, "big-endian"},
    {"PairCountHuge", [](RawBytes& raw) { raw.ggufHeader(0, UINT64_MAX); }, ErrorCode::Truncated, "metadata count"},
    {"TensorCountHuge", [](RawBytes& raw) { raw.ggufHeader(UINT64_MAX, 0); }, ErrorCode::Truncated, "tensor count"},
    {"KeyLengthHuge", [](RawBytes& raw) { raw.ggufHeader(0, 1).u64(UINT64_MAX).zeros(40); }, ErrorCode::Truncated,
     "key of metadata entry 0"},
    {"KeyEmpty", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("").u32(4).u32(1); }, ErrorCode::Corrupt, "entry 0"},
    {"KeyTooLong", [](RawBytes& raw) { raw.ggufHeader(0, 1).string(std::string(65536, 'k')).u32(4).u32(1); },
     ErrorCode::Corrupt, "65535"},
    {"KeyTwice", [](RawBytes& raw) { raw.ggufHeader(0, 2).string("k").u32(4).u32(1).string("k").u32(4).u32(1); },
     ErrorCode::Corrupt, "'k' occurs twice"},
    {"ValueTypeUnknown", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("k").u32(13).u64(1); }, ErrorCode::Corrupt,
     "value type 13"},
    {"ValueCut", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("key").u32(10).u8(1); }, ErrorCode::Truncated,
     "'key'"},
    {"BoolOfTwo", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("flag").u32(7).u8(2); }, ErrorCode::Corrupt,
     "'flag'"},
    {"BoolArrayOfTwo", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("flag").u32(9).u32(7).u64(2).u8(1).u8(2); },
     ErrorCode::Corrupt, "'flag'"},
    {"StringLengthHuge", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("k").u32(8).u64(UINT64_MAX - 3).zeros(9); },
     ErrorCode::Truncated, "'k'"},
    {"ArrayCountHuge", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("k").u32(9).u32(4).u64(1ull << 62).zeros(9); },
     ErrorCode::Truncated, "'k' announces"},
    {"ArrayOfStringsCut",
     [](RawBytes& raw) { raw.ggufHeader(0, 1).string("k").u32(9).u32(8).u64(2).string("a").u64(50).zeros(9); },
     ErrorCode::Truncated, "element 1 of metadata key 'k'"},
    {"ArrayElementUnknown", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("k").u32(9).u32(99).u64(0).zeros(9); },
     ErrorCode::Corrupt, "value type 99"},
    {"ArraysNestedDeep",
     [](RawBytes& raw) {
         raw.ggufHeader(0, 1).string("k").u32(9);
         for (int depth = 0; depth < 100000; ++depth) raw.u32(9).u64(1);
     },
     ErrorCode::Corrupt, "deeper"},
    {"AlignmentZero", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("general.alignment").u32(4).u32(0); },
     ErrorCode::Corrupt, "general.alignment"},
    {"AlignmentOdd", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("general.alignment").u32(4).u32(48); },
     ErrorCode::Corrupt, "48"},
    {"AlignmentText", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("general.alignment").u32(8).string("32"); },
     ErrorCode::Corrupt, "general.alignment"},
    {"AlignmentHuge", [](RawBytes& raw) { raw.ggufHeader(0, 1).string("general.alignment").u32(10).u64(1ull << 63); },
     ErrorCode::Corrupt, "general.alignment"},
    {"TensorNameHuge", [](RawBytes& raw) { raw.ggufHeader(1, 0).u64(1ull << 40).zeros(40); }, ErrorCode::Truncated,
     "name of tensor 0"},
    {"TensorNameEmpty", [](RawBytes& raw) { raw.ggufHeader(1, 0).tensorInfo("", {4}, 0, 0).padTo(32).zeros(16); },
     ErrorCode::Corrupt, "tensor 0 has no name"},
    {"TensorTwice",
     [](RawBytes& raw) {
         raw.ggufHeader(2, 0).tensorInfo("w", {4}, 0, 0).tensorInfo("w", {4}, 0, 32).padTo(32).zeros(64);
     },
     ErrorCode::Corrupt, "'w' occurs twice"},
    {"FiveDimensions", [](RawBytes& raw) { oneTensor(raw, {1, 1, 1, 1, 1}, 0, 0); }, ErrorCode::Corrupt,
     "5 dimensions"},
    {"DimensionsCut", [](RawBytes& raw) { raw.ggufHeader(1, 0).string("weight").u32(4).u64(1).u64(1); },
     ErrorCode::Truncated, "shape of tensor 'weight'"},
    {"DimensionZero", [](RawBytes& raw) { oneTensor(raw, {4, 0}, 0, 0); }, ErrorCode::Corrupt, "dimension of 0"},
    {"ElementsOverflow", [](RawBytes& raw) { oneTensor(raw, {1ull << 32, 1ull << 32, 2}, 0, 0); }, ErrorCode::Corrupt,
     "element count of tensor 'weight'"},
    {"ElementsWrapToSmall", [](RawBytes& raw) { oneTensor(raw, {(1ull << 32) + 1, 1ull << 32, 1ull << 32}, 0, 0); },
     ErrorCode::Corrupt, "element count"},
    {"BytesOverflow", [](RawBytes& raw) { oneTensor(raw, {(1ull << 62) + 2}, 28, 0); }, ErrorCode::Corrupt,
     "size of tensor 'weight'"},
    {"RowsNotInBlocks", [](RawBytes& raw) { oneTensor(raw, {33}, 3, 0); }, ErrorCode::Corrupt, "rows of 33"},
    {"TypeCut", [](RawBytes& raw) { raw.ggufHeader(1, 0).string("weight").u32(1).u64(4).zeros(3); },
     ErrorCode::Truncated, "type of tensor 'weight'"},
    {"OffsetCut", [](RawBytes& raw) { raw.ggufHeader(1, 0).string("weight").u32(1).u64(4).u32(0).zeros(3); },
     ErrorCode::Truncated, "offset of tensor 'weight'"},
    {"OffsetUnaligned", [](RawBytes& raw) { oneTensor(raw, {4}, 0, 8); }, ErrorCode::Corrupt, "not a multiple of 32"},
    {"OffsetOverflows", [](RawBytes& raw) { oneTensor(raw, {4}, 0, UINT64_MAX - 31); }, ErrorCode::Corrupt,
     "offset of tensor 'weight'"},
    {"OffsetBeyondEnd", [](RawBytes& raw) { oneTensor(raw, {4}, 0, 64); }, ErrorCode::Truncated, "'weight'"},
    {"DataCutByOne", [](RawBytes& raw) { oneTensor(raw, {17}, 0, 0); }, ErrorCode::Truncated, "'weight'"},
    {"UnknownTypeBeyondEnd", [](RawBytes& raw) { oneTensor(raw, {4}, 77, 4096); }, ErrorCode::Truncated, "'weight'"},
    {"TensorsOverlap",
     [](RawBytes& raw) {
         raw.ggufHeader(2, 0).tensorInfo("a", {9}, 0, 0).tensorInfo("b", {4}, 0, 32).padTo(32).zeros(64);
     },
     ErrorCode::Corrupt, "'b' overlaps that of tensor 'a'"},
    {"TensorsOverlapInReverseOrder",
     [](RawBytes& raw) {
         raw.ggufHeader(2, 0).tensorInfo("b", {4}, 0, 32).tensorInfo("a", {9}, 0, 0).padTo(32).zeros(64);
     },
     ErrorCode::Corrupt, "'b' overlaps that of tensor 'a'"},
    {"TensorsAtOnePlace",
     [](RawBytes& raw) {
         raw.ggufHeader(2, 0).tensorInfo("a", {4}, 0, 0).tensorInfo("b", {4}, 0, 0).padTo(32).zeros(64);
     },
     ErrorCode::Corrupt, "overlaps"},
};

class GgufHostile : public testing::TestWithParam<HostileCase> {};

TEST_P(GgufHostile, IsRefusedByName) {
    RawBytes raw;
    GetParam().build(raw);
    // An exact copy on the heap: the sanitizers see any read past the end.
    const std::vector<std::byte> exact(raw.bytes().begin(), raw.bytes().end());
    const auto file = GgufFile::parse(exact);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, GetParam().code) << file.error().message();
    EXPECT_THAT(file.error().detail, HasSubstr(GetParam().field));
    EXPECT_FALSE(file.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(All, GgufHostile, testing::ValuesIn(kCases),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(GgufHostile, EveryPrefixOfAGoodFileIsRefused) {
    const auto whole = readBytes(dataPath("gguf/every_value.gguf"));
    for (std::size_t length = 0; length + 64 < whole.size(); ++length) {
        const std::vector<std::byte> prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_FALSE(GgufFile::parse(prefix)) << length;
    }
}

TEST(GgufHostile, ControlCharactersOfANameDoNotReachTheMessage) {
    RawBytes raw;
    raw.ggufHeader(0, 1).string("a\x1b[2J\n").u32(13).u64(0);
    const auto file = GgufFile::parse(raw.bytes());
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().detail.find('\x1b'), std::string::npos);
    EXPECT_EQ(file.error().detail.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace strata
