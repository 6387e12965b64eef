#include "core/base/file.h"
#include "core/base/system_error.h"
#include "core/base/system_info.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <sys/mman.h>

namespace strata {
namespace {

void unmap(std::span<const std::byte> bytes) noexcept {
    if (!bytes.empty()) ::munmap(const_cast<std::byte*>(bytes.data()), bytes.size());
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    STRATA_TRY(const File file, File::open(path, File::Mode::Read));
    STRATA_TRY(const std::uint64_t sizeBytes, file.sizeBytes());
    MappedFile mapped;
    mapped.m_path = path;
    if (sizeBytes == 0) return mapped;
    if (sizeBytes > std::numeric_limits<std::size_t>::max()) return systemFailure(ENOMEM, "map", path);
    void* address = ::mmap(nullptr, sizeBytes, PROT_READ, MAP_PRIVATE, file.m_descriptor, 0);
    if (address == MAP_FAILED) return systemFailure(errno, "map", path);
    mapped.m_bytes = {static_cast<const std::byte*>(address), static_cast<std::size_t>(sizeBytes)};
    return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_bytes(std::exchange(other.m_bytes, {})), m_path(std::move(other.m_path)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(m_bytes, other.m_bytes);
    std::swap(m_path, other.m_path);
    return *this;
}

MappedFile::~MappedFile() {
    unmap(m_bytes);
}

void MappedFile::release(std::uint64_t offset, std::uint64_t sizeBytes) const noexcept {
    const std::uint64_t whole = m_bytes.size();
    if (offset >= whole || sizeBytes == 0) return;
    const std::uint64_t page = pageBytes();
    const std::uint64_t end = offset + std::min(sizeBytes, whole - offset);
    const std::uint64_t begin = offset / page * page;
    // The mapping is read-only, so dropped pages at the edges of the range lose nothing either.
    (void)::madvise(const_cast<std::byte*>(m_bytes.data()) + begin, end - begin, MADV_DONTNEED);
}

}  // namespace strata
