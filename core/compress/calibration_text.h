// The text that compression measures with: windows to calibrate on, and held-out windows for the quality curve.
#pragma once

#include "core/base/result.h"
#include "core/text/tokenizer.h"

#include <cstddef>
#include <filesystem>
#include <vector>

namespace strata {

struct CalibrationTokens {
    static constexpr std::size_t kWindow = 512;
    static constexpr std::size_t kWindows = 48;        ///< at most; 24,576 tokens
    static constexpr std::size_t kHeldOutWindows = 4;  ///< at most

    std::vector<TokenId> calibration;  ///< [windows * kWindow], consecutive text
    std::vector<TokenId> heldOut;      ///< [windows * kWindow], never calibrated on

    [[nodiscard]] std::size_t windows() const noexcept { return calibration.size() / kWindow; }
    [[nodiscard]] std::size_t heldOutWindows() const noexcept { return heldOut.size() / kWindow; }
};

/// From a file (its beginning calibrates, what follows is held out; a short file is split 9 : 1), or, with an empty
/// path, from the built-in text. Errors: those of the file; InvalidArgument when it has fewer than ten windows.
[[nodiscard]] Result<CalibrationTokens> calibrationTokens(const Tokenizer& tokenizer, const std::filesystem::path& file,
                                                          bool detokeniseWikitext);

}  // namespace strata
