// What a device's time goes into, for `bench --device N`.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace strata::devices {

/// One kind of work of the device; rows, columns and levels of the matrix that it reads, 0 where that does not matter.
struct OperatorTime {
    std::string name;
    std::uint32_t rows = 0, columns = 0, levels = 0;
    std::uint64_t dispatches = 0;
    std::uint64_t weightBytes = 0;  ///< read by all of them
    double seconds = 0;
};

/// Thread contract: of the thread that computes.
class DeviceMeter {
public:
    virtual ~DeviceMeter() = default;
    /// Whether the device notes times; known once there is a session.
    [[nodiscard]] virtual bool hasTimes() const noexcept = 0;
    virtual void start() = 0;
    /// What was measured since start(), longest first; then nothing is measured any more.
    [[nodiscard]] virtual std::vector<OperatorTime> stop() = 0;
    /// Bytes per second that the device reads at best. Errors: as the device's.
    [[nodiscard]] virtual Result<double> readBandwidth() = 0;
};

}  // namespace strata::devices
