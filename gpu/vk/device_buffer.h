// A Vulkan buffer with memory of its own, and slices of it.
#pragma once

#include "core/base/result.h"
#include "gpu/vk/context.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct VkBuffer_T;

namespace strata::gpu {

/// Part of a buffer, as shaders and copies see it. Plain; valid while the buffer lives.
struct BufferSlice {
    VkBuffer_T* buffer = nullptr;
    std::uint64_t id = 0;  ///< of the buffer, never used twice
    std::uint64_t offset = 0;
    std::uint64_t sizeBytes = 0;

    [[nodiscard]] BufferSlice part(std::uint64_t from, std::uint64_t bytes) const noexcept {
        return {buffer, id, offset + from, bytes};
    }
};

/// How the shader declares it: a storage buffer, or a texel buffer of words (R32_UINT) or of four (R32G32B32A32_UINT).
enum class View : std::uint8_t { Storage, Words, Quads };

enum class MemoryKind : std::uint8_t {
    Device,    ///< fast for shaders; mapped where the context writes weights directly
    Upload,    ///< written by the processor, read by shaders and copies
    Readback,  ///< read by the processor
};

/// Move-only; gives its memory back. The device must not be using it then.
class DeviceBuffer {
public:
    /// Errors: OutOfMemory (refused by the driver, larger than the heap, or beyond the context's limit).
    [[nodiscard]] static Result<DeviceBuffer> allocate(Context& context, std::uint64_t sizeBytes, MemoryKind kind);
    /// Memory of the process as it stands; `data` and `sizeBytes` are multiples of importAlignment. The memory must
    /// outlive the buffer. Errors: as the driver's.
    [[nodiscard]] static Result<DeviceBuffer> import(Context& context, const std::byte* data, std::uint64_t sizeBytes);

    DeviceBuffer();
    DeviceBuffer(DeviceBuffer&&) noexcept;
    DeviceBuffer& operator=(DeviceBuffer&&) noexcept;
    ~DeviceBuffer();

    [[nodiscard]] std::uint64_t sizeBytes() const noexcept;
    /// Null when the processor cannot reach it.
    [[nodiscard]] std::byte* mapped() const noexcept;
    [[nodiscard]] BufferSlice slice() const noexcept;
    [[nodiscard]] BufferSlice slice(std::uint64_t offset, std::uint64_t bytes) const noexcept {
        return slice().part(offset, bytes);
    }

private:
    struct State;
    explicit DeviceBuffer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace strata::gpu
