// Safetensors files: as given, and once more with a header length that fits the JSON, so that mutations reach it.
#include "core/io/safetensors.h"
#include "tests/fuzz/fuzz_entry.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace {

using namespace strata;
using fuzz::require;
using fuzz::touch;

void touchTensor(const SafetensorsFile& file, const SafetensorsTensor& tensor) {
    require(file.findTensor(tensor.name) == &tensor);
    const auto bytes = file.tensorBytes(tensor);
    require(bytes.size() == tensor.sizeBytes);
    touch(bytes);
    std::vector<float> values(tensor.elementCount());
    const auto expanded = expandToFloat(tensor.type, bytes, values);
    require(expanded || expanded.error().code == ErrorCode::Unsupported);
}

void readAll(std::span<const std::byte> bytes) {
    const auto file = SafetensorsFile::parse(bytes);
    if (!file) {
        require(!file.error().detail.empty() && !file.error().remedy.empty());
        return;
    }
    for (const SafetensorsTensor& tensor : file->tensors()) touchTensor(*file, tensor);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
    readAll(bytes);
    constexpr std::size_t kLengthBytes = 8;
    if (size < kLengthBytes) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + kLengthBytes, size - kLengthBytes);
    const std::size_t end = text.rfind('}');
    if (end == std::string_view::npos) return 0;
    std::vector<std::byte> repaired(bytes.begin(), bytes.end());
    const std::uint64_t length = end + 1;
    std::memcpy(repaired.data(), &length, sizeof length);
    readAll(repaired);
    return 0;
}
