#include "ui/controllers/quality.h"

#include "core/stack/stack_file.h"

#include <algorithm>

namespace strata::ui {

double agreementAt(const QList<QualityPoint>& curve, qint64 weightBytes) noexcept {
    if (curve.isEmpty()) return 0;
    const auto above = std::ranges::lower_bound(curve, weightBytes, {}, &QualityPoint::weightBytes);
    if (above == curve.begin()) return curve.first().agreement;
    if (above == curve.end()) return curve.last().agreement;
    const QualityPoint& below = *(above - 1);
    const double share = static_cast<double>(weightBytes - below.weightBytes) /
                         static_cast<double>(above->weightBytes - below.weightBytes);
    return below.agreement + share * (above->agreement - below.agreement);
}

qint64 usefulFrom(const QList<QualityPoint>& curve) noexcept {
    const auto useful =
        std::ranges::find_if(curve, [](const QualityPoint& point) { return point.agreement >= kUsefulAgreement; });
    return useful == curve.end() ? 0 : useful->weightBytes;
}

}  // namespace strata::ui
