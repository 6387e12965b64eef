#include "core/stack/reserved_range.h"

#include "core/base/size.h"
#include "core/base/system_info.h"
#include "core/kernels/layout.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>

namespace strata {
namespace {

constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

std::size_t roundToPages(std::size_t sizeBytes) noexcept {
    return padTo(sizeBytes, pageBytes());
}

/// Addresses at a multiple of `alignment`; null when there are none.
std::byte* reserveAligned(std::size_t sizeBytes, std::size_t alignment) noexcept {
    const std::size_t spare = alignment - pageBytes();
    void* data = ::mmap(nullptr, sizeBytes + spare, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data == MAP_FAILED) return nullptr;
    const auto address = reinterpret_cast<std::uintptr_t>(data);
    const std::size_t before = padTo(address, alignment) - address;
    std::byte* const first = static_cast<std::byte*>(data) + before;
    if (before > 0) ::munmap(data, before);
    if (before < spare) ::munmap(first + sizeBytes, spare - before);
    return first;
}

}  // namespace

Result<ReservedRange> ReservedRange::reserve(std::size_t sizeBytes, PageSize pages) {
    ReservedRange range;
    range.m_pages = pages;
    range.m_sizeBytes = roundToPages(std::max<std::size_t>(sizeBytes, 1));
    range.m_data = reserveAligned(range.m_sizeBytes, range.stepBytes());
    if (range.m_data == nullptr)
        return fail(ErrorCode::OutOfMemory,
                    fmt::format("the system does not reserve {} of addresses", formatBytes(sizeBytes)),
                    "raise the limit on virtual memory (ulimit -v)");
    range.askForPages(0);
    return range;
}

std::size_t ReservedRange::stepBytes() const noexcept {
    return m_pages == PageSize::Huge ? kHugePageBytes : pageBytes();
}

/// Where the system has no huge pages to give, the range works as well without.
void ReservedRange::askForPages(std::size_t offset) noexcept {
    if (m_pages == PageSize::Huge && offset < m_sizeBytes)
        static_cast<void>(::madvise(m_data + offset, m_sizeBytes - offset, MADV_HUGEPAGE));
}

ReservedRange::ReservedRange(ReservedRange&& other) noexcept {
    *this = std::move(other);
}

ReservedRange& ReservedRange::operator=(ReservedRange&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_sizeBytes, other.m_sizeBytes);
    std::swap(m_committedBytes, other.m_committedBytes);
    std::swap(m_pages, other.m_pages);
    return *this;
}

ReservedRange::~ReservedRange() {
    if (m_data != nullptr) ::munmap(m_data, m_sizeBytes);
}

Result<void> ReservedRange::commit(std::size_t sizeBytes) {
    const std::size_t wanted = std::min(roundToPages(sizeBytes), m_sizeBytes);
    if (wanted <= m_committedBytes) return {};
    if (::mprotect(m_data + m_committedBytes, wanted - m_committedBytes, PROT_READ | PROT_WRITE) != 0)
        return fail(ErrorCode::OutOfMemory,
                    fmt::format("the system refuses {} more memory", formatBytes(wanted - m_committedBytes)),
                    "close other programs, or give the model a smaller budget");
    m_committedBytes = wanted;
    return {};
}

std::size_t ReservedRange::discard(std::size_t offset, std::size_t sizeBytes) noexcept {
    const std::size_t bytes = wholePages(offset, sizeBytes);
    // It fails for memory that is locked, which nobody does here: what stays is only not given back.
    if (bytes > 0) static_cast<void>(::madvise(m_data + roundToPages(offset), bytes, MADV_DONTNEED));
    return bytes;
}

std::size_t ReservedRange::wholePages(std::size_t offset, std::size_t sizeBytes) noexcept {
    const std::size_t first = roundToPages(offset), last = (offset + sizeBytes) / pageBytes() * pageBytes();
    return last > first ? last - first : 0;
}

void ReservedRange::shrink(std::size_t sizeBytes) noexcept {
    const std::size_t kept = roundToPages(sizeBytes);
    if (kept >= m_committedBytes) return;
    // A fresh mapping over the tail frees its pages and its commit charge in one step.
    ::mmap(m_data + kept, m_committedBytes - kept, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
           -1, 0);
    m_committedBytes = kept;
    askForPages(kept);
}

}  // namespace strata
