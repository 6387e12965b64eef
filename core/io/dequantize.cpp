#include "core/io/dequantize_blocks.h"
#include "core/io/gguf.h"

namespace strata {

namespace {

struct Entry {
    GgmlType type;
    blocks::Expand expand;
};

using enum GgmlType;
constexpr Entry kReadable[] = {
    {F32, blocks::expandF32},       {F16, blocks::expandF16},     {BF16, blocks::expandBf16},
    {F64, blocks::expandF64},       {Q4_0, blocks::expandQ4_0},   {Q4_1, blocks::expandQ4_1},
    {Q5_0, blocks::expandQ5_0},     {Q5_1, blocks::expandQ5_1},   {Q8_0, blocks::expandQ8_0},
    {Q2_K, blocks::expandQ2_K},     {Q3_K, blocks::expandQ3_K},   {Q4_K, blocks::expandQ4_K},
    {Q5_K, blocks::expandQ5_K},     {Q6_K, blocks::expandQ6_K},   {IQ4_NL, blocks::expandIQ4_NL},
    {IQ4_XS, blocks::expandIQ4_XS}, {TQ1_0, blocks::expandTQ1_0}, {TQ2_0, blocks::expandTQ2_0},
};

blocks::Expand expanderOf(GgmlType type) noexcept {
    for (const Entry& entry : kReadable)
        if (entry.type == type) return entry.expand;
    return nullptr;
}

}  // namespace

bool canDequantize(GgmlType type) noexcept {
    return expanderOf(type) != nullptr;
}

std::string dequantizableTypes() {
    std::string names;
    for (const Entry& entry : kReadable) names += (names.empty() ? "" : ", ") + ggmlTypeName(entry.type);
    return names;
}

Result<void> dequantize(GgmlType type, std::span<const std::byte> bytes, std::span<float> into) {
    const blocks::Expand expand = expanderOf(type);
    const auto size = ggmlTypeSize(type);
    if (!expand || !size)
        return fail(ErrorCode::Unsupported,
                    "tensor type " + ggmlTypeName(type) + " is not read; supported are " + dequantizableTypes(),
                    "use a file with a supported quantization");
    const std::size_t count = bytes.size() / size->bytes;
    if (bytes.size() % size->bytes != 0 || into.size() % size->elements != 0 || into.size() / size->elements != count)
        return fail(ErrorCode::Corrupt,
                    std::to_string(bytes.size()) + " bytes of " + ggmlTypeName(type) + " do not hold " +
                        std::to_string(into.size()) + " elements",
                    "download the file again");
    expand(reinterpret_cast<const std::uint8_t*>(bytes.data()), count, into.data());
    return {};
}

}  // namespace strata
