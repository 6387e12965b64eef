#include "core/base/file.h"
#include "core/base/system_error.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace strata {
namespace {

constexpr std::size_t kBufferBytes = 1 << 18;
// Several files may be written for one target at once, and a dead process of the same number may have left its own.
constexpr int kNameAttempts = 64;

std::filesystem::path temporaryName(const std::filesystem::path& target, int attempt) {
    std::filesystem::path name = target;
    name += ".";
    name += std::to_string(::getpid());
    if (attempt > 0) {
        name += "-";
        name += std::to_string(attempt);
    }
    name += ".tmp";
    return name;
}

/// The temporary name means nothing to the user: errors name the file that was asked for.
std::unexpected<Error> aboutTarget(Error error, const std::filesystem::path& target) {
    error.file = target.string();
    return std::unexpected(std::move(error));
}

Result<File> createTemporary(const std::filesystem::path& target) {
    for (int attempt = 0;; ++attempt) {
        auto file = File::open(temporaryName(target, attempt), File::Mode::CreateNew);
        if (file) return file;
        const bool taken = file.error().code == ErrorCode::AlreadyExists;
        if (!taken || attempt == kNameAttempts) return aboutTarget(std::move(file).error(), target);
    }
}

/// 0, or the error number. Never replaces `to`.
int renameWithoutReplacing(const char* from, const char* to) noexcept {
#ifdef RENAME_NOREPLACE
    if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
    if (::link(from, to) != 0) return errno;
    ::unlink(from);
    return 0;
}

int renameReplacing(const char* from, const char* to) noexcept {
    return std::rename(from, to) == 0 ? 0 : errno;
}

/// Makes the new name itself durable. A folder that cannot be opened or synced (no read permission, some network
/// file systems) is left to the system.
Result<void> syncFolderOf(const std::filesystem::path& target) {
    const std::filesystem::path folder = target.has_parent_path() ? target.parent_path() : ".";
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return {};
    const int errorNumber = ::fsync(descriptor) == 0 ? 0 : errno;
    ::close(descriptor);
    if (errorNumber == EIO) return systemFailure(errorNumber, "sync the folder of the written file", target);
    return {};
}

}  // namespace

Result<void> renameFile(const std::filesystem::path& from, const std::filesystem::path& to, bool overwrite) {
    const int errorNumber =
        overwrite ? renameReplacing(from.c_str(), to.c_str()) : renameWithoutReplacing(from.c_str(), to.c_str());
    if (errorNumber != 0) return systemFailure(errorNumber, "rename the finished file", to);
    return syncFolderOf(to);
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target, bool overwrite) {
    std::error_code ignored;
    if (std::filesystem::is_directory(target, ignored)) return systemFailure(EISDIR, "write", target);
    if (!overwrite && std::filesystem::exists(std::filesystem::symlink_status(target, ignored))) {
        return systemFailure(EEXIST, "write", target);
    }
    AtomicFile file;
    STRATA_TRY(file.m_file, createTemporary(target));
    file.m_target = target;
    file.m_live = true;
    file.m_overwrite = overwrite;
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_file(std::move(other.m_file)),
      m_target(std::move(other.m_target)),
      m_buffer(std::move(other.m_buffer)),
      m_position(other.m_position),
      m_live(std::exchange(other.m_live, false)),
      m_overwrite(other.m_overwrite) {}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
    if (this == &other) return *this;
    discard();
    m_file = std::move(other.m_file);
    m_target = std::move(other.m_target);
    m_buffer = std::move(other.m_buffer);
    m_position = other.m_position;
    m_live = std::exchange(other.m_live, false);
    m_overwrite = other.m_overwrite;
    return *this;
}

AtomicFile::~AtomicFile() {
    discard();
}

void AtomicFile::discard() noexcept {
    if (std::exchange(m_live, false)) ::unlink(m_file.path().c_str());
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) {
    if (m_buffer.size() + bytes.size() > kBufferBytes) STRATA_CHECK(flush());
    if (bytes.size() > kBufferBytes) {
        if (auto written = m_file.writeExact(m_position, bytes); !written) {
            return aboutTarget(std::move(written).error(), m_target);
        }
    } else {
        m_buffer.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    m_position += bytes.size();
    return {};
}

Result<void> AtomicFile::flush() {
    const std::uint64_t offset = m_position - m_buffer.size();
    if (auto written = m_file.writeExact(offset, std::as_bytes(std::span(m_buffer))); !written) {
        return aboutTarget(std::move(written).error(), m_target);
    }
    m_buffer.clear();
    return {};
}

Result<void> AtomicFile::commit() {
    if (!m_live) return inFile({ErrorCode::InvalidArgument, "has been committed already", {}, {}}, m_target.string());
    STRATA_CHECK(flush());
    if (auto synced = m_file.sync(); !synced) return aboutTarget(std::move(synced).error(), m_target);
    STRATA_CHECK(renameFile(m_file.path(), m_target, m_overwrite));
    m_live = false;
    m_file = File{};
    return {};
}

Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes) {
    STRATA_TRY(AtomicFile file, AtomicFile::create(path, true));
    STRATA_CHECK(file.write(std::as_bytes(std::span(bytes))));
    return file.commit();
}

}  // namespace strata
