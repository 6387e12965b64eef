// The order in which people look for names.
#pragma once

#include <QCollator>
#include <QLocale>

namespace strata::ui {

/// By the user's alphabet, case ignored, "Qwen 9" before "Qwen 10".
[[nodiscard]] inline QCollator naturalOrder() {
    // The C locale compares codes and knows no numbers.
    const bool isPlain = QLocale().language() == QLocale::C;
    QCollator collator(isPlain ? QLocale(QLocale::English) : QLocale());
    collator.setCaseSensitivity(Qt::CaseInsensitive);
    collator.setNumericMode(true);
    return collator;
}

}  // namespace strata::ui
