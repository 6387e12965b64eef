// What --device takes and what `devices` prints. These tests need no device: what there is, differs by machine.
#include "app/cli/device_choice.h"

#include <algorithm>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace strata::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DeviceChoice, TakesNamesAndNumbers) {
    EXPECT_EQ(parseDevice("auto")->kind, DeviceChoice::Kind::Auto);
    EXPECT_EQ(parseDevice("cpu")->kind, DeviceChoice::Kind::Processor);
    EXPECT_EQ(parseDevice("3")->kind, DeviceChoice::Kind::Device);
    EXPECT_EQ(parseDevice("3")->index, 3U);
    for (const char* wrong : {"", "gpu", "-1", "1.5", "99999999999999999999", "0x1"}) {
        const auto refused = parseDevice(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
        EXPECT_THAT(refused.error().message(), HasSubstr("use auto, cpu, or a number"));
    }
}

TEST(DeviceChoice, TheProcessorNeedsNothing) {
    std::ostringstream out, err;
    Console console(out, err, {});
    const auto chosen = chooseDevice({DeviceChoice::Kind::Processor, 0}, console);
    ASSERT_TRUE(chosen);
    EXPECT_FALSE(chosen->makeBackend);
    EXPECT_EQ(chosen->name, "cpu");
    EXPECT_EQ(err.str(), "");
}

TEST(DeviceChoice, TheProcessorHasNoMemoryOfADevice) {
    std::ostringstream out, err;
    Console console(out, err, {});
    const auto refused = chooseDevice({DeviceChoice::Kind::Processor, 0, SizeSpec{.bytes = 1000}}, console);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::InvalidArgument);
    EXPECT_THAT(refused.error().message(), HasSubstr("--device-memory"));
    EXPECT_THAT(refused.error().message(), HasSubstr("--memory"));
}

TEST(DeviceChoice, OptionsAreParsed) {
    CLI::App app;
    DeviceChoice choice;
    addDevice(app, choice);
    app.parse("--device-memory 40% --device 2", false);
    EXPECT_EQ(choice.kind, DeviceChoice::Kind::Device);
    EXPECT_EQ(choice.index, 2U);
    ASSERT_TRUE(choice.memory) << "--device leaves it alone";
    SessionOptions options;
    useDevice(options, {{}, "a device", choice.memory}, 1000);
    EXPECT_EQ(options.deviceBudgetBytes, 400U);
    useDevice(options, {{}, "a device", SizeSpec{.bytes = 77}}, 1000);
    EXPECT_EQ(options.deviceBudgetBytes, 77U);
    CLI::App other;
    addDevice(other, choice);
    EXPECT_THROW(other.parse("--device-memory much", false), CLI::ValidationError);
}

TEST(DeviceChoice, ADeviceThatIsNotThereIsAnErrorWithAWayOut) {
    std::ostringstream out, err;
    Console console(out, err, {});
    const auto chosen = chooseDevice({DeviceChoice::Kind::Device, 4'000'000'000}, console);
    ASSERT_FALSE(chosen);
    EXPECT_THAT(chosen.error().message(), HasSubstr("--device cpu"));
}

TEST(DeviceChoice, AutomaticSaysWhyTheProcessorComputes) {
    std::ostringstream out, err;
    Console console(out, err, {});
    const auto chosen = chooseDevice({DeviceChoice::Kind::Auto, 0}, console);
    ASSERT_TRUE(chosen) << chosen.error().message();
    const std::string said = err.str();
    EXPECT_EQ(!chosen->makeBackend, !said.empty()) << said;
    EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), said.empty() ? 0 : 1);
}

TEST(DeviceChoice, DescriptionsAreComplete) {
    const auto description = describeDevices();
    ASSERT_TRUE(description) << description.error().message();
    ASSERT_TRUE(description->at("devices").is_array());
    EXPECT_TRUE(description->contains("automatic"));
    for (const Json& device : description->at("devices")) {
        for (const char* key :
             {"index", "name", "kind", "driver", "api_version", "usable", "features", "paths", "limits", "heaps"})
            EXPECT_TRUE(device.contains(key)) << key;
        EXPECT_THAT(devicesText(*description), HasSubstr(device.at("name").get<std::string>()));
    }
    EXPECT_THAT(devicesText(*description), HasSubstr("--device auto means"));
}

TEST(DeviceChoice, OfWeightsThatAreNotCopiedNothingIsSaidOfCopies) {
    auto description = describeDevices();
    ASSERT_TRUE(description) << description.error().message();
    for (Json& device : description->at("devices")) {
        if (!device.at("usable").get<bool>()) continue;
        for (const bool follows : {false, true}) {
            device.at("paths").at("memory_budget") = follows;
            device.at("paths").at("host_import") = false;
            Json alone = *description;
            alone.at("devices") = Json::array({device});
            EXPECT_THAT(devicesText(alone), HasSubstr(follows ? "as much as other programs leave" : "up to the limit"));
            alone.at("devices")[0].at("paths").at("host_import") = true;
            EXPECT_THAT(devicesText(alone), Not(HasSubstr("memory taken")));
        }
    }
}

}  // namespace
}  // namespace strata::cli
