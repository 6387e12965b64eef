#include "gpu/constant_store.h"

#include "core/base/size.h"
#include "core/kernels/layout.h"

#include <algorithm>

namespace strata::gpu {
namespace {

constexpr std::uint64_t kBufferBytes = std::uint64_t{1} << 20;

}  // namespace

Result<BufferSlice> ConstantStore::add(std::span<const std::byte> bytes) {
    const std::uint64_t alignment = std::max<std::uint64_t>(m_context.features().offsetAlignment, 64);
    const std::uint64_t size = padTo(bytes.size(), 4);
    if (size > m_context.features().maximumBufferRange)
        return fail(ErrorCode::Unsupported, "a tensor of " + formatBytes(size) + " is larger than the device can bind",
                    "run the model on the processor (--device cpu)");
    if (m_buffers.empty() || m_used + size > m_buffers.back().sizeBytes()) {
        STRATA_TRY(DeviceBuffer buffer,
                   DeviceBuffer::allocate(m_context, std::max(size, kBufferBytes), MemoryKind::Device));
        m_buffers.push_back(std::move(buffer));
        m_used = 0;
    }
    const BufferSlice slice = m_buffers.back().slice(m_used, size);
    m_used = padTo(m_used + size, alignment);
    std::vector<std::byte> padded(bytes.begin(), bytes.end());
    padded.resize(size);
    m_stream.write(slice, padded);
    return slice;
}

std::uint64_t ConstantStore::sizeBytes() const noexcept {
    std::uint64_t bytes = 0;
    for (const DeviceBuffer& buffer : m_buffers) bytes += buffer.sizeBytes();
    return bytes;
}

}  // namespace strata::gpu
