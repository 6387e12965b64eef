#include "gpu/vk/descriptor_cache.h"

namespace strata::gpu {
namespace {

constexpr std::uint32_t kSetsPerPool = 512;
constexpr std::uint32_t kBuffersPerPool = kSetsPerPool * 13;

}  // namespace

vk::DescriptorSet DescriptorCache::allocate(vk::DescriptorSetLayout layout, std::size_t buffers) {
    if (m_setsLeft == 0 || m_buffersLeft < buffers) {
        const vk::DescriptorPoolSize size(vk::DescriptorType::eStorageBuffer, kBuffersPerPool);
        m_pools.emplace_back(m_context.device, vk::DescriptorPoolCreateInfo({}, kSetsPerPool, size));
        m_setsLeft = kSetsPerPool;
        m_buffersLeft = kBuffersPerPool;
    }
    --m_setsLeft;
    m_buffersLeft -= buffers;
    const vk::DescriptorSetAllocateInfo info(*m_pools.back(), layout);
    // Sets go with their pool.
    return (*m_context.device).allocateDescriptorSets(info, *m_context.device.getDispatcher()).front();
}

vk::DescriptorSet DescriptorCache::get(vk::DescriptorSetLayout layout, std::span<const BufferSlice> slices) {
    Key key{reinterpret_cast<std::uint64_t>(static_cast<VkDescriptorSetLayout>(layout))};
    for (const BufferSlice& slice : slices) key.insert(key.end(), {slice.id, slice.offset, slice.sizeBytes});
    if (const auto found = m_sets.find(key); found != m_sets.end()) return found->second;
    const vk::DescriptorSet set = allocate(layout, slices.size());
    std::vector<vk::DescriptorBufferInfo> infos;
    for (const BufferSlice& slice : slices) infos.emplace_back(vk::Buffer(slice.buffer), slice.offset, slice.sizeBytes);
    std::vector<vk::WriteDescriptorSet> writes;
    for (std::uint32_t binding = 0; binding < infos.size(); ++binding)
        writes.emplace_back(set, binding, 0, 1, vk::DescriptorType::eStorageBuffer, nullptr, &infos[binding]);
    m_context.device.updateDescriptorSets(writes, {});
    m_sets.emplace(std::move(key), set);
    return set;
}

void DescriptorCache::clear() {
    m_sets.clear();
    m_pools.clear();
    m_setsLeft = 0;
}

}  // namespace strata::gpu
