#include "ui/window/shortcuts.h"

#include "ui/theme/style_sheet.h"

#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

struct Entry {
    ShortcutAction action;
    QList<QKeySequence> keys;
    const char* text;
};

const QList<Entry>& entries() {
    static const QList<Entry> list = {
        {ShortcutAction::NewChat, {QKeySequence(Qt::CTRL | Qt::Key_N)}, QT_TRANSLATE_NOOP("Shortcuts", "New chat")},
        {ShortcutAction::Search,
         {QKeySequence(Qt::CTRL | Qt::Key_K)},
         QT_TRANSLATE_NOOP("Shortcuts", "Search all chats")},
        {ShortcutAction::Send,
         {QKeySequence(Qt::CTRL | Qt::Key_Return)},
         QT_TRANSLATE_NOOP("Shortcuts", "Send the message")},
        {ShortcutAction::Stop, {QKeySequence(Qt::Key_Escape)}, QT_TRANSLATE_NOOP("Shortcuts", "Stop the answer")},
        {ShortcutAction::LastMessage,
         {QKeySequence(Qt::ALT | Qt::Key_Up)},
         QT_TRANSLATE_NOOP("Shortcuts", "Edit your last message")},
        {ShortcutAction::ToggleMemory,
         {QKeySequence(Qt::CTRL | Qt::Key_M)},
         QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the memory panel")},
        {ShortcutAction::YieldMemory,
         {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M)},
         QT_TRANSLATE_NOOP("Shortcuts", "Yield memory, or take it back")},
        {ShortcutAction::ToggleList,
         {QKeySequence(Qt::CTRL | Qt::Key_B)},
         QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the list of chats")},
        {ShortcutAction::Models, {QKeySequence(Qt::CTRL | Qt::Key_L)}, QT_TRANSLATE_NOOP("Shortcuts", "Models")},
        {ShortcutAction::Settings,
         {QKeySequence(Qt::CTRL | Qt::Key_Comma)},
         QT_TRANSLATE_NOOP("Shortcuts", "Settings")},
        {ShortcutAction::NextColumn, {QKeySequence(Qt::Key_F6)}, QT_TRANSLATE_NOOP("Shortcuts", "Next column")},
        {ShortcutAction::PreviousColumn,
         {QKeySequence(Qt::SHIFT | Qt::Key_F6)},
         QT_TRANSLATE_NOOP("Shortcuts", "Previous column")},
        {ShortcutAction::Help, {QKeySequence(Qt::Key_F1)}, QT_TRANSLATE_NOOP("Shortcuts", "This page")},
    };
    return list;
}

const Entry& entry(ShortcutAction action) {
    return entries().at(static_cast<int>(action));
}

}  // namespace

QList<QKeySequence> shortcutKeys(ShortcutAction action) {
    return entry(action).keys;
}

QString shortcutText(ShortcutAction action) {
    return QCoreApplication::translate("Shortcuts", entry(action).text);
}

QList<ShortcutAction> allShortcuts() {
    QList<ShortcutAction> actions;
    for (const Entry& item : entries()) actions.append(item.action);
    return actions;
}

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
        auto* keys = new QLabel(shortcutKeys(action).first().toString(QKeySequence::NativeText));
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
