// What computes: `--device auto|cpu|N`, and what `devices` lists.
#pragma once

#include "app/cli/console.h"
#include "app/devices/device_meter.h"
#include "core/base/size.h"
#include "core/model/session.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace strata::cli {

/// What was asked for.
struct DeviceChoice {
    enum class Kind : unsigned char { Auto, Processor, Device };
    Kind kind = Kind::Processor;
    std::size_t index = 0;                ///< of a Device
    std::optional<SizeSpec> memory = {};  ///< --device-memory
};

/// "auto", "cpu" or the number of a device. Errors: InvalidArgument.
[[nodiscard]] Result<DeviceChoice> parseDevice(std::string_view text);

/// `--device` and `--device-memory` of the commands that compute. `into` must outlive the app.
void addDevice(CLI::App& app, DeviceChoice& into);

/// What computes, and its name for people and for JSON ("cpu", or the device's).
struct ChosenDevice {
    std::function<Result<std::unique_ptr<Backend>>()> makeBackend;  ///< empty: the processor
    std::string name = "cpu";
    std::optional<SizeSpec> memory = {};               ///< that it may take of its own
    std::shared_ptr<devices::DeviceMeter> meter = {};  ///< of a device
};

/// Auto: the best real device, else the processor, with one line where Vulkan was expected and is not there. Errors:
/// NotFound for a number that no device has, Unsupported without the Vulkan backend; InvalidArgument for what
/// STRATA_VK_DISABLE says, and for --device-memory of the processor.
[[nodiscard]] Result<ChosenDevice> chooseDevice(const DeviceChoice& choice, Console& console);

/// Lets it compute for a session with a model of so many bytes of weights, of which --device-memory may be a share.
void useDevice(SessionOptions& options, const ChosenDevice& device, std::uint64_t fullWeightBytes);

/// What has happened to the device since the last call: a remark for each, and as JSON a list of `kind` ("device-lost",
/// "device-refused", "device-busy"), `device` and `message`.
[[nodiscard]] Json tellDeviceNotices(Session& session, Console& console);

/// Everything that is known about this machine's devices, as `devices --json` prints it: "devices" (a list),
/// "automatic" (what auto means), and "problem" where nothing could be listed.
[[nodiscard]] Result<Json> describeDevices();
/// The same for people.
[[nodiscard]] std::string devicesText(const Json& description);

}  // namespace strata::cli
