#include "core/source/bitstack_checkpoint.h"

#include "core/source/rotary_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata {
namespace {

constexpr const char* kAgain = "download the checkpoint again";
constexpr unsigned kMaximumBlocks = 64;  // what a stack's levels hold
constexpr unsigned kMaximumRank = 256;

/// "qweight_3" -> ("qweight", 3).
std::optional<std::pair<std::string_view, unsigned>> numbered(std::string_view buffer) {
    const std::size_t underscore = buffer.rfind('_');
    if (underscore == std::string_view::npos) return std::nullopt;
    unsigned number = 0;
    const char* const end = buffer.data() + buffer.size();
    const auto [stop, error] = std::from_chars(buffer.data() + underscore + 1, end, number);
    if (error != std::errc{} || stop != end || number >= kMaximumBlocks) return std::nullopt;
    return std::pair(buffer.substr(0, underscore), number);
}

std::string shapeText(const SafetensorsTensor& tensor) {
    std::string text = fmt::format("'{}' [", tensor.name);
    for (std::size_t index = 0; index < tensor.shape.size(); ++index)
        text += (index == 0 ? "" : ", ") + std::to_string(tensor.shape[index]);
    return text + "]";
}

bool isMatrix(const SafetensorsTensor& tensor, std::uint64_t rows, std::uint64_t columns) {
    return tensor.type == SafetensorsType::F16 && tensor.shape == std::vector{rows, columns};
}

}  // namespace

BitstackLinear& BitstackCheckpoint::linear(std::string_view ggufName) {
    return m_linears.find(ggufName)->second;
}

const BitstackLinear* BitstackCheckpoint::find(std::string_view ggufName) const noexcept {
    const auto found = m_linears.find(ggufName);
    return found == m_linears.end() ? nullptr : &found->second;
}

Result<void> BitstackCheckpoint::add(const std::string& ggufName, std::string_view module, std::string_view buffer,
                                     const SafetensorsTensor& tensor) {
    const auto part = numbered(buffer);
    if (!part) return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' is no part of a block", tensor.name), kAgain);
    BitstackLinear& linear = m_linears[ggufName];
    linear.module = module;
    if (linear.blocks.size() <= part->second) linear.blocks.resize(part->second + 1);
    BitstackLinear::Block& block = linear.blocks[part->second];
    if (part->first == "qweight")
        block.signs = &tensor;
    else if (part->first == "u")
        block.u = &tensor;
    else if (part->first == "vt")
        block.vt = &tensor;
    else
        return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' is no part of a block", tensor.name), kAgain);
    return {};
}

Result<void> BitstackCheckpoint::finishLinear(BitstackLinear& linear) const {
    for (std::size_t index = 0; index < linear.blocks.size(); ++index) {
        const BitstackLinear::Block& block = linear.blocks[index];
        if (block.u == nullptr || block.vt == nullptr)
            return fail(ErrorCode::Corrupt, fmt::format("block {} of '{}' lacks a factor", index, linear.module),
                        kAgain);
        if (block.signs == nullptr)
            return fail(
                ErrorCode::Unsupported,
                fmt::format("block {} of '{}' has no signs (decomposed without absolute values)", index, linear.module),
                "choose a checkpoint with qweight buffers");
    }
    const BitstackLinear::Block& first = linear.blocks.front();
    if (first.u->shape.size() != 2 || first.vt->shape.size() != 2)
        return fail(ErrorCode::Corrupt, fmt::format("{} is no matrix", shapeText(*first.u)), kAgain);
    linear.rows = first.u->shape[0];
    linear.columns = first.vt->shape[1];
    const std::uint64_t rank = first.u->shape[1];
    if (rank < 1 || rank > kMaximumRank || linear.rows == 0 || linear.columns == 0)
        return fail(ErrorCode::Unsupported, fmt::format("{} (ranks from 1 to 256 are read)", shapeText(*first.u)));
    linear.rank = static_cast<unsigned>(rank);
    for (const BitstackLinear::Block& block : linear.blocks) {
        const bool signs = block.signs->type == SafetensorsType::U8 &&
                           block.signs->elementCount() * 8 == std::uint64_t{linear.rows} * linear.columns;
        const bool u = isMatrix(*block.u, linear.rows, rank);
        if (signs && u && isMatrix(*block.vt, rank, linear.columns)) continue;
        const SafetensorsTensor& odd = !signs ? *block.signs : !u ? *block.u : *block.vt;
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} does not fit a linear of {} x {} and rank {}", shapeText(odd), linear.rows,
                                linear.columns, rank),
                    kAgain);
    }
    if (linear.scales != nullptr && linear.scales->elementCount() != linear.columns)
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} does not fit {} inputs", shapeText(*linear.scales), linear.columns), kAgain);
    if (linear.rotaryHeads != 0 && linear.rows % (2 * linear.rotaryHeads) != 0)
        return fail(ErrorCode::Corrupt,
                    fmt::format("{} does not fit {} heads", shapeText(*first.u), linear.rotaryHeads), kAgain);
    return {};
}

Result<void> BitstackCheckpoint::finish() {
    for (auto& [name, linear] : m_linears) STRATA_CHECK(finishLinear(linear));
    return {};
}

Result<std::vector<float>> BitstackCheckpoint::floats(const SafetensorsTensor& tensor) const {
    std::vector<float> values(tensor.elementCount());
    STRATA_CHECK(expandToFloat(tensor.type, m_files.tensorBytes(tensor), values));
    if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
        return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' holds values that are not numbers", tensor.name),
                    kAgain);
    return values;
}

