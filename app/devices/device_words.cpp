#include "app/devices/device_words.h"

#include <algorithm>

// lupdate finds the words by this name, wherever it comes from.
#define QT_TRANSLATE_NOOP(context, text) text

namespace strata::devices {
namespace {

constexpr Words kFeatures[] = {
    {"int8", QT_TRANSLATE_NOOP("Devices", "8-bit integers")},
    {"float16", QT_TRANSLATE_NOOP("Devices", "16-bit floating point")},
    {"storage_8_bit", QT_TRANSLATE_NOOP("Devices", "8-bit storage")},
    {"storage_16_bit", QT_TRANSLATE_NOOP("Devices", "16-bit storage")},
    {"subgroup_arithmetic", QT_TRANSLATE_NOOP("Devices", "sums by subgroup")},
    {"subgroup_shuffle", QT_TRANSLATE_NOOP("Devices", "exchange by subgroup")},
    {"integer_dot", QT_TRANSLATE_NOOP("Devices", "integer dot product")},
    {"fast_integer_dot", QT_TRANSLATE_NOOP("Devices", "integer dot product in hardware")},
    {"cooperative_matrix", QT_TRANSLATE_NOOP("Devices", "cooperative matrices")},
    {"buffer_device_address", QT_TRANSLATE_NOOP("Devices", "buffer addresses")},
    {"timeline_semaphore", QT_TRANSLATE_NOOP("Devices", "timeline semaphores")},
    {"memory_budget", QT_TRANSLATE_NOOP("Devices", "tells how much memory is free")},
    {"host_import", QT_TRANSLATE_NOOP("Devices", "reads the program's memory")},
    {"host_visible_memory", QT_TRANSLATE_NOOP("Devices", "memory that the processor can write")},
    {"transfer_queue", QT_TRANSLATE_NOOP("Devices", "a queue for copies")},
    {"timestamps", QT_TRANSLATE_NOOP("Devices", "timestamps")},
};

constexpr Words kPaths[] = {
    {kHostImportPath, QT_TRANSLATE_NOOP("Devices", "weights"),
     QT_TRANSLATE_NOOP("Devices", "read where the system holds them"),
     QT_TRANSLATE_NOOP("Devices", "copied to the device")},
    {kMappedWritesPath, QT_TRANSLATE_NOOP("Devices", "copies"), QT_TRANSLATE_NOOP("Devices", "written directly"),
     QT_TRANSLATE_NOOP("Devices", "through a ring of staging buffers")},
    {kTransferRingPath, QT_TRANSLATE_NOOP("Devices", "staging"),
     QT_TRANSLATE_NOOP("Devices", "copied on beside the computation"),
     QT_TRANSLATE_NOOP("Devices", "copied on in the order of the computation")},
    {kMemoryBudgetPath, QT_TRANSLATE_NOOP("Devices", "memory taken"),
     QT_TRANSLATE_NOOP("Devices", "as much as other programs leave"),
     QT_TRANSLATE_NOOP("Devices", "up to the limit that is set for it")},
    {"integer_dot", QT_TRANSLATE_NOOP("Devices", "integer products"),
     QT_TRANSLATE_NOOP("Devices", "four at once (integer dot product)"), QT_TRANSLATE_NOOP("Devices", "one by one")},
    {"subgroups", QT_TRANSLATE_NOOP("Devices", "sums"), QT_TRANSLATE_NOOP("Devices", "by subgroup"),
     QT_TRANSLATE_NOOP("Devices", "through shared memory")},
    {"split_rows", QT_TRANSLATE_NOOP("Devices", "rows of a product"),
     QT_TRANSLATE_NOOP("Devices", "shared by several threads"), QT_TRANSLATE_NOOP("Devices", "a thread each")},
    {"lanes", QT_TRANSLATE_NOOP("Devices", "products"),
     QT_TRANSLATE_NOOP("Devices", "in a processor's vectors, four rows a thread"),
     QT_TRANSLATE_NOOP("Devices", "as graphics cards like them")},
};

constexpr Words kLimits[] = {
    {"subgroup_size", QT_TRANSLATE_NOOP("Devices", "subgroup"), QT_TRANSLATE_NOOP("Devices", "%1 threads")},
    {"storage_buffers_per_shader", QT_TRANSLATE_NOOP("Devices", "buffers of a shader"), "%1"},
    {"shared_memory_bytes", QT_TRANSLATE_NOOP("Devices", "shared memory")},
    {"storage_buffer_range", QT_TRANSLATE_NOOP("Devices", "largest binding")},
    {"allocation_bytes", QT_TRANSLATE_NOOP("Devices", "largest piece of memory")},
};

}  // namespace

std::span<const Words> featureWords() noexcept {
    return kFeatures;
}

std::span<const Words> pathWords() noexcept {
    return kPaths;
}

std::span<const Words> limitWords() noexcept {
    return kLimits;
}

bool isTelling(std::string_view path, bool isImported, bool isMapped) noexcept {
    if (path == kMappedWritesPath || path == kMemoryBudgetPath) return !isImported;
    return path != kTransferRingPath || (!isImported && !isMapped);
}

const Words* findWords(std::span<const Words> words, std::string_view key) noexcept {
    const auto found = std::ranges::find(words, key, &Words::key);
    return found != words.end() ? &*found : nullptr;
}

}  // namespace strata::devices
