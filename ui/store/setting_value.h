// Settings as text in the database.
#pragma once

#include <QString>
#include <QVariant>

namespace strata::ui {

/// JSON. Numbers, texts, booleans, lists and maps of them stand for themselves, bytes as {"base64": "..."}.
[[nodiscard]] QString settingText(const QVariant& value);
/// An invalid value where the text is not JSON.
[[nodiscard]] QVariant settingValue(const QString& text);

}  // namespace strata::ui
