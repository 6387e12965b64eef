#include "app/cli/json_output.h"

#include "app/cli/console.h"

#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

TEST(JsonOutput, IsOneLineAndKeepsTheOrderOfFields) {
    EXPECT_EQ(jsonLine(Json{{"z", "a\nb"}, {"a", 1}}), R"({"z":"a\nb","a":1})");
}

TEST(JsonOutput, ReplacesBytesThatAreNoText) {
    EXPECT_EQ(jsonLine(Json{{"a", "x\xFFy"}}), "{\"a\":\"x\xEF\xBF\xBDy\"}");
}

TEST(JsonOutput, RoundsToSixDigits) {
    EXPECT_DOUBLE_EQ(rounded(123456.789), 123457);
    EXPECT_DOUBLE_EQ(rounded(0.000123456789), 0.000123457);
    EXPECT_EQ(rounded(0), 0);
}

TEST(Console, ErrorsAreOneLineAndWithJsonAnObjectToo) {
    std::ostringstream out, err;
    Console(out, err, {true, false}).fail("not-found", "a\nb\x1b[31m");
    EXPECT_EQ(err.str(), "strata-cli: a b [31m\n");
    EXPECT_EQ(out.str(), "{\"error\":{\"code\":\"not-found\",\"message\":\"a b [31m\"}}\n");
}

TEST(Console, TextForPeopleAndForMachinesExcludeEachOther) {
    std::ostringstream people, machine, err;
    Console first(people, err, {false, false});
    first.print("text\n");
    first.finish(Json{{"a", 1}});
    EXPECT_EQ(people.str(), "text\n");
    Console second(machine, err, {true, false});
    second.print("text\n");
    second.finish(Json{{"a", 1}});
    EXPECT_EQ(machine.str(), "{\"a\":1}\n");
}

TEST(Console, QuietHidesRemarks) {
    std::ostringstream out, err;
    Console(out, err, {false, true}).note("remark");
    EXPECT_EQ(err.str(), "");
    Console(out, err, {false, false}).note("remark");
    EXPECT_EQ(err.str(), "remark\n");
}

}  // namespace
}  // namespace strata::cli
