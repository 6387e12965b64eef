// How a device is opened: what is switched off, what is watched, what is refused.
#pragma once

#include "core/base/result.h"
#include "gpu/vk/device_features.h"
#include "gpu/vk/dispatch_time.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

namespace strata::gpu {

/// Paths that may be switched off, and the one that is taken only where hardware makes it worth while.
struct PathOptions {
    bool noSubgroups = false;
    bool noIntegerDot = false;
    bool noHostImport = false;
    bool noMappedWrites = false;
    bool noTransferRing = false;
    bool noLanes = false;
    bool noMemoryBudget = false;
    bool anyIntegerDot = false;    ///< also where the device emulates it
    bool anyTransferRing = false;  ///< also where the queue that computes has to copy
    bool splitRows = false;        ///< also where a thread per row is faster

    /// "subgroup,dot,import,mapped,transfer,lanes,budget" switches off; "+dot", "+transfer" and "+split" switch on.
    /// Errors: InvalidArgument.
    [[nodiscard]] static Result<PathOptions> parse(std::string_view text);
    /// What STRATA_VK_DISABLE says; nothing when it is not set. Errors: as parse().
    [[nodiscard]] static Result<PathOptions> fromEnvironment();
};

struct ContextOptions {
    PathOptions paths = {};
    std::filesystem::path pipelineCache = {};   ///< file that compiled pipelines are kept in; empty: none
    std::shared_ptr<DispatchTimes> times = {};  ///< where dispatches are measured; empty: nowhere
    bool validation = false;  ///< the Khronos layer with synchronization validation, where it is installed
    /// Device memory beyond this is refused, as a driver would (tests).
    std::uint64_t memoryLimitBytes = std::numeric_limits<std::uint64_t>::max();
    /// The device counts as lost from this submission of work on (tests).
    std::uint64_t lostAtSubmission = std::numeric_limits<std::uint64_t>::max();
    /// The device says that a shader can bind no more than this (tests).
    std::uint64_t bufferRangeLimitBytes = std::numeric_limits<std::uint64_t>::max();
    /// What the device says of its memory whenever it is asked, by any thread (tests); it counts as one that tells.
    std::function<std::vector<MemoryHeap>()> heaps = {};
};

}  // namespace strata::gpu
