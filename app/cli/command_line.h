// The command line: parses it, runs one subcommand, turns every failure into one line and an exit code.
#pragma once

#include <ostream>

namespace strata::cli {

/// Never throws. Returns the exit code.
[[nodiscard]] int runCommandLine(int argumentCount, const char* const* arguments, std::ostream& out, std::ostream& err);

}  // namespace strata::cli
