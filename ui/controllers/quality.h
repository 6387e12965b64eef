// Reading a measured quality curve.
#pragma once

#include "ui/controllers/engine_types.h"

namespace strata::ui {

/// Agreement with so many bytes of weights, interpolated between the measured points (which are in order of weights);
/// 0 without a curve.
[[nodiscard]] double agreementAt(const QList<QualityPoint>& curve, qint64 weightBytes) noexcept;

/// The least memory that was measured to reach kUsefulAgreement; 0 = none was.
[[nodiscard]] qint64 usefulFrom(const QList<QualityPoint>& curve) noexcept;

}  // namespace strata::ui
