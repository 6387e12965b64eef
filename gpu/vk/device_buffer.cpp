#include "gpu/vk/device_buffer.h"

#include "core/base/size.h"
#include "gpu/vk/context_state.h"
#include "gpu/vk/vk_error.h"

#include <array>
#include <optional>

namespace strata::gpu {
namespace {

using Property = vk::MemoryPropertyFlagBits;

constexpr auto kUsage = vk::BufferUsageFlagBits::eStorageBuffer | vk::BufferUsageFlagBits::eUniformTexelBuffer |
                        vk::BufferUsageFlagBits::eTransferSrc | vk::BufferUsageFlagBits::eTransferDst;

/// Sets of properties, the best first; the last is what every device has.
std::vector<vk::MemoryPropertyFlags> wishes(MemoryKind kind, bool mappedDevice) {
    const vk::MemoryPropertyFlags host = Property::eHostVisible | Property::eHostCoherent;
    switch (kind) {
        case MemoryKind::Upload:
            return {host};
        case MemoryKind::Readback:
            return {host | Property::eHostCached, host};
        case MemoryKind::Device:
            break;
    }
    if (mappedDevice) return {host | Property::eDeviceLocal, Property::eDeviceLocal};
    return {Property::eDeviceLocal, {}};
}

std::optional<std::uint32_t> findType(const vk::PhysicalDeviceMemoryProperties& memory, std::uint32_t allowed,
                                      vk::MemoryPropertyFlags wanted) {
    for (std::uint32_t type = 0; type < memory.memoryTypeCount; ++type)
        if ((allowed >> type & 1U) != 0 && (memory.memoryTypes[type].propertyFlags & wanted) == wanted) return type;
    return std::nullopt;
}

/// Device memory is written by one queue and read by the other: both own it, so that it need not be handed over.
vk::raii::Buffer makeBuffer(const ContextState& owner, std::uint64_t sizeBytes, MemoryKind kind) {
    const std::array families{owner.queueFamily, owner.transferFamily};
    vk::BufferCreateInfo info({}, sizeBytes, kUsage);
    if (kind == MemoryKind::Device && families[0] != families[1])
        info.setSharingMode(vk::SharingMode::eConcurrent).setQueueFamilyIndices(families);
    return {owner.device, info};
}

}  // namespace

struct DeviceBuffer::State {
    ContextState* context = nullptr;
    std::uint64_t countedBytes = 0;  ///< of the context's allocatedBytes
    std::uint64_t sizeBytes = 0;
    std::uint64_t id = 0;
    std::byte* mapped = nullptr;
    vk::raii::DeviceMemory memory{nullptr};
    vk::raii::Buffer buffer{nullptr};

    ~State() {
        if (context != nullptr) context->allocatedBytes -= countedBytes;
    }
    /// Counts before it allocates, so that a limit holds.
    void count(std::uint64_t bytes, std::uint64_t heapBytes) {
        if (context->allocatedBytes + bytes > std::min(context->options.memoryLimitBytes, heapBytes))
            throw vk::OutOfDeviceMemoryError("limit");
        context->allocatedBytes += bytes;
        countedBytes = bytes;
    }
};

Result<DeviceBuffer> DeviceBuffer::allocate(Context& context, std::uint64_t sizeBytes, MemoryKind kind) {
    if (sizeBytes == 0) return DeviceBuffer();
    const std::string doing = "a buffer of " + formatBytes(sizeBytes);
    return guarded(doing, [&]() -> Result<DeviceBuffer> {
        auto state = std::make_unique<State>();
        ContextState& owner = context.state();
        state->context = &owner;
        state->sizeBytes = sizeBytes;
        state->id = owner.nextBuffer++;
        state->buffer = makeBuffer(owner, sizeBytes, kind);
        const vk::MemoryRequirements needs = state->buffer.getMemoryRequirements();
        const auto memory = owner.physical.getMemoryProperties();
        for (const vk::MemoryPropertyFlags wish : wishes(kind, owner.info.features.useMappedWrites)) {
            const auto type = findType(memory, needs.memoryTypeBits, wish);
            if (!type) continue;
            state->count(needs.size, memory.memoryHeaps[memory.memoryTypes[*type].heapIndex].size);
            state->memory = vk::raii::DeviceMemory(owner.device, vk::MemoryAllocateInfo(needs.size, *type));
            state->buffer.bindMemory(*state->memory, 0);
            if (wish & Property::eHostVisible)
                state->mapped = static_cast<std::byte*>(state->memory.mapMemory(0, VK_WHOLE_SIZE));
            return DeviceBuffer(std::move(state));
        }
        return fail(ErrorCode::Unsupported, "the device has no memory for " + doing, "use --device cpu");
    });
}

Result<DeviceBuffer> DeviceBuffer::import(Context& context, const std::byte* data, std::uint64_t sizeBytes) {
    constexpr auto kHost = vk::ExternalMemoryHandleTypeFlagBits::eHostAllocationEXT;
    return guarded("importing weights", [&]() -> Result<DeviceBuffer> {
        auto state = std::make_unique<State>();
        ContextState& owner = context.state();
        state->context = &owner;
        state->sizeBytes = sizeBytes;
        state->id = owner.nextBuffer++;
        void* const pointer = const_cast<std::byte*>(data);  // shaders only read it
        const vk::ExternalMemoryBufferCreateInfo external(kHost);
        state->buffer =
            vk::raii::Buffer(owner.device, vk::BufferCreateInfo({}, sizeBytes, kUsage, {}, {}, {}, &external));
        const auto host = owner.device.getMemoryHostPointerPropertiesEXT(kHost, pointer);
        const vk::MemoryRequirements needs = state->buffer.getMemoryRequirements();
        const auto type =
            findType(owner.physical.getMemoryProperties(), needs.memoryTypeBits & host.memoryTypeBits, {});
        if (!type) return fail(ErrorCode::Unsupported, "the device cannot read this memory", {});
        const vk::ImportMemoryHostPointerInfoEXT info(kHost, pointer);
        state->memory = vk::raii::DeviceMemory(owner.device, vk::MemoryAllocateInfo(sizeBytes, *type, &info));
        state->buffer.bindMemory(*state->memory, 0);
        return DeviceBuffer(std::move(state));
    });
}

DeviceBuffer::DeviceBuffer() = default;
DeviceBuffer::DeviceBuffer(std::unique_ptr<State> state) : m_state(std::move(state)) {}
DeviceBuffer::DeviceBuffer(DeviceBuffer&&) noexcept = default;
DeviceBuffer& DeviceBuffer::operator=(DeviceBuffer&&) noexcept = default;
DeviceBuffer::~DeviceBuffer() = default;

std::uint64_t DeviceBuffer::sizeBytes() const noexcept {
    return m_state ? m_state->sizeBytes : 0;
}

std::byte* DeviceBuffer::mapped() const noexcept {
    return m_state ? m_state->mapped : nullptr;
}

BufferSlice DeviceBuffer::slice() const noexcept {
    if (!m_state) return {};
    return {static_cast<VkBuffer>(*m_state->buffer), m_state->id, 0, m_state->sizeBytes};
}

}  // namespace strata::gpu
