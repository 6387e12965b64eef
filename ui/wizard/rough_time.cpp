#include "ui/wizard/rough_time.h"

#include <QCoreApplication>
#include <cmath>

namespace strata::ui {
namespace {

constexpr int kMostMinutes = 90;

}  // namespace

QString roughTime(double seconds) {
    if (seconds < 60) return QCoreApplication::translate("RoughTime", "less than a minute");
    const int minutes = static_cast<int>(std::lround(seconds / 60));
    if (minutes < kMostMinutes)
        return minutes == 1 ? QCoreApplication::translate("RoughTime", "about a minute")
                            : QCoreApplication::translate("RoughTime", "about %1 minutes").arg(minutes);
    return QCoreApplication::translate("RoughTime", "about %1 hours").arg((minutes + 30) / 60);
}

}  // namespace strata::ui
