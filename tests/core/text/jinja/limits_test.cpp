// Templates that would run, recurse or grow without end are stopped, with a reason; a test that does not end
// fails by its time limit.
#include "core/text/jinja/render.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::jinja {
namespace {

using testing::HasSubstr;

Error failureOf(const std::string& source, const Limits& limits = {}) {
    auto parsed = parse(source);
    if (!parsed) return parsed.error();
    RenderOptions options;
    options.limits = limits;
    const auto text = render(**parsed, {{"user", "abc"}}, options);
    return text ? Error{} : text.error();
}

struct Hostile {
    const char* what;
    const char* source;
    const char* reason;
};

class JinjaLimits : public testing::TestWithParam<Hostile> {};

TEST_P(JinjaLimits, EndsWithAReason) {
    const Error error = failureOf(GetParam().source);
    EXPECT_EQ(error.code, ErrorCode::Template) << error.detail;
    EXPECT_THAT(error.detail, HasSubstr(GetParam().reason));
}

constexpr Hostile kHostile[] = {
    {"nestedLoops", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "too long"},
    {"macroRecursion", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "too deeply"},
    {"callRecursion", "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{{ caller() }}{% endmacro %}{{ m() }}",
     "too deeply"},
    {"loopRecursion", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "too deeply"},
    {"hugeRepeat", "{{ 'x' * 99999999999 }}", "too large"},
    {"doubling", "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
     "too large"},
    {"doublingByConcat",
     "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "too large"},
    {"manyStrings",
     "{% set ns = namespace(l=[]) %}{% for i in range(1000) %}{% set ns.l = ns.l + ['x' * 20000000 ~ i] %}{% endfor %}",
     "too"},
    {"hugeList", "{{ [0] * 99999999999 }}", "too"},
    {"listDoubling", "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
     "too"},
    {"hugeOutput", "{% set s = 'x' * 30000000 %}{{ s }}{{ s }}", "too much text"},
    {"hugePadding", "{{ 'x'.ljust(99999999999) }}", "too large"},
    {"hugeFormat", "{{ '%99999999999d' % 1 }}", "too large"},
    {"hugeBraceFormat", "{{ '{:>99999999999}'.format(1) }}", "too large"},
    {"hugeIndent", "{{ [[[1]]] | tojson(indent=30000000) }}", "too large"},
    {"replaceBlowUp", "{{ ('x' * 60000) | replace('x', 'y' * 60000) }}", "too large"},
    {"joinBlowUp", "{{ ('y' * 60000).join('x' * 60000) }}", "too"},
    {"slowSearch", "{{ ('a' * 10000000) in ('a' * 20000000 ~ 'b') }}", "too long"},
    {"deepList", "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}",
     "nested too deeply"},
    {"deepDict", "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = {1: ns.x} %}{% endfor %}",
     "nested too deeply"},
    {"deepMethods", "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = [ns.x].index %}{% endfor %}",
     "nested too deeply"},
    {"deepCyclers",
     "{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = cycler(ns.x).next %}{% endfor %}",
     "nested too deeply"},
    {"sharedParts",
     "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
     "too"},
    {"sharedPartsCompared",
     "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, "
     "ns.y] %}"
     "{% endfor %}{{ ns.x == ns.y }}",
     "too long"},
    {"selfPrinting", "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}", "too deeply"},
    {"nestedCapture", "{% set s = 'x' * 30000000 %}{% macro m(n) %}{{ s }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
     "too"},
    {"hugeInteger", "{{ 10 ** 30 }}", "64 bits"},
};
INSTANTIATE_TEST_SUITE_P(Hostile, JinjaLimits, testing::ValuesIn(kHostile),
                         [](const auto& hostile) { return hostile.param.what; });

TEST(JinjaLimitsTest, NestedSourceIsRefused) {
    for (const auto& [open, close] : {std::pair("(", ")"), std::pair("[", "]"), std::pair("-", ""),
                                      std::pair("not ", ""), std::pair("1 if 1 else ", "")}) {
        std::string source = "{{ ";
        for (int level = 0; level < 20000; ++level) source += open;
        source += "1";
        for (int level = 0; level < 20000; ++level) source += close;
        EXPECT_THAT(failureOf(source + " }}").detail, HasSubstr("too deeply")) << open;
    }
    std::string chain = "{{ 1";
    for (int link = 0; link < 20000; ++link) chain += " + 1";
    EXPECT_THAT(failureOf(chain + " }}").detail, HasSubstr("too deeply"));
    std::string blocks;
    for (int level = 0; level < 20000; ++level) blocks += "{% if 1 %}";
    EXPECT_THAT(failureOf(blocks).detail, HasSubstr("too deeply"));
    std::string dots = "{{ a";
    for (int link = 0; link < 20000; ++link) dots += ".b";
    EXPECT_THAT(failureOf(dots + " }}").detail, HasSubstr("too deeply"));
}

TEST(JinjaLimitsTest, LongTemplatesAreFine) {
    std::string source;
    for (int line = 0; line < 20000; ++line) source += "{% if user %}{{ user ~ '.' }}{% endif %}\n";
    EXPECT_EQ(failureOf(source).detail, "");
}

TEST(JinjaLimitsTest, LimitsAreAdjustable) {
    Limits limits;
    limits.steps = 1000;
    EXPECT_THAT(failureOf("{% for i in range(900) %}{{ i }}{% endfor %}", limits).detail, HasSubstr("too long"));
    limits = {};
    limits.outputBytes = 10;
    EXPECT_THAT(failureOf("{{ 'x' * 11 }}", limits).detail, HasSubstr("too much text"));
    EXPECT_EQ(failureOf("{{ 'x' * 10 }}", limits).detail, "");
    limits = {};
    limits.depth = 5;
    EXPECT_THAT(failureOf("{{ [[[[[1]]]]] }}", limits).detail, HasSubstr("line 1: the template recurses too deeply"));
}

TEST(JinjaLimitsTest, VariablesMustBeAnObject) {
    const auto parsed = parse("x");
    ASSERT_TRUE(parsed.has_value());
    const auto text = render(**parsed, nlohmann::ordered_json::array());
    ASSERT_FALSE(text.has_value());
    EXPECT_EQ(text.error().code, ErrorCode::InvalidArgument);
}

TEST(JinjaLimitsTest, DeepVariablesAreRefused) {
    auto deep = nlohmann::ordered_json::array();
    for (int level = 0; level < 500; ++level) deep = nlohmann::ordered_json::array({deep});
    const auto parsed = parse("x");
    ASSERT_TRUE(parsed.has_value());
    const auto text = render(**parsed, {{"messages", deep}});
    ASSERT_FALSE(text.has_value());
    EXPECT_THAT(text.error().detail, HasSubstr("too deeply"));
}

TEST(JinjaLimitsTest, WhatPythonAllowsAndWeDoNotIsNamed) {
    EXPECT_THAT(failureOf("{{ '\\ud800' }}").detail, HasSubstr("illegal Unicode character"));
    EXPECT_THAT(failureOf("a\n{% include 'x' %}").detail, HasSubstr("line 2: the tag 'include' is not supported"));
    EXPECT_THAT(failureOf("{{ 99999999999999999999 }}").detail, HasSubstr("64 bits"));
}

}  // namespace
}  // namespace strata::jinja
