// Errors as values: the one way by which anything in core and gpu says that it failed.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace strata {

/// What went wrong, for logic (exit codes, retries, which remedy a window offers).
enum class ErrorCode {
    InvalidArgument,   ///< the caller asked for something that makes no sense
    NotFound,          ///< no such file, tensor, key or token
    PermissionDenied,  ///< the system refuses access, or the folder is read-only
    AlreadyExists,     ///< the output is there and overwriting was not asked for
    Io,                ///< a read or write failed; the device may be gone
    DiskFull,          ///< no space left (or quota exceeded) while writing
    OutOfMemory,       ///< the system refuses memory
    BadMagic,          ///< not a file of the expected kind
    Truncated,         ///< a length or offset lies outside the file
    Corrupt,           ///< a field contradicts the format or another field
    ChecksumMismatch,  ///< bytes differ from what their checksum promises
    Unsupported,       ///< understood, but not read by this version (type, family, feature)
    BudgetTooSmall,    ///< the memory asked for lies below the model's floor
    ContextFull,       ///< the context is full and the overflow policy is to stop
    Template,          ///< a chat template failed to parse or to render
    Cancelled,         ///< a stop token was triggered
};

/// Stable lower-case name, e.g. "checksum-mismatch"; used by `--json` and by logs.
[[nodiscard]] std::string_view errorCodeName(ErrorCode code) noexcept;

/// One failure. `detail` names the field and what was wrong with it, `file` the file it was found in (may be
/// empty), `remedy` the one thing the user can do (may be empty). None of them ends in a full stop.
struct Error {
    ErrorCode code = ErrorCode::InvalidArgument;
    std::string detail;
    std::string file;
    std::string remedy;

    /// One line: "model.gguf: tensor 'x' has no data; download the file again".
    [[nodiscard]] std::string message() const;
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorCode::Truncated, "...")` from any function that returns a Result.
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, std::string detail, std::string remedy = {});

/// Adds the file (and a remedy where none was given) to an error on its way up.
[[nodiscard]] std::unexpected<Error> inFile(Error error, std::string_view file, std::string_view remedy = {});

}  // namespace strata

#define STRATA_CONCAT_IMPL(a, b) a##b
#define STRATA_CONCAT(a, b) STRATA_CONCAT_IMPL(a, b)

/// `STRATA_TRY(auto value, expression);` binds the value, or returns the error from the enclosing function.
#define STRATA_TRY(declaration, ...)                                                      \
    auto STRATA_CONCAT(strataResult, __LINE__) = (__VA_ARGS__);                           \
    if (!STRATA_CONCAT(strataResult, __LINE__))                                           \
        return std::unexpected(std::move(STRATA_CONCAT(strataResult, __LINE__)).error()); \
    declaration = *std::move(STRATA_CONCAT(strataResult, __LINE__))

/// `STRATA_CHECK(expression);` returns the error of a Result<void> from the enclosing function.
#define STRATA_CHECK(...)                                                           \
    do {                                                                            \
        auto strataStatus = (__VA_ARGS__);                                          \
        if (!strataStatus) return std::unexpected(std::move(strataStatus).error()); \
    } while (false)
