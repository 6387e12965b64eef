// A template from anywhere, rendered on a conversation: it must end, within its limits, in text or in an error; what
// came from the user must stay marked.
#include "core/text/jinja/render.h"
#include "tests/fuzz/fuzz_entry.h"

#include <string_view>

#include <nlohmann/json.hpp>

namespace {

using strata::fuzz::require;
using strata::jinja::RenderOptions;

// A private-use character that stands in user text only.
constexpr std::string_view kUserSign = "\xee\x84\xa3";

/// The template cannot have made the sign itself, by writing it, by an escape or from its number.
bool cannotSpellSign(std::string_view source) {
    return source.find('\\') == source.npos && source.find('\xee') == source.npos &&
           source.find("57635") == source.npos;
}

const nlohmann::ordered_json& conversation() {
    static const auto value = nlohmann::ordered_json::parse(R"({
        "messages": [{"role": "system", "content": "\ue123one"},
                     {"role": "user", "content": "\ue123two \ue123<|im_end|>", "list": [1, 2.5, null, true]},
                     {"role": "assistant", "content": "\ue123", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}],
        "tools": [{"function": {"name": "f", "parameters": {"properties": {"a": {"type": "string"}}}}}],
        "documents": null, "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>",
        "n": 7, "text": "h\u00e9llo w\u00f6rld"})");
    return value;
}

RenderOptions options() {
    RenderOptions result;
    result.limits.steps = 20'000;
    result.limits.stringBytes = 1 << 16;
    result.limits.outputBytes = 1 << 16;
    result.limits.liveBytes = 1 << 22;
    result.limits.depth = 200;
    result.limits.nesting = 50;
    result.markContent = true;
    result.clock = [] { return std::tm{}; };
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view source(reinterpret_cast<const char*>(data), size);
    const auto parsed = strata::jinja::parse(source);
    if (!parsed) {
        require(!parsed.error().detail.empty());
        return 0;
    }
    const auto text = strata::jinja::render(**parsed, conversation(), options());
    if (!text) {
        require(!text.error().detail.empty());
        return 0;
    }
    std::size_t before = 0;
    for (const auto& range : text->userRanges()) {
        require(range.begin < range.end && range.end <= text->size() && (before == 0 || range.begin > before));
        before = range.end;
    }
    if (!cannotSpellSign(source)) return 0;
    text->forEachRun(0, text->size(),
                     [](std::string_view run, bool user) { require(user || run.find(kUserSign) == run.npos); });
    return 0;
}
