// BitStack checkpoints: which buffers make a linear, and the order of compression_config.json.
// Input: lines "LINEAR BUFFER TYPE EXTENT...", such as "a qweight_0 U8 64"; behind a NUL byte, the list.
#include "core/source/bitstack_checkpoint.h"
#include "tests/fuzz/fuzz_entry.h"

#include <deque>
#include <map>
#include <sstream>

namespace {

using namespace strata;
using fuzz::require;

SafetensorsTensor tensorFrom(const std::string& name, const std::string& type, std::istringstream& extents) {
    SafetensorsTensor tensor;
    tensor.name = name;
    tensor.type = type == "U8" ? SafetensorsType::U8 : type == "F16" ? SafetensorsType::F16 : SafetensorsType::F32;
    for (std::uint16_t extent = 0; tensor.shape.size() < 4 && extents >> extent;) tensor.shape.push_back(extent);
    return tensor;
}

void checkOrder(const BitstackCheckpoint& checkpoint, std::string_view list) {
    const auto steps = checkpoint.order(list);
    if (!steps) return require(!steps.error().detail.empty());
    std::map<std::string, unsigned> next;
    for (const BitstackStep& step : *steps) require(step.level == next.try_emplace(step.name, 1).first->second++);
    for (const auto& [name, linear] : checkpoint.linears()) {
        const auto found = next.find(name);
        require((found == next.end() ? 1 : found->second) == linear.blocks.size());
    }
}

void check(const std::string& recipe, std::string_view list) {
    const SafetensorsSet files;
    BitstackCheckpoint checkpoint(files);
    std::deque<SafetensorsTensor> tensors;
    std::istringstream lines(recipe);
    for (std::string line; std::getline(lines, line) && tensors.size() < 256;) {
        std::istringstream words(line);
        std::string linear, buffer, type;
        words >> linear >> buffer >> type;
        tensors.push_back(tensorFrom(linear + "." + buffer, type, words));
        const auto added = checkpoint.add(linear, "model.layers.0." + linear, buffer, tensors.back());
        if (!added) return require(!added.error().detail.empty());
    }
    const auto finished = checkpoint.finish();
    if (!finished) return require(!finished.error().detail.empty());
    for (const auto& [name, linear] : checkpoint.linears())
        require(!linear.blocks.empty() && linear.rank > 0 && linear.rows > 0 && linear.columns > 0);
    checkOrder(checkpoint, list);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t nul = std::min(input.find('\0'), input.size());
    check(std::string(input.substr(0, nul)), input.substr(std::min(nul + 1, input.size())));
    return 0;
}
