#include "core/base/system_error.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

namespace strata {
namespace {

struct Meaning {
    int number;
    ErrorCode code;
    std::string_view remedy;
};

constexpr std::string_view kAccess = "check who owns it and its permissions, or choose another folder";
constexpr std::string_view kSpace = "free some space, or choose another disk";
constexpr std::string_view kPath = "check the path";

constexpr Meaning kMeanings[] = {
    {ENOENT, ErrorCode::NotFound, kPath},
    {ENOTDIR, ErrorCode::NotFound, kPath},
    {ENAMETOOLONG, ErrorCode::InvalidArgument, "choose a shorter name"},
    {EISDIR, ErrorCode::InvalidArgument, "give the path of a file"},
    {EACCES, ErrorCode::PermissionDenied, kAccess},
    {EPERM, ErrorCode::PermissionDenied, kAccess},
    {EROFS, ErrorCode::PermissionDenied, "choose a folder that can be written"},
    {EEXIST, ErrorCode::AlreadyExists, "choose another name, or allow overwriting"},
    {ENOSPC, ErrorCode::DiskFull, kSpace},
    {EDQUOT, ErrorCode::DiskFull, kSpace},
    {EFBIG, ErrorCode::DiskFull, "choose a disk whose file system allows larger files"},
    {ENOMEM, ErrorCode::OutOfMemory, "close other programs"},
    {EMFILE, ErrorCode::Io, "close other files, or raise the limit of open files (ulimit -n)"},
    {EIO, ErrorCode::Io, "check the disk and its connection"},
};

Meaning meaningOf(int errorNumber) noexcept {
    for (const Meaning& meaning : kMeanings) {
        if (meaning.number == errorNumber) return meaning;
    }
    return {errorNumber, ErrorCode::Io, {}};
}

}  // namespace

std::unexpected<Error> systemFailure(int errorNumber, std::string_view action, const std::filesystem::path& file) {
    const Meaning meaning = meaningOf(errorNumber);
    std::string detail = fmt::format("cannot {} ({})", action, std::generic_category().message(errorNumber));
    return std::unexpected(Error{meaning.code, std::move(detail), file.string(), std::string(meaning.remedy)});
}

}  // namespace strata
