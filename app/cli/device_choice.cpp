// The part of choosing a device that needs no Vulkan.
#include "app/cli/device_choice.h"

#include "app/cli/options.h"
#include "core/base/size.h"

#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

std::string pathLine(const Json& paths, const char* key, const char* label, const char* yes, const char* no) {
    return fmt::format("    {:<22}{}\n", label, paths.at(key).get<bool>() ? yes : no);
}

std::string deviceText(const Json& device) {
    std::string text =
        fmt::format("{}: {} ({})\n    {:<22}{}\n    {:<22}{}\n", device.at("index").get<int>(),
                    device.at("name").get<std::string>(), device.at("kind").get<std::string>(), "driver",
                    device.at("driver").get<std::string>(), "Vulkan", device.at("api_version").get<std::string>());
    if (!device.at("usable").get<bool>())
        return text + fmt::format("    cannot be used: {}\n", device.at("unusable_reason").get<std::string>());
    for (const Json& heap : device.at("heaps"))
        text += fmt::format("    {:<22}{}{}, {} free to use\n", "memory",
                            formatBytes(heap.at("size_bytes").get<std::uint64_t>()),
                            heap.at("device_local").get<bool>() ? " of its own" : " of the system",
                            formatBytes(heap.at("budget_bytes").get<std::uint64_t>()));
    text += fmt::format("    {:<22}{}\n", "largest binding",
                        formatBytes(device.at("limits").at("storage_buffer_range").get<std::uint64_t>()));
    const Json& paths = device.at("paths");
    text += pathLine(paths, "host_import", "weights", "read where the system holds them", "copied to the device");
    if (!paths.at("host_import").get<bool>())
        text += pathLine(paths, "mapped_writes", "copies", "written directly", "through a ring of staging buffers");
    text += pathLine(paths, "integer_dot", "integer products", "four at once (integer dot product)", "one by one");
    text += pathLine(paths, "subgroups", "sums", "by subgroup", "through shared memory");
    text += fmt::format("    {:<22}{}\n", "rows of a product",
                        paths.at("lanes").get<bool>()        ? "four a thread, in a processor's vectors"
                        : paths.at("split_rows").get<bool>() ? "shared by several threads"
                                                             : "a thread each");
    return text;
}

}  // namespace

Result<DeviceChoice> parseDevice(std::string_view text) {
    if (text == "auto") return DeviceChoice{DeviceChoice::Kind::Auto, 0};
    if (text == "cpu") return DeviceChoice{DeviceChoice::Kind::Processor, 0};
    const auto index = parseCount(text, 0, std::numeric_limits<std::uint32_t>::max());
    if (index) return DeviceChoice{DeviceChoice::Kind::Device, *index};
    return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is no device", text),
                "use auto, cpu, or a number that strata-cli devices lists");
}

void addDevice(CLI::App& app, DeviceChoice& into) {
    const auto take = [&into](const std::string& text) {
        auto choice = parseDevice(text);
        if (!choice) throw CLI::ValidationError("--device", choice.error().message());
        into = *choice;
    };
    app.add_option_function<std::string>(
           "--device", take,
           "What computes: cpu, the number of a device (strata-cli devices lists them), or "
           "auto, the best real one [cpu]")
        ->type_name("auto|cpu|N");
}

std::string devicesText(const Json& description) {
    std::string text;
    for (const Json& device : description.at("devices")) text += deviceText(device);
    if (description.contains("problem")) text += description.at("problem").get<std::string>() + "\n";
    return text + fmt::format("--device auto means {}\n", description.at("automatic").is_null()
                                                              ? "the processor here"
                                                              : "device " + description.at("automatic").dump());
}

}  // namespace strata::cli
