// Every shortcut in one list: the window binds them from it, and the help page shows it.
#pragma once

#include "ui/theme/theme.h"

#include <QDialog>
#include <QKeySequence>
#include <QList>
#include <QString>

namespace strata::ui {

enum class ShortcutAction : int {
    NewChat,
    Search,
    Send,
    Stop,
    LastMessage,
    ToggleMemory,
    YieldMemory,
    ToggleList,
    Models,
    Settings,
    NextColumn,
    PreviousColumn,
    Help,
};

[[nodiscard]] QList<QKeySequence> shortcutKeys(ShortcutAction action);
[[nodiscard]] QString shortcutText(ShortcutAction action);
[[nodiscard]] QList<ShortcutAction> allShortcuts();

class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutsDialog(const Theme& theme, QWidget* parent = nullptr);
};

}  // namespace strata::ui
