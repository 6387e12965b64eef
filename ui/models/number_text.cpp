#include "ui/models/number_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace strata::ui {
namespace {

/// Three significant digits and the unit that makes them readable.
QString scaled(double value, std::span<const char* const> units) {
    std::size_t unit = 0;
    // 999.5 kB is shown as 1.00 MB, not as 1000 kB.
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return QStringLiteral("%1 %2").arg(decimalText(value, decimals), QLatin1String(units[unit])).trimmed();
}

/// A stack that differs at all from its source is never said to be "100 %".
int wholePercents(double share) {
    // The small addend is for shares such as 0.29, which no binary number is.
    return static_cast<int>(std::floor(std::clamp(share, 0.0, 1.0) * 100 + 1e-6));
}

}  // namespace

QString decimalText(double value, int decimals) {
    return QLocale().toString(value, 'f', decimals);
}

QString countText(qint64 count) {
    return QLocale().toString(count);
}

QString roughText(double value) {
    return QLocale().toString(value, 'g', 2);
}

QString percentText(double share) {
    return QCoreApplication::translate("NumberText", "%1 %").arg(wholePercents(share));
}

QString qualityText(double agreement) {
    if (agreement <= 0) return {};
    if (agreement < kSenseAgreement)
        return QCoreApplication::translate("NumberText", "too little memory: answers may make no sense");
    return QCoreApplication::translate("NumberText", "%1 % of full quality").arg(wholePercents(agreement));
}

QString parametersText(qint64 parameters) {
    static constexpr std::array kUnits = {"", "k", "M", "B", "T"};
    return scaled(static_cast<double>(std::max<qint64>(parameters, 0)), kUnits);
}

QString bytesText(qint64 sizeBytes) {
    static constexpr std::array kUnits = {"B", "kB", "MB", "GB", "TB"};
    return scaled(static_cast<double>(std::max<qint64>(sizeBytes, 0)), kUnits);
}

}  // namespace strata::ui
