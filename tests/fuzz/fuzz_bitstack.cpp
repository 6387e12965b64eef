// BitStack checkpoints: which buffers make a linear, their values, and the order of compression_config.json.
// Input: lines "LINEAR BUFFER TYPE EXTENT...", such as "a qweight_0 U8 64" (BUFFER "scales": what divides the linear's
// activation; "heads": its rotary heads, instead of the type); behind a NUL byte, the list; behind another, the bytes
// that fill the tensors, over and over.
#include "core/source/bitstack_checkpoint.h"
#include "tests/fuzz/fuzz_entry.h"

#include <cstring>
#include <map>
#include <sstream>
#include <vector>

#include <nlohmann/json.hpp>

namespace {

using namespace strata;
using fuzz::require;

constexpr std::uint64_t kMaximumFileBytes = 1 << 16;
constexpr std::size_t kMaximumLines = 256;

struct Line {
    std::string linear;
    std::string buffer;
    std::string type;
    std::vector<std::uint64_t> shape;
    [[nodiscard]] std::string name() const { return linear + "." + buffer; }
};

std::vector<Line> readLines(std::string_view recipe) {
    std::vector<Line> lines;
    std::istringstream text{std::string(recipe)};
    for (std::string row; std::getline(text, row) && lines.size() < kMaximumLines;) {
        std::istringstream words(row);
        Line line;
        words >> line.linear >> line.buffer >> line.type;
        for (std::uint16_t extent = 0; line.shape.size() < 4 && words >> extent;) line.shape.push_back(extent);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::uint64_t sizeBytes(const Line& line) {
    std::uint64_t bytes = line.type == "U8" ? 1 : line.type == "F32" ? 4 : 2;
    for (const std::uint64_t extent : line.shape) bytes = std::min(bytes * extent, kMaximumFileBytes);
    return bytes;
}

/// A safetensors file of these tensors; empty when it would be long.
std::vector<std::byte> fileOf(const std::vector<Line>& lines, std::string_view values) {
    nlohmann::json header = nlohmann::json::object();
    std::uint64_t end = 0;
    for (const Line& line : lines) {
        if (line.buffer == "heads" || header.contains(line.name())) continue;
        const std::uint64_t begin = std::exchange(end, end + sizeBytes(line));
        const char* type = line.type == "U8" ? "U8" : line.type == "F32" ? "F32" : "F16";
        header[line.name()] = {{"dtype", type}, {"shape", line.shape}, {"data_offsets", {begin, end}}};
    }
    if (end >= kMaximumFileBytes) return {};
    const std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const std::uint64_t length = text.size();
    std::vector<std::byte> file(sizeof length + text.size() + end);
    std::memcpy(file.data(), &length, sizeof length);
    std::memcpy(file.data() + sizeof length, text.data(), text.size());
    for (std::uint64_t index = 0; index < end && !values.empty(); ++index)
        file[sizeof length + text.size() + index] = static_cast<std::byte>(values[index % values.size()]);
    return file;
}

Result<void> addLine(BitstackCheckpoint& checkpoint, const SafetensorsSet& files, const Line& line) {
    const bool known = checkpoint.find(line.linear) != nullptr;
    if (line.buffer == "heads") {
        if (known && !line.shape.empty()) checkpoint.linear(line.linear).rotaryHeads = line.shape.front();
        return {};
    }
    const SafetensorsTensor* const tensor = files.findTensor(line.name());
    if (tensor == nullptr) return {};  // its name was no text
    if (line.buffer != "scales")
        return checkpoint.add(line.linear, "model.layers.0." + line.linear, line.buffer, *tensor);
    if (known) checkpoint.linear(line.linear).scales = tensor;
    return {};
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

/// The sum of all rows read together is that of the rows read one by one.
void checkValues(const BitstackCheckpoint& checkpoint, const BitstackLinear& linear) {
    std::vector<float> whole(linear.rows * linear.columns);
    const auto read = checkpoint.rows(linear, 0, linear.rows, whole);
    if (!read) return require(!read.error().detail.empty() && !read.error().remedy.empty());
    std::vector<float> row(linear.columns);
    for (const std::size_t index : {std::size_t{0}, linear.rows - 1}) {
        require(checkpoint.rows(linear, index, 1, row).has_value());
        require(std::memcmp(row.data(), whole.data() + index * linear.columns, row.size() * sizeof(float)) == 0);
    }
}

void check(std::string_view recipe, std::string_view list, std::string_view values) {
    const std::vector<Line> lines = readLines(recipe);
    const std::vector<std::byte> file = fileOf(lines, values);
    const auto files = SafetensorsSet::parse(file);
    if (!files) return require(!files.error().detail.empty());
    BitstackCheckpoint checkpoint(*files);
    for (const Line& line : lines)
        if (const auto added = addLine(checkpoint, *files, line); !added) return require(!added.error().detail.empty());
    if (const auto finished = checkpoint.finish(); !finished) return require(!finished.error().detail.empty());
    for (const auto& [name, linear] : checkpoint.linears()) {
        require(!linear.blocks.empty() && linear.rank > 0 && linear.rows > 0 && linear.columns > 0);
        checkValues(checkpoint, linear);
    }
    checkOrder(checkpoint, list);
}

/// What stands before the next NUL byte of `input`, which is cut off it.
std::string_view cutOff(std::string_view& input) {
    const std::size_t nul = std::min(input.find('\0'), input.size());
    const std::string_view part = input.substr(0, nul);
    input.remove_prefix(std::min(nul + 1, input.size()));
    return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view recipe = cutOff(input);
    const std::string_view list = cutOff(input);
    check(recipe, list, input);
    return 0;
}
