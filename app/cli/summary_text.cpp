#include "app/cli/file_summary.h"
#include "core/base/size.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

std::string textOf(const Json& value) {
    if (value.is_null()) return "not stated";
    return oneLine(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string tokenizerText(const Json& tokenizer) {
    if (tokenizer.is_null()) return "none";
    const std::string pre = tokenizer["pre"].is_null() ? "" : textOf(tokenizer["pre"]) + ", ";
    return fmt::format("{}, {}{} tokens", textOf(tokenizer["model"]), pre, textOf(tokenizer["tokens"]));
}

std::string row(std::string_view name, std::string_view value) {
    return fmt::format("  {:<16}{}\n", name, value);
}

std::string modelText(const Json& summary) {
    std::string text = oneLine(summary["file"].get<std::string>()) + "\n";
    const std::string version = summary["version"].is_null() ? "" : " " + textOf(summary["version"]);
    text +=
        row("format", fmt::format("{}{}, {}", textOf(summary["format"]), version, formatBytes(summary["size_bytes"])));
    text += row("name", textOf(summary["name"]));
    text += row("architecture", textOf(summary["architecture"]));
    if (!summary["supported"].get<bool>()) text += row("", "not usable: " + textOf(summary["unsupported_reason"]));
    text += row("parameters", fmt::format("{:.1f} million", summary["parameters"].get<double>() / 1e6));
    text += row("layers", textOf(summary["layers"]));
    text += row("context", textOf(summary["context_length"]));
    text += row("tokenizer", tokenizerText(summary["tokenizer"]));
    text += row("chat template", summary["chat_template"].get<bool>() ? "yes" : "no");
    text += row("licence", textOf(summary["licence"]));
    return text;
}

std::string typesText(const Json& summary) {
    std::string text;
    if (const auto found = summary.find("bitstack"); found != summary.end())
        text += row("blocks", fmt::format("{} of rank {} in {} linears, {}", textOf((*found)["blocks"]),
                                          textOf((*found)["rank"]), textOf((*found)["linears"]),
                                          (*found)["ordered"].get<bool>() ? "ordered" : "without an order"));
    text += fmt::format("\n  {:<10} {:>8} {:>12} {:>16}\n", "type", "tensors", "size", "parameters");
    for (const Json& type : summary["tensors_by_type"])
        text +=
            fmt::format("  {:<10} {:>8} {:>12} {:>16}{}\n", textOf(type["type"]), type["count"].get<std::uint64_t>(),
                        formatBytes(type["bytes"]), type["parameters"].get<std::uint64_t>(),
                        type["readable"].get<bool>() ? "" : "  (cannot be read)");
    return text;
}

std::string rangeText(const Json& summary) {
    std::string text = row("codec", fmt::format("{}, {} levels; vocabulary {} levels", textOf(summary["codec"]),
                                                textOf(summary["levels"]), textOf(summary["vocabulary_levels"])));
    text += row("weights", fmt::format("{} (floor) to {} in {} blocks, {:.2f} bits per weight",
                                       formatBytes(summary["floor_bytes"]), formatBytes(summary["full_bytes"]),
                                       textOf(summary["blocks"]), summary["bits_per_weight"].get<double>()));
    return text;
}

std::string curveText(const Json& summary) {
    if (summary["curve"].empty()) return "\n  no measured curve\n";
    std::string text = fmt::format("\n  {:>10} {:>12} {:>12} {:>12} {:>11}\n", "weights", "of full", "perplexity",
                                   "KL (nats)", "agreement");
    for (const Json& point : summary["curve"])
        text += fmt::format("  {:>10} {:>11.1f}% {:>12.2f} {:>12.4f} {:>10.1f}%\n", formatBytes(point["weight_bytes"]),
                            100 * point["weight_bytes"].get<double>() / summary["full_bytes"].get<double>(),
                            point["perplexity"].get<double>(), point["divergence"].get<double>(),
                            100 * point["agreement"].get<double>());
    return text;
}

std::string tensorsText(const Json& tensors) {
    std::string text = "\n";
    for (const Json& tensor : tensors)
        text += fmt::format("  {:<44} {:<8} {:>12}  {}\n", textOf(tensor["name"]), textOf(tensor["type"]),
                            formatBytes(tensor["bytes"]), tensor["shape"].dump());
    return text;
}

}  // namespace

std::string summaryText(const Json& summary) {
    std::string text = modelText(summary);
    text += summary["format"] == "strata" ? rangeText(summary) + curveText(summary) : typesText(summary);
    if (summary.contains("tensors")) text += tensorsText(summary["tensors"]);
    return text;
}

}  // namespace strata::cli
