// What both programs say of devices. What there is, differs by machine; how it is told, does not.
#include "app/devices/devices.h"

#include <set>
#include <string>

#include <gmock/gmock.h>

namespace strata::devices {
namespace {

using testing::ElementsAre;

std::vector<Device> named(std::initializer_list<const char*> names) {
    std::vector<Device> devices;
    for (const char* name : names) {
        devices.emplace_back();
        devices.back().name = name;
    }
    return devices;
}

std::vector<std::string> idsOf(const std::vector<Device>& devices) {
    std::vector<std::string> ids;
    for (const Device& device : devices) ids.push_back(device.id);
    return ids;
}

TEST(Devices, AreKnownByTheirUuid) {
    auto devices = named({"Card", "Card"});
    assignIds(devices, {"00ff", "00fe"});
    EXPECT_THAT(idsOf(devices), ElementsAre("uuid:00ff", "uuid:00fe"));
}

TEST(Devices, WithoutAUuidOfTheirOwnAreKnownByName) {
    auto devices = named({"Old", "Twin", "Twin", "Soft", "Twin"});
    assignIds(devices, {"", "01", "01", "0000", ""});
    EXPECT_THAT(idsOf(devices), ElementsAre("name:Old", "name:Twin", "name:Twin 2", "name:Soft", "name:Twin 3"));
}

TEST(Devices, MemoryIsTheLargestLocalHeap) {
    Device device;
    EXPECT_EQ(device.memoryBytes(), 0U);
    EXPECT_EQ(device.freeBytes(), 0U);
    device.heaps = {{64'000, 64'000, 0, false}, {256, 256, 0, true}, {8'000, 6'000, 1'000, true}};
    EXPECT_EQ(device.memoryBytes(), 8'000U);
    EXPECT_EQ(device.freeBytes(), 5'000U);
    device.heaps.back().usedBytes = 7'000;
    EXPECT_EQ(device.freeBytes(), 0U);
}

TEST(Devices, AllKeysHaveWords) {
    std::set<std::string_view> keys;
    for (const Words& words : featureWords()) {
        EXPECT_TRUE(words.label != nullptr && keys.insert(words.key).second) << words.key;
        EXPECT_EQ(findWords(featureWords(), words.key), &words);
    }
    for (const Words& words : pathWords()) EXPECT_TRUE(words.label && words.yes && words.no) << words.key;
    EXPECT_EQ(findWords(pathWords(), "no such key"), nullptr);
}

TEST(Devices, AreListedWholeOrWithAReason) {
    const auto found = listDevices();
    ASSERT_TRUE(found) << found.error().message();
    EXPECT_TRUE(found->list.empty() || !found->problem);
    if (!isBuilt()) {
        ASSERT_TRUE(found->problem);
        EXPECT_EQ(found->problem->code, ErrorCode::Unsupported);
    }
    std::set<std::string> ids;
    for (const Device& device : found->list) {
        EXPECT_TRUE(ids.insert(device.id).second) << device.id;
        EXPECT_FALSE(device.name.empty());
        if (!device.unusable.empty()) continue;
        EXPECT_EQ(device.features.size(), featureWords().size());
        EXPECT_EQ(device.paths.size(), pathWords().size());
        EXPECT_EQ(device.limits.size(), limitWords().size());
        for (const auto& facts : {device.features, device.paths})
            for (const Fact& fact : facts) EXPECT_NE(fact.words, nullptr);
        for (const Limit& limit : device.limits) EXPECT_TRUE(limit.words != nullptr && limit.value > 0);
        EXPECT_GT(device.memoryBytes(), 0U);
    }
}

TEST(Devices, OneThatIsNotThereCannotBeOpened) {
    const auto opened = makeBackend(4'000'000'000);
    ASSERT_FALSE(opened);
    EXPECT_FALSE(opened.error().message().empty());
}

}  // namespace
}  // namespace strata::devices
