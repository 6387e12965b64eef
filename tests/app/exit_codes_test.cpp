#include "app/cli/exit_codes.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace strata::cli {
namespace {

TEST(ExitCodes, EveryKindOfErrorHasItsOwn) {
    std::set<int> codes;
    for (int code = 0; code <= static_cast<int>(ErrorCode::Cancelled); ++code)
        codes.insert(static_cast<int>(exitCodeOf(static_cast<ErrorCode>(code))));
    EXPECT_EQ(codes.size(), static_cast<std::size_t>(ErrorCode::Cancelled) + 1);
    EXPECT_FALSE(codes.contains(static_cast<int>(ExitCode::Ok)));
    EXPECT_FALSE(codes.contains(static_cast<int>(ExitCode::Internal)));
}

TEST(ExitCodes, TheReferenceListsThemAll) {
    std::ifstream file(STRATA_SOURCE_DIR "/docs/cli.md");
    std::stringstream text;
    text << file.rdbuf();
    for (int code = 0; code <= static_cast<int>(ErrorCode::Cancelled); ++code) {
        const auto exit = static_cast<int>(exitCodeOf(static_cast<ErrorCode>(code)));
        EXPECT_NE(text.str().find("| " + std::to_string(exit) + " |"), std::string::npos) << exit;
        EXPECT_NE(text.str().find("`" + std::string(errorCodeName(static_cast<ErrorCode>(code))) + "`"),
                  std::string::npos);
        EXPECT_NE(exitCodeTable().find("  " + std::to_string(exit) + "  "), std::string::npos) << exit;
    }
}

}  // namespace
}  // namespace strata::cli
