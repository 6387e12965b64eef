// Files: whole-file mapping, positioned reads, and writing that never leaves half a file behind.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace strata {

/// An open file descriptor for positioned reads and writes. Move-only; closes itself.
/// Thread contract: readExact and writeExact may be called from several threads at once.
class File {
public:
    enum class Mode { Read, ReadWrite, CreateOrOpen, CreateNew };
    /// Errors: NotFound, PermissionDenied, AlreadyExists, DiskFull, Io; InvalidArgument for folders and pipes.
    [[nodiscard]] static Result<File> open(const std::filesystem::path& path, Mode mode);
    File() = default;
    File(File&& other) noexcept;
    File& operator=(File&& other) noexcept;
    ~File();

    [[nodiscard]] Result<std::uint64_t> sizeBytes() const;
    /// Fills `into` from `offset`. Errors: Truncated when the file ends first, Io.
    [[nodiscard]] Result<void> readExact(std::uint64_t offset, std::span<std::byte> into) const;
    [[nodiscard]] Result<void> writeExact(std::uint64_t offset, std::span<const std::byte> from);
    [[nodiscard]] Result<void> resize(std::uint64_t sizeBytes);
    [[nodiscard]] Result<void> sync();
    /// Tells the system that this range will be read soon, so that the disk begins with it. Best effort.
    void expect(std::uint64_t offset, std::uint64_t sizeBytes) const noexcept;
    /// Tells the system that the cached pages of this range will not be needed again. Best effort.
    void dropCache(std::uint64_t offset, std::uint64_t sizeBytes) const noexcept;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

private:
    friend class MappedFile;
    int m_descriptor = -1;
    std::filesystem::path m_path;
};

/// A read-only mapping of a whole file. Move-only. Bytes may fault with SIGBUS if another program truncates the
/// file meanwhile: use it for headers and for sources that are read once, File for anything long-lived.
class MappedFile {
public:
    /// Errors: as File::open in mode Read; OutOfMemory, Io. An empty file gives empty bytes.
    [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path);
    MappedFile() = default;
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return m_bytes; }
    /// Gives the resident pages of this range back to the system; they are read again when touched.
    void release(std::uint64_t offset, std::uint64_t sizeBytes) const noexcept;
    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

private:
    std::span<const std::byte> m_bytes;
    std::filesystem::path m_path;
};

/// Renames a finished file and makes the new name durable. Both must lie on one file system. Errors: AlreadyExists when
/// `to` is there and `overwrite` is false (it is never replaced then, whoever made it); those of the system.
[[nodiscard]] Result<void> renameFile(const std::filesystem::path& from, const std::filesystem::path& to,
                                      bool overwrite);

/// A file written under a temporary name beside its target. commit() syncs it, renames it and syncs the folder;
/// a destructor without commit() removes it. Either the whole new file is there afterwards, or nothing has changed.
class AtomicFile {
public:
    /// The temporary name is "TARGET.PID.tmp"; a killed process leaves it behind, the target untouched.
    /// Errors: PermissionDenied (read-only folder), DiskFull, NotFound (folder), Io; InvalidArgument when the target
    /// is a folder; AlreadyExists when it is there and `overwrite` is false.
    [[nodiscard]] static Result<AtomicFile> create(const std::filesystem::path& target, bool overwrite);
    AtomicFile(AtomicFile&&) noexcept;
    AtomicFile& operator=(AtomicFile&&) noexcept;
    ~AtomicFile();

    /// Appends. Buffered; errors may surface in a later call or in commit().
    [[nodiscard]] Result<void> write(std::span<const std::byte> bytes);
    [[nodiscard]] std::uint64_t position() const noexcept { return m_position; }
    /// Errors: as create() and write(). AlreadyExists also when the target has appeared since create().
    [[nodiscard]] Result<void> commit();

private:
    AtomicFile() = default;
    [[nodiscard]] Result<void> flush();
    void discard() noexcept;
    File m_file;
    std::filesystem::path m_target;
    std::string m_buffer;
    std::uint64_t m_position = 0;
    bool m_live = false;
    bool m_overwrite = false;
};

/// Reads a whole (small) file. Errors as File::open; Unsupported when larger than `maximumBytes`.
[[nodiscard]] Result<std::string> readTextFile(const std::filesystem::path& path,
                                               std::uint64_t maximumBytes = 1u << 30);

/// Replaces a whole (small) file atomically.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

/// Bytes free for an unprivileged user on the file system that holds `path` (or its nearest existing parent).
[[nodiscard]] Result<std::uint64_t> freeDiskBytes(const std::filesystem::path& path);

}  // namespace strata
