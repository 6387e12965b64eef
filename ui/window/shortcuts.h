// The page that lists the keys.
#pragma once

#include "ui/theme/shortcuts.h"
#include "ui/theme/theme.h"

#include <QDialog>

namespace strata::ui {

/// Shows the keys in force.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutsDialog(const Theme& theme, QWidget* parent = nullptr);
};

}  // namespace strata::ui
