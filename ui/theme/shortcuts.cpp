#include "ui/theme/shortcuts.h"

#include <QCoreApplication>
#include <QShortcut>
#include <QWidget>

namespace strata::ui {
namespace {

struct Entry {
    ShortcutAction action;
    const char* name;
    QKeySequence keys;
    const char* text;
};

const QList<Entry>& entries() {
    static const QList<Entry> list = {
        {ShortcutAction::NewChat, "newChat", QKeySequence(Qt::CTRL | Qt::Key_N),
         QT_TRANSLATE_NOOP("Shortcuts", "New chat")},
        {ShortcutAction::Search, "search", QKeySequence(Qt::CTRL | Qt::Key_K),
         QT_TRANSLATE_NOOP("Shortcuts", "Search all chats")},
        {ShortcutAction::Find, "find", QKeySequence(Qt::CTRL | Qt::Key_F),
         QT_TRANSLATE_NOOP("Shortcuts", "Find in this chat")},
        {ShortcutAction::Send, "send", QKeySequence(Qt::CTRL | Qt::Key_Enter),
         QT_TRANSLATE_NOOP("Shortcuts", "Send the message")},
        {ShortcutAction::Stop, "stop", QKeySequence(Qt::Key_Escape), QT_TRANSLATE_NOOP("Shortcuts", "Stop the answer")},
        {ShortcutAction::LastMessage, "lastMessage", QKeySequence(Qt::ALT | Qt::Key_Up),
         QT_TRANSLATE_NOOP("Shortcuts", "Edit your last message")},
        {ShortcutAction::ToggleMemory, "toggleMemory", QKeySequence(Qt::CTRL | Qt::Key_M),
         QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the memory panel")},
        {ShortcutAction::YieldMemory, "yieldMemory", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_M),
         QT_TRANSLATE_NOOP("Shortcuts", "Yield memory, or take it back")},
        {ShortcutAction::ToggleList, "toggleList", QKeySequence(Qt::CTRL | Qt::Key_B),
         QT_TRANSLATE_NOOP("Shortcuts", "Show or hide the list of chats")},
        {ShortcutAction::Models, "models", QKeySequence(Qt::CTRL | Qt::Key_L),
         QT_TRANSLATE_NOOP("Shortcuts", "Models")},
        {ShortcutAction::Settings, "settings", QKeySequence(Qt::CTRL | Qt::Key_Comma),
         QT_TRANSLATE_NOOP("Shortcuts", "Settings")},
        {ShortcutAction::NextColumn, "nextColumn", QKeySequence(Qt::Key_F6),
         QT_TRANSLATE_NOOP("Shortcuts", "Next column")},
        {ShortcutAction::PreviousColumn, "previousColumn", QKeySequence(Qt::SHIFT | Qt::Key_F6),
         QT_TRANSLATE_NOOP("Shortcuts", "Previous column")},
        {ShortcutAction::Help, "help", QKeySequence(Qt::Key_F1), QT_TRANSLATE_NOOP("Shortcuts", "Keyboard shortcuts")},
    };
    return list;
}

const Entry& entry(ShortcutAction action) {
    return entries().at(static_cast<int>(action));
}

}  // namespace

QList<ShortcutAction> allShortcuts() {
    QList<ShortcutAction> actions;
    for (const Entry& item : entries()) actions.append(item.action);
    return actions;
}

QKeySequence shortcutKeys(ShortcutAction action) {
    return entry(action).keys;
}

QString shortcutText(ShortcutAction action) {
    return QCoreApplication::translate("Shortcuts", entry(action).text);
}

QString shortcutName(ShortcutAction action) {
    return QLatin1String(entry(action).name);
}

QKeySequence Shortcuts::keys(ShortcutAction action) const {
    return m_changed.value(action, entry(action).keys);
}

void Shortcuts::setKeys(ShortcutAction action, const QKeySequence& keys) {
    if (!isChangeable(action) || keys == this->keys(action)) return;
    if (keys == entry(action).keys)
        m_changed.remove(action);
    else
        m_changed.insert(action, keys);
    emit changed(action);
}

bool Shortcuts::isDefault(ShortcutAction action) const {
    return !m_changed.contains(action);
}

std::optional<ShortcutAction> Shortcuts::conflict(ShortcutAction action, const QKeySequence& keys) const {
    if (keys.isEmpty()) return std::nullopt;
    for (const Entry& other : entries())
        if (other.action != action && this->keys(other.action) == keys) return other.action;
    return std::nullopt;
}

QString Shortcuts::withKeys(const QString& words, ShortcutAction action) const {
    const QString text = keys(action).toString(QKeySequence::NativeText);
    return text.isEmpty() ? words : QCoreApplication::translate("Shortcuts", "%1 (%2)").arg(words, text);
}

void Shortcuts::bind(ShortcutAction action, QWidget& parent, Qt::ShortcutContext context,
                     const std::function<void()>& act) const {
    auto* shortcut = new QShortcut(keys(action), &parent);
    shortcut->setContext(context);
    connect(shortcut, &QShortcut::activated, &parent, act);
    connect(this, &Shortcuts::changed, shortcut, [this, action, shortcut](ShortcutAction which) {
        if (which == action) shortcut->setKey(keys(action));
    });
}

}  // namespace strata::ui
