// What the process returns: one code per kind of error, so that scripts can tell them apart. docs/cli.md lists them
// too.
#pragma once

#include "core/base/result.h"

#include <string>

namespace strata::cli {

enum class ExitCode : int {
    Ok = 0,
    Internal = 1,  ///< a defect of the program
    Usage = 2,     ///< wrong options, or a request that makes no sense
    NotFound = 3,
    PermissionDenied = 4,
    AlreadyExists = 5,
    Io = 6,
    DiskFull = 7,
    OutOfMemory = 8,
    BadMagic = 9,
    Truncated = 10,
    Corrupt = 11,
    ChecksumMismatch = 12,
    Unsupported = 13,
    BudgetTooSmall = 14,
    ContextFull = 15,
    Template = 16,
    Cancelled = 130,  ///< as shells report a program that Ctrl-C ended
};

[[nodiscard]] ExitCode exitCodeOf(ErrorCode code) noexcept;

/// For --help: one line per code.
[[nodiscard]] std::string exitCodeTable();

}  // namespace strata::cli
