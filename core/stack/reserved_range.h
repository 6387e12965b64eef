// A range of addresses that is reserved once and backed by memory only where it is committed.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>

namespace strata {

/// Huge: the system is asked for pages of two megabytes, which spare reads of long runs most of the look-ups of
/// addresses. Only runs of that length and alignment that are committed before they are first written get them.
enum class PageSize : std::uint8_t { Base, Huge };

/// Move-only; gives everything back when destroyed. Not synchronised: calls on overlapping pages must not race.
class ReservedRange {
public:
    /// Errors: OutOfMemory (address space).
    [[nodiscard]] static Result<ReservedRange> reserve(std::size_t sizeBytes, PageSize pages = PageSize::Base);
    ReservedRange() = default;
    ReservedRange(ReservedRange&& other) noexcept;
    ReservedRange& operator=(ReservedRange&& other) noexcept;
    ~ReservedRange();

    [[nodiscard]] std::byte* data() const noexcept { return m_data; }
    [[nodiscard]] std::size_t sizeBytes() const noexcept { return m_sizeBytes; }
    /// Bytes of the pages asked for: what it is well committed in multiples of.
    [[nodiscard]] std::size_t stepBytes() const noexcept;
    /// Makes [0, sizeBytes) usable; what was committed keeps its contents. Errors: OutOfMemory.
    [[nodiscard]] Result<void> commit(std::size_t sizeBytes);
    /// Gives every whole page after `sizeBytes` back to the system.
    void shrink(std::size_t sizeBytes) noexcept;
    /// Gives the pages back that lie whole in [offset, offset + sizeBytes), and returns their bytes; they stay
    /// committed, and are zero until they are written.
    std::size_t discard(std::size_t offset, std::size_t sizeBytes) noexcept;
    /// Bytes of those pages.
    [[nodiscard]] static std::size_t wholePages(std::size_t offset, std::size_t sizeBytes) noexcept;
    /// Bytes backed by memory (or ready to be): whole pages.
    [[nodiscard]] std::size_t committedBytes() const noexcept { return m_committedBytes; }

private:
    void askForPages(std::size_t offset) noexcept;
    std::byte* m_data = nullptr;
    std::size_t m_sizeBytes = 0;
    std::size_t m_committedBytes = 0;
    PageSize m_pages = PageSize::Base;
};

}  // namespace strata
