// GGUF headers: parse, read every value and tensor, expand, write again and compare.
#include "core/io/gguf.h"
#include "tests/fuzz/fuzz_entry.h"

#include <algorithm>

namespace {

using namespace strata;
using fuzz::require;
using fuzz::touch;

constexpr std::uint64_t kMaximumElements = 1u << 14;  // expanded per tensor, to keep an execution short

void touchElements(const GgufArray& array) {
    touch(array.bytes);
    for (const GgufValue& element : ggufElements(array, 64))
        if (const auto* nested = std::get_if<GgufArray>(&element.value)) touchElements(*nested);
}

void touchMetadata(const GgufFile& file) {
    for (const auto& [key, value] : file.metadata()) {
        require(file.find(key) == &value);
        touch(value.bytes);
        if (const auto* array = std::get_if<GgufArray>(&value.value)) touchElements(*array);
        const bool integer = file.getUnsigned(key).has_value();
        const bool strings = file.getStrings(key).has_value();
        require(!(integer && strings));
        require(file.getString(key).has_value() == (value.type == GgufType::String));
        require(file.getBool(key).has_value() == (value.type == GgufType::Bool));
        require(!file.getIntegers(key) || !file.getFloats(key));
        require(!integer || file.getFloat(key));
    }
}

void expand(const GgufTensor& tensor, std::span<const std::byte> bytes) {
    const auto size = *ggmlTypeSize(tensor.type);
    const std::uint64_t blocks = std::min(tensor.elementCount(), kMaximumElements) / size.elements;
    std::vector<float> values(blocks * size.elements);
    require(dequantize(tensor.type, bytes.first(blocks * size.bytes), values).has_value() ==
            canDequantize(tensor.type));
}

void touchTensors(const GgufFile& file, bool complete) {
    for (const GgufTensor& tensor : file.tensors()) {
        require(file.findTensor(tensor.name) == &tensor);
        require(tensor.offset >= file.dataOffset());
        const auto bytes = file.tensorBytes(tensor);
        require(bytes || !complete || !ggmlTypeSize(tensor.type));
        if (!bytes) continue;
        require(bytes->size() == tensor.sizeBytes);
        touch(*bytes);
        expand(tensor, *bytes);
    }
}

/// The header written from what was read must be read as the same.
void writeAgain(const GgufFile& file) {
    GgufWriter writer(32);
    for (const auto& [key, value] : file.metadata()) writer.addCopy(file, key);
    const auto header = writer.header();
    const auto again = GgufFile::parse(header);
    require(again.has_value());
    for (const auto& [key, value] : file.metadata()) {
        const GgufValue* copied = again->find(key);
        require(copied != nullptr);
        require(key == "general.alignment" || std::ranges::equal(copied->bytes, value.bytes));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    const auto partial = GgufFile::parse(bytes, {.allowPartialData = true});
    const auto whole = GgufFile::parse(bytes);
    require(partial.has_value() || !whole.has_value());
    if (!partial) {
        require(!partial.error().detail.empty() && !partial.error().remedy.empty());
        return 0;
    }
    touchMetadata(*partial);
    touchTensors(*partial, false);
    if (whole) touchTensors(*whole, true);
    writeAgain(*partial);
    return 0;
}
