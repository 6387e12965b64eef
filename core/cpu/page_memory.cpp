#include "core/cpu/page_memory.h"

#include "core/base/size.h"
#include "core/base/system_info.h"
#include "core/kernels/layout.h"

#include <utility>

#include <sys/mman.h>

namespace strata {

std::size_t PageMemory::roundedBytes(std::size_t sizeBytes) noexcept {
    return padTo(sizeBytes, pageBytes());
}

Result<PageMemory> PageMemory::allocate(std::size_t sizeBytes, bool populate) {
    PageMemory memory;
    if (sizeBytes == 0) return memory;
    int flags = MAP_PRIVATE | MAP_ANONYMOUS;
#ifdef MAP_POPULATE
    if (populate) flags |= MAP_POPULATE;
#endif
    const std::size_t rounded = roundedBytes(sizeBytes);
    void* data = ::mmap(nullptr, rounded, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (data == MAP_FAILED)
        return fail(ErrorCode::OutOfMemory, "the system refuses " + formatBytes(rounded) + " more memory",
                    "close other programs, or give the model a smaller budget");
    memory.m_data = data;
    memory.m_sizeBytes = rounded;
    return memory;
}

PageMemory::PageMemory(PageMemory&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_sizeBytes(std::exchange(other.m_sizeBytes, 0)) {}

PageMemory& PageMemory::operator=(PageMemory&& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_sizeBytes, other.m_sizeBytes);
    return *this;
}

PageMemory::~PageMemory() {
    if (m_data) ::munmap(m_data, m_sizeBytes);
}

Result<void> resizePages(PageMemory& memory, std::size_t sizeBytes) {
    if (memory.sizeBytes() == PageMemory::roundedBytes(sizeBytes)) return {};
    memory = PageMemory();  // the old pages go before the new ones come: the peak stays within the budget
    STRATA_TRY(memory, PageMemory::allocate(sizeBytes));
    return {};
}

}  // namespace strata
