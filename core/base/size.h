// Sizes of memory as people write them.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace strata {

/// Absolute bytes, or a share (0..1] of something the reader of the option defines.
struct SizeSpec {
    std::uint64_t bytes = 0;
    double fraction = 0;  ///< > 0: a percentage was given, `bytes` is 0
    [[nodiscard]] bool isFraction() const noexcept { return fraction > 0; }
    /// The absolute size, a fraction being taken of `wholeBytes`.
    [[nodiscard]] std::uint64_t resolve(std::uint64_t wholeBytes) const noexcept;
};

/// "120MiB", "1.5GB", "64kB", "60%", "12345" (bytes). Units: B, kB, MB, GB, TB (powers of 1,000), KiB, MiB, GiB, TiB.
/// Upper and lower case are the same, but for nothing else: "12 parsecs" is an error that lists what is understood.
[[nodiscard]] Result<SizeSpec> parseSize(std::string_view text);

/// "118 MB", "1.24 GB", "512 B": powers of 1,000, three significant digits.
[[nodiscard]] std::string formatBytes(std::uint64_t sizeBytes);

/// "3:07", "1:02:09", "0:04".
[[nodiscard]] std::string formatDuration(double seconds);

}  // namespace strata
