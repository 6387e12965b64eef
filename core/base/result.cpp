#include "core/base/result.h"

#include <array>

namespace strata {

std::string_view errorCodeName(ErrorCode code) noexcept {
    static constexpr std::array<std::string_view, 16> kNames = {
        "invalid-argument",  "not-found",     "permission-denied", "already-exists", "io",
        "disk-full",         "out-of-memory", "bad-magic",         "truncated",      "corrupt",
        "checksum-mismatch", "unsupported",   "budget-too-small",  "context-full",   "template",
        "cancelled"};
    return kNames[static_cast<std::size_t>(code)];
}

std::string Error::message() const {
    std::string text = file.empty() ? detail : file + ": " + detail;
    if (!remedy.empty()) text += "; " + remedy;
    return text;
}

std::unexpected<Error> fail(ErrorCode code, std::string detail, std::string remedy) {
    return std::unexpected(Error{code, std::move(detail), {}, std::move(remedy)});
}

std::unexpected<Error> inFile(Error error, std::string_view file, std::string_view remedy) {
    if (error.file.empty()) error.file = file;
    if (error.remedy.empty()) error.remedy = remedy;
    return std::unexpected(std::move(error));
}

}  // namespace strata
