// Compute pipelines, built when they are first asked for and kept; and the file that compiled ones survive in.
#pragma once

#include "gpu/vk/context_state.h"
#include "gpu/vk/device_buffer.h"
#include "gpu/vk/shader_code.h"

#include <filesystem>
#include <map>
#include <span>
#include <vector>

namespace strata::gpu {

/// What a dispatch binds; owned by Pipelines.
struct Pipeline {
    vk::raii::Pipeline pipeline{nullptr};
    vk::PipelineLayout layout;
    vk::DescriptorSetLayout sets;
};

/// Not synchronised. Members throw as vk::raii does.
class Pipelines {
public:
    /// Takes what options.pipelineCache holds if it was written by this driver for this device, whole.
    explicit Pipelines(Context& context);
    /// Writes the file when something was compiled.
    ~Pipelines();
    Pipelines(const Pipelines&) = delete;
    Pipelines& operator=(const Pipelines&) = delete;

    /// constants[i] is specialization constant i. Buffers at bindings 0.. as `views` says, `pushBytes` of push
    /// constants.
    [[nodiscard]] const Pipeline& get(ShaderId shader, std::span<const std::uint32_t> constants,
                                      std::span<const View> views, std::size_t pushBytes);
    /// Whether the file's contents were taken.
    [[nodiscard]] bool tookCache() const noexcept { return m_tookCache; }

private:
    struct Key {
        ShaderId shader;
        std::vector<std::uint32_t> constants;
        auto operator<=>(const Key&) const = default;
    };
    struct Layout {
        vk::raii::DescriptorSetLayout sets{nullptr};
        vk::raii::PipelineLayout pipeline{nullptr};
    };
    [[nodiscard]] const Layout& layoutFor(std::span<const View> views, std::size_t pushBytes);
    [[nodiscard]] std::vector<std::byte> readCache() const;
    void writeCache() const;

    ContextState& m_context;
    std::filesystem::path m_file;
    bool m_tookCache = false;
    bool m_compiled = false;
    vk::raii::PipelineCache m_cache{nullptr};
    std::map<std::pair<std::vector<View>, std::size_t>, Layout> m_layouts;
    std::map<Key, Pipeline> m_pipelines;
};

}  // namespace strata::gpu
