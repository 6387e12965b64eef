// Descriptor sets, one per list of slices that a shader is bound to; in steady state none is written.
#pragma once

#include "gpu/vk/context_state.h"
#include "gpu/vk/device_buffer.h"

#include <map>
#include <span>
#include <tuple>
#include <vector>

namespace strata::gpu {

/// Not synchronised. Members throw as vk::raii does.
class DescriptorCache {
public:
    explicit DescriptorCache(Context& context) : m_context(context.state()) {}

    [[nodiscard]] vk::DescriptorSet get(vk::DescriptorSetLayout layout, std::span<const BufferSlice> slices,
                                        std::span<const View> views);
    /// Forgets every set: after buffers were freed, while the device does nothing.
    void clear();

private:
    using Key = std::vector<std::uint64_t>;  ///< id, offset and size of every slice
    using TexelKey = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t, View>;  ///< likewise
    [[nodiscard]] vk::DescriptorSet allocate(vk::DescriptorSetLayout layout, std::size_t buffers);
    [[nodiscard]] vk::BufferView texels(const BufferSlice& slice, View view);

    ContextState& m_context;
    std::vector<vk::raii::DescriptorPool> m_pools;
    std::size_t m_setsLeft = 0, m_buffersLeft = 0;  ///< in the last pool
    std::map<Key, vk::DescriptorSet> m_sets;
    std::map<TexelKey, vk::raii::BufferView> m_texels;
};

}  // namespace strata::gpu
