#include "app/cli/device_choice.h"

#include "app/cli/options.h"
#include "app/devices/devices.h"
#include "core/base/size.h"

#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

std::string row(std::string_view label, std::string_view value) {
    return fmt::format("    {:<22}{}\n", label, value);
}

/// What is there and what is not, in rows of some words each.
std::string featuresText(const Json& features) {
    constexpr std::size_t kWidth = 90;
    std::string text;
    for (const bool wanted : {true, false}) {
        std::string label = wanted ? "has" : "lacks";
        std::string line;
        for (const devices::Words& words : devices::featureWords()) {
            if (features.at(words.key).get<bool>() != wanted) continue;
            const std::string_view word = words.label;
            if (!line.empty() && line.size() + word.size() > kWidth) {
                text += row(std::exchange(label, {}), std::exchange(line, {}) + ",");
            }
            line += (line.empty() ? "" : ", ") + std::string(word);
        }
        if (!line.empty()) text += row(label, line);
    }
    return text;
}

std::string pathsText(const Json& paths) {
    std::string text;
    const bool isImported = paths.at(devices::kHostImportPath).get<bool>();
    const bool isMapped = paths.at(devices::kMappedWritesPath).get<bool>();
    for (const devices::Words& words : devices::pathWords()) {
        if (!devices::isTelling(words.key, isImported, isMapped)) continue;
        text += row(words.label, paths.at(words.key).get<bool>() ? words.yes : words.no);
    }
    return text;
}

std::string deviceText(const Json& device) {
    std::string text = fmt::format("{}: {} ({})\n", device.at("index").get<int>(), device.at("name").get<std::string>(),
                                   device.at("kind").get<std::string>()) +
                       row("driver", device.at("driver").get<std::string>()) +
                       row("Vulkan", device.at("api_version").get<std::string>());
    if (!device.at("usable").get<bool>())
        return text + fmt::format("    cannot be used: {}\n", device.at("unusable_reason").get<std::string>());
    for (const Json& heap : device.at("heaps"))
        text +=
            row("memory", fmt::format("{}{}, {} free to use", formatBytes(heap.at("size_bytes").get<std::uint64_t>()),
                                      heap.at("device_local").get<bool>() ? " of its own" : " of the system",
                                      formatBytes(heap.at("budget_bytes").get<std::uint64_t>())));
    text += row("largest binding", formatBytes(device.at("limits").at("storage_buffer_range").get<std::uint64_t>()));
    return text + featuresText(device.at("features")) + pathsText(device.at("paths"));
}

Json factsJson(const std::vector<devices::Fact>& facts) {
    Json json = Json::object();
    for (const devices::Fact& fact : facts) json[std::string(fact.words->key)] = fact.holds;
    return json;
}

Json deviceJson(const devices::Device& device) {
    Json heaps = Json::array();
    for (const devices::Heap& heap : device.heaps)
        heaps.push_back({{"size_bytes", heap.sizeBytes},
                         {"budget_bytes", heap.budgetBytes},
                         {"used_bytes", heap.usedBytes},
                         {"device_local", heap.isLocal}});
    Json limits = Json::object();
    for (const devices::Limit& limit : device.limits) limits[std::string(limit.words->key)] = limit.value;
    return Json{{"index", device.index},
                {"id", device.id},
                {"name", device.name},
                {"kind", devices::kindName(device.kind)},
                {"driver", device.driver},
                {"api_version", device.apiVersion},
                {"usable", device.unusable.empty()},
                {"unusable_reason", device.unusable.empty() ? Json() : Json(device.unusable)},
                {"features", factsJson(device.features)},
                {"paths", factsJson(device.paths)},
                {"limits", std::move(limits)},
                {"heaps", std::move(heaps)}};
}

const char* noticeName(SessionNotice::Kind kind) {
    switch (kind) {
        case SessionNotice::Kind::DeviceRefused:
            return "device-refused";
        case SessionNotice::Kind::DeviceBusy:
            return "device-busy";
        case SessionNotice::Kind::DeviceLost:
            break;
    }
    return "device-lost";
}

ChosenDevice deviceAt(const devices::Device& device) {
    auto meter = devices::makeMeter(device.index);
    return {[index = device.index, meter] { return devices::makeBackend(index, meter.get()); }, device.name, {}, meter};
}

Result<ChosenDevice> findDevice(const DeviceChoice& choice, Console& console) {
    STRATA_TRY(devices::Devices found, devices::listDevices());
    if (choice.kind == DeviceChoice::Kind::Device) {
        if (found.problem) {
            if (!devices::isBuilt()) found.problem->remedy = "use --device cpu";
            return std::unexpected(*std::move(found.problem));
        }
        if (choice.index < found.list.size()) return deviceAt(found.list[choice.index]);
        return fail(ErrorCode::NotFound,
                    fmt::format("there is no device {}, Vulkan lists {}", choice.index, found.list.size()),
                    "strata-cli devices lists them; --device cpu needs none");
    }
    if (found.automatic) return deviceAt(found.list[*found.automatic]);
    console.note((found.problem ? found.problem->detail : "no graphics device was found") + ": the processor computes");
    return ChosenDevice{};
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
        into.kind = choice->kind;
        into.index = choice->index;
    };
    app.add_option_function<std::string>(
           "--device", take,
           "What computes: cpu, the number of a device (strata-cli devices lists them), or "
           "auto, the best real one [cpu]")
        ->type_name("auto|cpu|N");
    addSize(app, "--device-memory", into.memory,
            "Memory of the device's own that it may take; the processor computes the layers beyond it [all]");
}

void useDevice(SessionOptions& options, const ChosenDevice& device, std::uint64_t fullWeightBytes) {
    options.makeBackend = device.makeBackend;
    if (device.memory) options.deviceBudgetBytes = device.memory->resolve(fullWeightBytes);
}

Json tellDeviceNotices(Session& session, Console& console) {
    Json list = Json::array();
    for (const SessionNotice& notice : session.takeNotices()) {
        const bool lost = notice.kind == SessionNotice::Kind::DeviceLost;
        console.note(fmt::format("{}: {}; {}", notice.deviceName, notice.error.detail,
                                 lost ? "the processor goes on" : "the processor computes more of the layers"));
        list.push_back(
            {{"kind", noticeName(notice.kind)}, {"device", notice.deviceName}, {"message", notice.error.detail}});
    }
    return list;
}

Result<ChosenDevice> chooseDevice(const DeviceChoice& choice, Console& console) {
    if (choice.kind == DeviceChoice::Kind::Processor && choice.memory)
        return fail(ErrorCode::InvalidArgument, "--device-memory is of a device, and the processor computes",
                    "choose one with --device, or limit the session with --memory");
    if (choice.kind == DeviceChoice::Kind::Processor) return ChosenDevice{};
    STRATA_TRY(ChosenDevice device, findDevice(choice, console));
    device.memory = choice.memory;
    return device;
}

Result<Json> describeDevices() {
    STRATA_TRY(const devices::Devices found, devices::listDevices());
    Json json{{"devices", Json::array()}, {"automatic", nullptr}};
    for (const devices::Device& device : found.list) json["devices"].push_back(deviceJson(device));
    if (found.automatic) json["automatic"] = *found.automatic;
    if (found.problem) json["problem"] = found.problem->message();
    return json;
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
