// What the device's time went into, as plain values.
#pragma once

#include "gpu/vk/shader_code.h"

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

namespace strata::gpu {

/// What a dispatch works on, to tell dispatches of one shader apart; all 0 where that does not matter.
struct Work {
    std::uint32_t rows = 0, columns = 0, levels = 0;  ///< of the matrix that is read
    std::uint64_t weightBytes = 0;                    ///< that one dispatch reads
};

/// What one kind of dispatch took.
struct DispatchTime {
    ShaderId shader;
    Work work;
    std::uint64_t dispatches = 0;
    double seconds = 0;
};

/// Given to a context (ContextOptions::times), it has its stream note how long dispatches take. Not synchronised: for
/// the thread that computes.
struct DispatchTimes {
    bool isSupported = false;  ///< the device's queue writes timestamps; known once there is a stream
    bool isActive = false;     ///< set it between two tokens; submissions that begin meanwhile are measured
    std::map<std::tuple<ShaderId, std::uint32_t, std::uint32_t, std::uint32_t>, DispatchTime> times;

    void add(ShaderId shader, const Work& work, double seconds);
    /// What was measured since the last call, of submissions that have been waited for; longest first.
    [[nodiscard]] std::vector<DispatchTime> take();
};

}  // namespace strata::gpu
