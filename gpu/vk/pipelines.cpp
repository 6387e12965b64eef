#include "gpu/vk/pipelines.h"

#include "core/base/file.h"
#include "core/base/hash.h"

#include <cstring>

namespace strata::gpu {
namespace {

/// In front of the driver's data: a driver may trust what it is given, so a damaged file must not reach it.
struct CacheHeader {
    char magic[8] = {'S', 't', 'r', 'a', 't', 'a', 'P', '1'};
    std::uint64_t checksum = 0;  ///< XXH3-64 of what follows
};
static_assert(sizeof(CacheHeader) == 16);

/// The driver's own header: VkPipelineCacheHeaderVersionOne.
bool isOfDevice(std::span<const std::byte> data, const vk::PhysicalDeviceProperties& device) {
    VkPipelineCacheHeaderVersionOne header;
    if (data.size() < sizeof header) return false;
    std::memcpy(&header, data.data(), sizeof header);
    return header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE && header.vendorID == device.vendorID &&
           header.deviceID == device.deviceID &&
           std::memcmp(header.pipelineCacheUUID, device.pipelineCacheUUID.data(), VK_UUID_SIZE) == 0;
}

}  // namespace

Pipelines::Pipelines(Context& context) : m_context(context.state()), m_file(context.state().options.pipelineCache) {
    const std::vector<std::byte> data = readCache();
    m_tookCache = !data.empty();
    m_cache = vk::raii::PipelineCache(m_context.device, vk::PipelineCacheCreateInfo({}, data.size(), data.data()));
}

Pipelines::~Pipelines() {
    if (m_compiled && !m_file.empty()) writeCache();
}

std::vector<std::byte> Pipelines::readCache() const {
    if (m_file.empty()) return {};
    const auto text = readTextFile(m_file, std::uint64_t{256} << 20);
    CacheHeader header;
    if (!text || text->size() <= sizeof header) return {};
    CacheHeader expected;
    std::memcpy(&header, text->data(), sizeof header);
    const auto bytes = std::as_bytes(std::span(*text)).subspan(sizeof header);
    expected.checksum = xxh3(bytes);
    if (std::memcmp(&header, &expected, sizeof header) != 0) return {};
    if (!isOfDevice(bytes, m_context.physical.getProperties())) return {};
    return {bytes.begin(), bytes.end()};
}

/// A cache that cannot be written is compiled again: no reason to fail.
void Pipelines::writeCache() const {
    try {
        const std::vector<std::uint8_t> data = m_cache.getData();
        CacheHeader header;
        header.checksum = xxh3(std::as_bytes(std::span(data)));
        std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
        bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
        std::error_code ignored;
        std::filesystem::create_directories(m_file.parent_path(), ignored);
        static_cast<void>(writeFileAtomically(m_file, bytes));
    } catch (const std::exception&) {
        return;
    }
}

const Pipelines::Layout& Pipelines::layoutFor(std::span<const View> views, std::size_t pushBytes) {
    const auto [place, isNew] = m_layouts.try_emplace({{views.begin(), views.end()}, pushBytes});
    if (!isNew) return place->second;
    std::vector<vk::DescriptorSetLayoutBinding> bindings;
    for (std::uint32_t binding = 0; binding < views.size(); ++binding)
        bindings.emplace_back(binding, descriptorType(views[binding]), 1, vk::ShaderStageFlagBits::eCompute);
    Layout& layout = place->second;
    layout.sets = vk::raii::DescriptorSetLayout(m_context.device, vk::DescriptorSetLayoutCreateInfo({}, bindings));
    const vk::DescriptorSetLayout sets = *layout.sets;
    const vk::PushConstantRange push(vk::ShaderStageFlagBits::eCompute, 0, static_cast<std::uint32_t>(pushBytes));
    layout.pipeline = vk::raii::PipelineLayout(m_context.device, vk::PipelineLayoutCreateInfo({}, sets, push));
    return layout;
}

const Pipeline& Pipelines::get(ShaderId shader, std::span<const std::uint32_t> constants, std::span<const View> views,
                               std::size_t pushBytes) {
    Key key{shader, {constants.begin(), constants.end()}};
    if (const auto found = m_pipelines.find(key); found != m_pipelines.end()) return found->second;
    const Layout& layout = layoutFor(views, pushBytes);
    const std::span<const std::uint32_t> words = shaderCode(shader).words;
    const vk::raii::ShaderModule module(m_context.device,
                                        vk::ShaderModuleCreateInfo({}, words.size_bytes(), words.data()));
    std::vector<vk::SpecializationMapEntry> entries;
    for (std::uint32_t index = 0; index < constants.size(); ++index)
        entries.emplace_back(index, index * 4, sizeof(std::uint32_t));
    const vk::SpecializationInfo specialization(static_cast<std::uint32_t>(entries.size()), entries.data(),
                                                constants.size_bytes(), constants.data());
    const vk::PipelineShaderStageCreateInfo stage({}, vk::ShaderStageFlagBits::eCompute, *module, "main",
                                                  &specialization);
    Pipeline made;
    made.pipeline =
        vk::raii::Pipeline(m_context.device, m_cache, vk::ComputePipelineCreateInfo({}, stage, *layout.pipeline));
    made.layout = *layout.pipeline;
    made.sets = *layout.sets;
    m_compiled = true;
    return m_pipelines.emplace(std::move(key), std::move(made)).first->second;
}

}  // namespace strata::gpu
