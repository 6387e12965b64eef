#include "core/base/file.h"

#include "core/base/system_error.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace strata {
namespace {

constexpr std::uint64_t kMaximumOffset = std::numeric_limits<off_t>::max();
// One system call moves less than 2 GiB on every system.
constexpr std::size_t kMaximumTransfer = std::size_t{1} << 30;

int openFlags(File::Mode mode) noexcept {
    // Opening a pipe without O_NONBLOCK waits for its other end; regular files do not know the flag.
    constexpr int kCommon = O_CLOEXEC | O_NONBLOCK;
    switch (mode) {
        case File::Mode::Read:
            return kCommon | O_RDONLY;
        case File::Mode::ReadWrite:
            return kCommon | O_RDWR;
        case File::Mode::CreateOrOpen:
            return kCommon | O_RDWR | O_CREAT;
        case File::Mode::CreateNew:
            return kCommon | O_RDWR | O_CREAT | O_EXCL;
    }
    return kCommon | O_RDONLY;
}

int openDescriptor(const std::filesystem::path& path, int flags) noexcept {
    int descriptor = -1;
    do {
        descriptor = ::open(path.c_str(), flags, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
}

Result<void> refuseWithoutPositions(int descriptor, const std::filesystem::path& path) {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) return systemFailure(errno, "open", path);
    if (S_ISDIR(status.st_mode)) return systemFailure(EISDIR, "open", path);
    if (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)) {
        return inFile({ErrorCode::InvalidArgument, "is a pipe, not a file", {}, "save it to a file first"},
                      path.string());
    }
    return {};
}

bool liesBeyondOffsets(std::uint64_t offset, std::size_t sizeBytes) noexcept {
    return offset > kMaximumOffset || sizeBytes > kMaximumOffset - offset;
}

Error truncated(const File& file, std::uint64_t offset, std::size_t sizeBytes) {
    return {ErrorCode::Truncated,
            fmt::format("the file ends within the {} bytes at offset {}", sizeBytes, offset),
            file.path().string(),
            {}};
}

#ifdef POSIX_FADV_DONTNEED
void advise(int descriptor, std::uint64_t offset, std::uint64_t sizeBytes, int advice) noexcept {
    if (offset > kMaximumOffset) return;
    const std::uint64_t length = std::min(sizeBytes, kMaximumOffset - offset);
    if (length == 0) return;  // a length of 0 would mean "to the end"
    (void)::posix_fadvise(descriptor, static_cast<off_t>(offset), static_cast<off_t>(length), advice);
}
#endif

}  // namespace

Result<File> File::open(const std::filesystem::path& path, Mode mode) {
    File file;
    file.m_path = path;
    file.m_descriptor = openDescriptor(path, openFlags(mode));
    if (file.m_descriptor < 0) return systemFailure(errno, "open", path);
    STRATA_CHECK(refuseWithoutPositions(file.m_descriptor, path));
    return file;
}

File::File(File&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_path(std::move(other.m_path)) {}

File& File::operator=(File&& other) noexcept {
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_path, other.m_path);
    return *this;
}

File::~File() {
    if (m_descriptor >= 0) ::close(m_descriptor);
}

Result<std::uint64_t> File::sizeBytes() const {
    struct stat status{};
    if (::fstat(m_descriptor, &status) != 0) return systemFailure(errno, "read the size", m_path);
    return static_cast<std::uint64_t>(status.st_size);
}

Result<void> File::readExact(std::uint64_t offset, std::span<std::byte> into) const {
    if (liesBeyondOffsets(offset, into.size())) return std::unexpected(truncated(*this, offset, into.size()));
    for (std::size_t done = 0; done < into.size();) {
        const ssize_t count = ::pread(m_descriptor, into.data() + done, std::min(into.size() - done, kMaximumTransfer),
                                      static_cast<off_t>(offset + done));
        if (count == 0) return std::unexpected(truncated(*this, offset, into.size()));
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            return systemFailure(errno, "read", m_path);
        }
    }
    return {};
}

Result<void> File::writeExact(std::uint64_t offset, std::span<const std::byte> from) {
    if (liesBeyondOffsets(offset, from.size())) return systemFailure(EFBIG, "write", m_path);
    for (std::size_t done = 0; done < from.size();) {
        const ssize_t count = ::pwrite(m_descriptor, from.data() + done, std::min(from.size() - done, kMaximumTransfer),
                                       static_cast<off_t>(offset + done));
        if (count >= 0) {
            done += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            return systemFailure(errno, "write", m_path);
        }
    }
    return {};
}

Result<void> File::resize(std::uint64_t sizeBytes) {
    if (liesBeyondOffsets(sizeBytes, 0)) return systemFailure(EFBIG, "resize", m_path);
    int status = 0;
    do {
        status = ::ftruncate(m_descriptor, static_cast<off_t>(sizeBytes));
    } while (status != 0 && errno == EINTR);
    if (status != 0) return systemFailure(errno, "resize", m_path);
    return {};
}

Result<void> File::sync() {
    // EINVAL: a file that has nothing to sync, such as a device.
    if (::fsync(m_descriptor) != 0 && errno != EINVAL) return systemFailure(errno, "sync", m_path);
    return {};
}

void File::expect(std::uint64_t offset, std::uint64_t sizeBytes) const noexcept {
#ifdef POSIX_FADV_WILLNEED
    advise(m_descriptor, offset, sizeBytes, POSIX_FADV_WILLNEED);
#endif
}

void File::dropCache(std::uint64_t offset, std::uint64_t sizeBytes) const noexcept {
#ifdef POSIX_FADV_DONTNEED
    advise(m_descriptor, offset, sizeBytes, POSIX_FADV_DONTNEED);
#endif
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::uint64_t maximumBytes) {
    STRATA_TRY(const File file, File::open(path, File::Mode::Read));
    STRATA_TRY(const std::uint64_t sizeBytes, file.sizeBytes());
    if (sizeBytes > maximumBytes) {
        return inFile(
            {ErrorCode::Unsupported,
             fmt::format("holds {} bytes, more than the {} this kind of file may have", sizeBytes, maximumBytes),
             {},
             {}},
            path.string());
    }
    std::string text(sizeBytes, '\0');
    STRATA_CHECK(file.readExact(0, std::as_writable_bytes(std::span(text))));
    return text;
}

Result<std::uint64_t> freeDiskBytes(const std::filesystem::path& path) {
    std::error_code ignored;
    std::filesystem::path probe = std::filesystem::absolute(path, ignored);
    struct statvfs status{};
    while (::statvfs(probe.c_str(), &status) != 0) {
        const int errorNumber = errno;
        const bool missing = errorNumber == ENOENT || errorNumber == ENOTDIR;
        if (!missing || !probe.has_relative_path()) return systemFailure(errorNumber, "ask for free space", path);
        probe = probe.parent_path();
    }
    return static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
}

}  // namespace strata
