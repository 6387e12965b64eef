#include "ui/window/shortcuts.h"

#include "ui/theme/style_sheet.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace strata::ui {
ShortcutsDialog::ShortcutsDialog(const Theme& theme, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("shortcutsDialog"));
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* layout = new QVBoxLayout(this);
    const int margin = theme.space(Space::Wide);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(theme.space(Space::Large));
    auto* title = new QLabel(tr("Keyboard shortcuts"));
    setLook(*title, Look::Title);
    layout->addWidget(title);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(theme.space(Space::Huge));
    grid->setVerticalSpacing(theme.space(Space::Small));
    int row = 0;
    for (const ShortcutAction action : allShortcuts()) {
        auto* keys = new QLabel(theme.shortcuts().keys(action).toString(QKeySequence::NativeText));
        setLook(*keys, Look::Secondary);
        grid->addWidget(new QLabel(shortcutText(action)), row, 0);
        grid->addWidget(keys, row++, 1);
    }
    layout->addLayout(grid);
    auto* buttons = new QDialogButtonBox;
    auto* close = buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    close->setDefault(true);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

}  // namespace strata::ui
