// What the device's time went into, as plain values.
#pragma once

#include "gpu/vk/shader_code.h"

#include <cstdint>

namespace strata::gpu {

/// What a dispatch works on, to tell dispatches of one shader apart; all 0 where that does not matter.
struct Work {
    std::uint32_t rows = 0, columns = 0, levels = 0;  ///< of the matrix that is read
    std::uint64_t weightBytes = 0;                    ///< that one dispatch reads
};

struct DispatchTime {
    ShaderId shader;
    Work work;
    std::uint64_t dispatches = 0;
    double seconds = 0;
};

}  // namespace strata::gpu
