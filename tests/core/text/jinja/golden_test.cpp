// The evaluator against what Python's jinja2 makes of the same templates (tests/oracles/chat_template_golden.py).
#include "core/text/jinja/render.h"

#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::jinja {
namespace {

using Json = nlohmann::ordered_json;

std::string readFile(const std::string& name) {
    std::ifstream file(std::string(STRATA_TEST_DATA) + "/chat_templates/" + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

const Json& golden() {
    static const Json data = Json::parse(readFile("golden.json"));
    return data;
}

/// 2025-03-09 14:05:07, a Sunday: the time at which the goldens were made.
std::tm goldenTime() {
    std::tm time{};
    time.tm_year = 125;
    time.tm_mon = 2;
    time.tm_mday = 9;
    time.tm_hour = 14;
    time.tm_min = 5;
    time.tm_sec = 7;
    time.tm_wday = 0;
    time.tm_yday = 67;
    return time;
}

Result<std::string> renderGolden(const std::string& source, const Json& variables) {
    auto parsed = parse(source);
    if (!parsed) return std::unexpected(parsed.error());
    RenderOptions options;
    options.clock = goldenTime;
    auto text = render(**parsed, variables, options);
    if (!text) return std::unexpected(text.error());
    return std::string(text->view());
}

void expectAgreement(const Json& expected, const Result<std::string>& actual, const std::string& what) {
    if (expected.contains("text")) {
        ASSERT_TRUE(actual.has_value()) << what << "\n" << actual.error().message();
        EXPECT_EQ(*actual, expected["text"].get<std::string>()) << what;
        return;
    }
    ASSERT_FALSE(actual.has_value()) << what << "\nrendered: " << *actual;
    EXPECT_EQ(actual.error().code, ErrorCode::Template) << what;
    const std::string& detail = actual.error().detail;
    if (expected["line"].is_number()) {
        EXPECT_THAT(detail, testing::StartsWith("line " + std::to_string(expected["line"].get<int>()) + ": ")) << what;
    }
    if (expected["error"].is_string()) {
        EXPECT_THAT(detail, testing::EndsWith(": " + expected["error"].get<std::string>())) << what;
    }
}

TEST(JinjaGolden, TemplatesOfManyFamiliesRenderAsInPython) {
    ASSERT_GE(golden()["rendered"].size(), 350u);
    for (const Json& entry : golden()["rendered"]) {
        const auto name = entry["template"].get<std::string>(), talk = entry["conversation"].get<std::string>();
        const std::string source = readFile(name + ".jinja");
        ASSERT_FALSE(source.empty()) << name;
        expectAgreement(entry, renderGolden(source, golden()["conversations"][talk]), name + " on " + talk);
    }
}

TEST(JinjaGolden, SnippetsRenderAsInPython) {
    ASSERT_GE(golden()["snippets"].size(), 250u);
    for (const Json& entry : golden()["snippets"]) {
        const auto source = entry["source"].get<std::string>();
        expectAgreement(entry, renderGolden(source, golden()["variables"]), source);
    }
}

}  // namespace
}  // namespace strata::jinja