Result<BitstackBlock> BitstackCheckpoint::block(const BitstackLinear& linear, std::size_t level, std::size_t first,
                                                std::size_t count) const {
    const BitstackLinear::Block& source = linear.blocks[level];
    STRATA_TRY(const std::vector<float> u, floats(*source.u));
    BitstackBlock block;
    STRATA_TRY(block.v, floats(*source.vt));
    const std::span<const std::byte> signs = m_files.tensorBytes(*source.signs);
    block.u.resize(linear.rank * count);
    block.signs.resize(count * linear.columns);
    for (std::size_t row = 0; row < count; ++row) {
        const std::size_t theirs =
            linear.rotaryHeads == 0 ? first + row : halvesRow(first + row, linear.rows, linear.rotaryHeads);
        for (unsigned k = 0; k < linear.rank; ++k) block.u[k * count + row] = u[theirs * linear.rank + k];
        for (std::size_t column = 0; column < linear.columns; ++column) {
            const std::size_t bit = theirs * linear.columns + column;
            block.signs[row * linear.columns + column] =
                std::to_integer<std::uint8_t>(signs[bit / 8] >> (7 - bit % 8)) & 1;
        }
    }
    for (const SafetensorsTensor* tensor : {source.signs, source.u, source.vt}) m_files.releaseTensor(*tensor);
    return block;
}

Result<std::vector<float>> BitstackCheckpoint::scales(const BitstackLinear& linear) const {
    if (linear.scales == nullptr) return std::vector<float>{};
    STRATA_TRY(std::vector<float> values, floats(*linear.scales));
    if (std::ranges::all_of(values, [](float value) { return value > 0; })) return values;
    return fail(ErrorCode::Corrupt, fmt::format("tensor '{}' holds a scale that is not positive", linear.scales->name),
                kAgain);
}

Result<void> BitstackCheckpoint::rows(const BitstackLinear& linear, std::size_t first, std::size_t count,
                                      std::span<float> into) const {
    std::ranges::fill(into, 0.0F);
    for (std::size_t level = 0; level < linear.blocks.size(); ++level) {
        STRATA_TRY(const BitstackBlock read, block(linear, level, first, count));
        addBitstackBlock(read, count, linear.columns, into);
    }
    STRATA_TRY(const std::vector<float> divisors, scales(linear));
    for (std::size_t index = 0; !divisors.empty() && index < into.size(); ++index)
        into[index] /= divisors[index % linear.columns];
    return {};
}

namespace {

/// "layer.3.mlp.up_proj", as the list of configurations names "model.layers.3.mlp.up_proj".
std::string listedName(std::string_view module) {
    const std::size_t layers = module.find("layers.");
    if (layers == std::string_view::npos) return std::string(module);
    return "layer." + std::string(module.substr(layers + std::string_view("layers.").size()));
}

struct Configuration {
    double memory = 0;
    std::map<std::string, std::uint64_t> blocks;  ///< by listed name
};

std::unexpected<Error> badList(std::string_view why) {
    return fail(ErrorCode::Corrupt, fmt::format("compression_config.json {}", why),
                "download it again, or remove it: the order is then measured");
}

Result<Configuration> readConfiguration(const nlohmann::json& entry) {
    const bool whole = entry.is_object() && entry.contains("memory") && entry.contains("layers");
    if (!whole || !entry["memory"].is_number() || !entry["layers"].is_object())
        return badList("has an entry without 'memory' and 'layers'");
    Configuration configuration{entry["memory"].get<double>(), {}};
    for (const auto& [name, blocks] : entry["layers"].items()) {
        if (!blocks.is_number_unsigned()) return badList(fmt::format("states no number of blocks for '{}'", name));
        configuration.blocks.emplace(name, blocks.get<std::uint64_t>());
    }
    return configuration;
}

}  // namespace

Result<std::vector<BitstackStep>> BitstackCheckpoint::order(std::string_view compressionConfig) const {
    const nlohmann::json list = nlohmann::json::parse(compressionConfig, nullptr, false);
    if (!list.is_array() || list.empty()) return badList("is no list of configurations");
    std::vector<Configuration> configurations;
    for (const nlohmann::json& entry : list) {
        STRATA_TRY(Configuration configuration, readConfiguration(entry));
        configurations.push_back(std::move(configuration));
    }
    std::ranges::stable_sort(configurations, {}, &Configuration::memory);
    std::vector<BitstackStep> steps;
    std::map<std::string_view, unsigned> loaded;
    const auto load = [&](const std::string& name, const BitstackLinear& linear, std::uint64_t blocks) {
        unsigned& have = loaded.try_emplace(name, 1).first->second;
        for (; have < std::min<std::uint64_t>(blocks, linear.blocks.size()); ++have) steps.push_back({name, have});
    };
    for (const Configuration& configuration : configurations) {
        for (const auto& [name, linear] : m_linears) {
            const auto found = configuration.blocks.find(listedName(linear.module));
            if (found == configuration.blocks.end())
                return badList(fmt::format("does not mention '{}'", listedName(linear.module)));
            load(name, linear, found->second);
        }
    }
    for (unsigned level = 2; level <= kMaximumBlocks; ++level)
        for (const auto& [name, linear] : m_linears) load(name, linear, level);
    return steps;
}

}  // namespace strata
