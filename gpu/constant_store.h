// Small tensors that never change: norms, biases, rotations, level tables, routers. Many share a buffer.
#pragma once

#include "gpu/vk/command_stream.h"

#include <vector>

namespace strata::gpu {

/// Not synchronised. Slices live as long as the store.
class ConstantStore {
public:
    /// Both must outlive the store.
    ConstantStore(Context& context, CommandStream& stream) : m_context(context), m_stream(stream) {}

    /// Errors: OutOfMemory; Unsupported when it is larger than one binding may be.
    [[nodiscard]] Result<BufferSlice> add(std::span<const std::byte> bytes);
    [[nodiscard]] Result<BufferSlice> add(std::span<const float> values) { return add(std::as_bytes(values)); }
    [[nodiscard]] std::uint64_t sizeBytes() const noexcept;

private:
    Context& m_context;
    CommandStream& m_stream;
    std::vector<DeviceBuffer> m_buffers;
    std::uint64_t m_used = 0;  ///< of the last one
};

}  // namespace strata::gpu
