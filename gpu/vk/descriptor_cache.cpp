#include "gpu/vk/descriptor_cache.h"

#include <array>

namespace strata::gpu {
namespace {

constexpr std::uint32_t kSetsPerPool = 512;
constexpr std::uint32_t kBuffersPerPool = kSetsPerPool * 13;

}  // namespace

vk::DescriptorSet DescriptorCache::allocate(vk::DescriptorSetLayout layout, std::size_t buffers) {
    if (m_setsLeft == 0 || m_buffersLeft < buffers) {
        const std::array sizes{vk::DescriptorPoolSize(vk::DescriptorType::eStorageBuffer, kBuffersPerPool),
                               vk::DescriptorPoolSize(vk::DescriptorType::eUniformTexelBuffer, kBuffersPerPool)};
        m_pools.emplace_back(m_context.device, vk::DescriptorPoolCreateInfo({}, kSetsPerPool, sizes));
        m_setsLeft = kSetsPerPool;
        m_buffersLeft = kBuffersPerPool;
    }
    --m_setsLeft;
    m_buffersLeft -= buffers;
    const vk::DescriptorSetAllocateInfo info(*m_pools.back(), layout);
    // Sets go with their pool.
    return (*m_context.device).allocateDescriptorSets(info, *m_context.device.getDispatcher()).front();
}

vk::BufferView DescriptorCache::texels(const BufferSlice& slice, View view) {
    const TexelKey key{slice.id, slice.offset, slice.sizeBytes, view};
    if (const auto found = m_texels.find(key); found != m_texels.end()) return *found->second;
    const vk::Format format = view == View::Quads ? vk::Format::eR32G32B32A32Uint : vk::Format::eR32Uint;
    const std::uint64_t texelBytes = view == View::Quads ? 16 : 4;
    const vk::BufferViewCreateInfo info({}, vk::Buffer(slice.buffer), format, slice.offset,
                                        slice.sizeBytes / texelBytes * texelBytes);
    return *m_texels.emplace(key, vk::raii::BufferView(m_context.device, info)).first->second;
}

vk::DescriptorSet DescriptorCache::get(vk::DescriptorSetLayout layout, std::span<const BufferSlice> slices,
                                       std::span<const View> views) {
    Key key{reinterpret_cast<std::uint64_t>(static_cast<VkDescriptorSetLayout>(layout))};
    for (const BufferSlice& slice : slices) key.insert(key.end(), {slice.id, slice.offset, slice.sizeBytes});
    if (const auto found = m_sets.find(key); found != m_sets.end()) return found->second;
    const vk::DescriptorSet set = allocate(layout, slices.size());
    std::vector<vk::DescriptorBufferInfo> infos;
    std::vector<vk::BufferView> texelViews(slices.size());
    for (std::size_t binding = 0; binding < slices.size(); ++binding) {
        const BufferSlice& slice = slices[binding];
        infos.emplace_back(vk::Buffer(slice.buffer), slice.offset, slice.sizeBytes);
        if (views[binding] != View::Storage) texelViews[binding] = texels(slice, views[binding]);
    }
    std::vector<vk::WriteDescriptorSet> writes;
    for (std::uint32_t binding = 0; binding < infos.size(); ++binding)
        writes.emplace_back(set, binding, 0, 1, descriptorType(views[binding]), nullptr, &infos[binding],
                            &texelViews[binding]);
    m_context.device.updateDescriptorSets(writes, {});
    m_sets.emplace(std::move(key), set);
    return set;
}

void DescriptorCache::clear() {
    m_sets.clear();
    m_pools.clear();
    m_texels.clear();
    m_setsLeft = 0;
}

}  // namespace strata::gpu
