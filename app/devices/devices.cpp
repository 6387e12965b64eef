// The part that needs no Vulkan.
#include "app/devices/devices.h"

#include <algorithm>
#include <array>

namespace strata::devices {
namespace {

const Heap* largestLocal(const std::vector<Heap>& heaps) {
    const Heap* largest = nullptr;
    for (const Heap& heap : heaps)
        if (heap.isLocal && (largest == nullptr || heap.sizeBytes > largest->sizeBytes)) largest = &heap;
    return largest;
}

/// Drivers that know no identity give zeros.
bool isIdentity(const std::string& uuid) {
    return std::ranges::any_of(uuid, [](char digit) { return digit != '0'; });
}

}  // namespace

std::string_view kindName(Kind kind) noexcept {
    static constexpr std::array<std::string_view, 5> kNames = {"discrete", "integrated", "virtual", "software",
                                                               "other"};
    return kNames[static_cast<std::size_t>(kind)];
}

std::uint64_t Device::memoryBytes() const noexcept {
    const Heap* heap = largestLocal(heaps);
    return heap == nullptr ? 0 : heap->sizeBytes;
}

std::uint64_t Device::freeBytes() const noexcept {
    const Heap* heap = largestLocal(heaps);
    return heap == nullptr ? 0 : heap->budgetBytes - std::min(heap->budgetBytes, heap->usedBytes);
}

void assignIds(std::vector<Device>& devices, const std::vector<std::string>& uuids) {
    for (std::size_t index = 0; index < devices.size(); ++index) {
        const std::string& uuid = uuids[index];
        if (isIdentity(uuid) && std::ranges::count(uuids, uuid) == 1) {
            devices[index].id = "uuid:" + uuid;
            continue;
        }
        const auto before = std::count_if(devices.begin(), devices.begin() + static_cast<std::ptrdiff_t>(index),
                                          [&](const Device& other) { return other.name == devices[index].name; });
        devices[index].id = "name:" + devices[index].name + (before > 0 ? " " + std::to_string(before + 1) : "");
    }
}

}  // namespace strata::devices
