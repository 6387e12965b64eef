// Every key of the window, to be changed: one row for each action, and words where keys are taken.
#pragma once

#include "ui/theme/shortcuts.h"
#include "ui/theme/theme.h"

#include <QHash>
#include <QWidget>

class QGridLayout;
class QKeySequenceEdit;
class QLabel;
class QToolButton;

namespace strata::ui {

/// Shows theme.shortcuts(); changes of them are for whoever hears keysChosen().
class ShortcutList : public QWidget {
    Q_OBJECT
public:
    explicit ShortcutList(const Theme& theme, QWidget* parent = nullptr);

signals:
    /// No other action has these keys, and they can be pressed while one writes.
    void keysChosen(strata::ui::ShortcutAction action, const QKeySequence& keys);

private:
    struct Row {
        QKeySequenceEdit* keys = nullptr;
        QToolButton* reset = nullptr;
        QLabel* problem = nullptr;
    };
    void addRow(QGridLayout& grid, ShortcutAction action);
    void take(ShortcutAction action);
    /// Why these keys cannot be had; empty: they can.
    [[nodiscard]] QString objection(ShortcutAction action, const QKeySequence& keys) const;
    void refresh(ShortcutAction action);

    const Theme& m_theme;
    QHash<ShortcutAction, Row> m_rows;
};

}  // namespace strata::ui
