// Memory taken from the system in whole pages and given back to it at once: what a session frees, the machine gets.
#pragma once

#include "core/base/result.h"

#include <cstddef>

namespace strata {

/// Zeroed, page-aligned, writable. Move-only; unmaps itself.
class PageMemory {
public:
    /// `populate`: back every page now, so that what is counted is what is used. Errors: OutOfMemory. 0 bytes: empty.
    [[nodiscard]] static Result<PageMemory> allocate(std::size_t sizeBytes, bool populate = false);
    /// What allocate(sizeBytes) takes from the system: whole pages.
    [[nodiscard]] static std::size_t roundedBytes(std::size_t sizeBytes) noexcept;

    PageMemory() = default;
    PageMemory(PageMemory&& other) noexcept;
    PageMemory& operator=(PageMemory&& other) noexcept;
    ~PageMemory();

    template <class T>
    [[nodiscard]] T* as() const noexcept {
        return static_cast<T*>(m_data);
    }
    [[nodiscard]] std::size_t sizeBytes() const noexcept { return m_sizeBytes; }

private:
    void* m_data = nullptr;
    std::size_t m_sizeBytes = 0;
};

/// Replaces `memory` by one of exactly roundedBytes(sizeBytes), unless it has that size already. Contents are lost.
[[nodiscard]] Result<void> resizePages(PageMemory& memory, std::size_t sizeBytes);

}  // namespace strata
