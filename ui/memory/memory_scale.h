// The one mapping from bytes to pixels that bar, slider and plot share, so that they stand in line.
#pragma once

#include <QRect>
#include <QtGlobal>
#include <algorithm>

namespace strata::ui {

/// Linear from 0 to `maximumBytes`, inside a rectangle less an inset on both sides.
struct MemoryScale {
    qint64 maximumBytes = 0;
    double inset = 0;

    [[nodiscard]] double x(const QRectF& area, double bytes) const noexcept {
        const double width = area.width() - 2 * inset;
        const double share = maximumBytes > 0 ? bytes / static_cast<double>(maximumBytes) : 0;
        return area.left() + inset + std::clamp(share, 0.0, 1.0) * width;
    }
    [[nodiscard]] qint64 bytes(const QRectF& area, double x) const noexcept {
        const double width = area.width() - 2 * inset;
        const double share = width > 0 ? (x - area.left() - inset) / width : 0;
        return static_cast<qint64>(std::clamp(share, 0.0, 1.0) * static_cast<double>(maximumBytes));
    }
};

/// The slider's handle overhangs by this much at both ends; bar and plot keep clear of it.
inline constexpr int kMemoryInset = 9;

/// 1, 2 or 5 times a power of ten: about a hundredth of `rangeBytes`, a kilobyte at least.
[[nodiscard]] qint64 memoryStep(qint64 rangeBytes) noexcept;

}  // namespace strata::ui
