// Opens the device that the tests run on, watched by the validation layer.
#pragma once

#include "gpu/vulkan_backend.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace strata::test {

/// The paths that tests run with: as the device has them, and with every fallback forced.
struct PathCase {
    const char* name;
    gpu::PathOptions paths;
};
inline const PathCase kPathCases[] = {
    {"preferred", {}},
    {"no_subgroups", {.noSubgroups = true}},
    {"no_lanes", {.noLanes = true}},
    {"integer_dot", {.noLanes = true, .anyIntegerDot = true}},
    {"no_integer_dot", {.noIntegerDot = true, .noLanes = true}},
    {"split_rows", {.noLanes = true, .splitRows = true}},
    {"copied_weights", {.noHostImport = true}},
    {"staged_weights", {.noHostImport = true, .noMappedWrites = true, .noTransferRing = true}},
    {"transferred_weights", {.noHostImport = true, .noMappedWrites = true, .anyTransferRing = true}},
    {"bare",
     {.noSubgroups = true,
      .noIntegerDot = true,
      .noHostImport = true,
      .noMappedWrites = true,
      .noTransferRing = true,
      .noLanes = true,
      .noMemoryBudget = true}},
};

/// STRATA_VK_TEST_DEVICE, or the first software device, so that results do not depend on the machine.
[[nodiscard]] inline Result<std::size_t> testDevice() {
    if (const char* chosen = std::getenv("STRATA_VK_TEST_DEVICE")) return std::stoul(chosen);
    STRATA_TRY(const std::vector<gpu::DeviceInfo> devices, gpu::listDevices());
    for (const gpu::DeviceInfo& device : devices)
        if (device.kind == gpu::DeviceKind::Software && device.unusable.empty()) return device.index;
    return fail(ErrorCode::NotFound, "no software Vulkan device is installed", "install mesa-vulkan-drivers");
}

/// Skips where there is no device, unless STRATA_REQUIRE_VULKAN says that there has to be one. Any message of the
/// validation layer fails the test.
class DeviceTest : public testing::Test {
protected:
    void SetUp() override {
        const auto device = testDevice();
        if (device) {
            m_device = *device;
        } else if (std::getenv("STRATA_REQUIRE_VULKAN") != nullptr) {
            FAIL() << device.error().message();
        } else {
            GTEST_SKIP() << device.error().message();
        }
    }
    void TearDown() override { closeContexts(); }
    /// As far as the fixture keeps them open.
    void closeContexts() {
        for (const auto& context : m_contexts) EXPECT_THAT(context->validationMessages(), testing::IsEmpty());
        m_contexts.clear();
    }

    [[nodiscard]] std::shared_ptr<gpu::Context> openContext(gpu::ContextOptions options = {}) {
        options.validation = true;
        auto context = gpu::Context::open(m_device, options);
        EXPECT_TRUE(context) << context.error().message();
        if (std::getenv("STRATA_REQUIRE_VULKAN") != nullptr) {
            EXPECT_TRUE((*context)->isValidated()) << "the validation layer is missing";
        }
        m_contexts.push_back(*context);
        return *context;
    }
    [[nodiscard]] std::unique_ptr<gpu::VulkanBackend> openBackend(const gpu::PathOptions& paths = {}) {
        auto backend = gpu::VulkanBackend::create(openContext({.paths = paths}));
        EXPECT_TRUE(backend) << backend.error().message();
        return *std::move(backend);
    }

    std::size_t m_device = 0;

private:
    std::vector<std::shared_ptr<gpu::Context>> m_contexts;
};

}  // namespace strata::test
