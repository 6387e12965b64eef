// Whether a model fits into the memory that there is, and how well it would answer there.
#pragma once

#include "ui/controllers/engine_types.h"

#include <QString>

namespace strata::ui {

enum class FitKind : int {
    Unknown,    ///< the memory was not measured yet, or the file cannot be read
    Fits,       ///< wholly
    FitsBelow,  ///< with less than the quality in `agreement`
    TooBig,     ///< even at its floor
};

struct Fit {
    FitKind kind = FitKind::Unknown;
    double agreement = 0;     ///< of FitsBelow: the least measured quality that does not fit; 0 = not measured
    qint64 missingBytes = 0;  ///< of TooBig: how much more must be free
    [[nodiscard]] bool operator==(const Fit&) const = default;
};

/// Memory as it is now. What our own loaded model holds is counted as free: it goes when another one comes.
struct MemoryForFit {
    qint64 availableBytes = -1;  ///< that the system could give; -1 = not measured yet
    qint64 heldBytes = 0;        ///< by our own model: weights, KV cache and scratch
};

/// What a model needs beside its weights, estimated: the KV cache of a conversation of some thousand tokens, and
/// scratch.
[[nodiscard]] qint64 workingBytes(const StackSummary& stack) noexcept;
[[nodiscard]] Fit fitOf(const StackSummary& stack, const MemoryForFit& memory) noexcept;

/// "fits", "fits below 98 %", "too big even at its floor"; empty for Unknown.
[[nodiscard]] QString fitText(const Fit& fit);
/// "needs 3.1 GB more than is free"; empty unless it is too big.
[[nodiscard]] QString missingText(const Fit& fit);
/// "runs from 46 MB to 131 MB"
[[nodiscard]] QString rangeText(const StackSummary& stack);

}  // namespace strata::ui
