#include "app/cli/exit_codes.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace strata::cli {
namespace {

struct Row {
    ExitCode exit;
    std::string_view meaning;
};

constexpr std::array kRows = {
    Row{ExitCode::Ok, "done"},
    Row{ExitCode::Internal, "a defect of this program"},
    Row{ExitCode::Usage, "wrong options, or a request that makes no sense"},
    Row{ExitCode::NotFound, "no such file, tensor or metadata key"},
    Row{ExitCode::PermissionDenied, "no access, or a read-only folder"},
    Row{ExitCode::AlreadyExists, "the output is there already (see --force, --resume)"},
    Row{ExitCode::Io, "reading or writing failed"},
    Row{ExitCode::DiskFull, "no space left"},
    Row{ExitCode::OutOfMemory, "the system refuses memory"},
    Row{ExitCode::BadMagic, "not a model file"},
    Row{ExitCode::Truncated, "the file ends too early"},
    Row{ExitCode::Corrupt, "the file contradicts itself"},
    Row{ExitCode::ChecksumMismatch, "a part of the file is damaged"},
    Row{ExitCode::Unsupported, "a kind of model or file this version cannot read"},
    Row{ExitCode::BudgetTooSmall, "the memory asked for lies below the model's floor"},
    Row{ExitCode::ContextFull, "the text does not fit the context"},
    Row{ExitCode::Template, "the model's chat template failed"},
    Row{ExitCode::Cancelled, "stopped by Ctrl-C"},
};

}  // namespace

ExitCode exitCodeOf(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::InvalidArgument:
            return ExitCode::Usage;
        case ErrorCode::NotFound:
            return ExitCode::NotFound;
        case ErrorCode::PermissionDenied:
            return ExitCode::PermissionDenied;
        case ErrorCode::AlreadyExists:
            return ExitCode::AlreadyExists;
        case ErrorCode::Io:
            return ExitCode::Io;
        case ErrorCode::DiskFull:
            return ExitCode::DiskFull;
        case ErrorCode::OutOfMemory:
            return ExitCode::OutOfMemory;
        case ErrorCode::BadMagic:
            return ExitCode::BadMagic;
        case ErrorCode::Truncated:
            return ExitCode::Truncated;
        case ErrorCode::Corrupt:
            return ExitCode::Corrupt;
        case ErrorCode::ChecksumMismatch:
            return ExitCode::ChecksumMismatch;
        case ErrorCode::Unsupported:
            return ExitCode::Unsupported;
        case ErrorCode::BudgetTooSmall:
            return ExitCode::BudgetTooSmall;
        case ErrorCode::ContextFull:
            return ExitCode::ContextFull;
        case ErrorCode::Template:
            return ExitCode::Template;
        case ErrorCode::Cancelled:
            return ExitCode::Cancelled;
    }
    return ExitCode::Internal;
}

std::string exitCodeTable() {
    std::string table = "Exit codes:\n";
    for (const Row& row : kRows) table += fmt::format("  {:3}  {}\n", static_cast<int>(row.exit), row.meaning);
    return table;
}

}  // namespace strata::cli
