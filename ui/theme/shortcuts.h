// Every shortcut in one list: what is bound is bound from it, and pages show it. Keys can be changed.
#pragma once

#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>
#include <functional>
#include <optional>

class QWidget;

namespace strata::ui {

enum class ShortcutAction : int {
    NewChat,
    Search,
    Find,
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

/// In the order in which pages list them.
[[nodiscard]] QList<ShortcutAction> allShortcuts();
/// As they are until the user changes them.
[[nodiscard]] QKeySequence shortcutKeys(ShortcutAction action);
[[nodiscard]] QString shortcutText(ShortcutAction action);
/// How settings name it; never translated.
[[nodiscard]] QString shortcutName(ShortcutAction action);

/// The keys in force. GUI thread.
class Shortcuts : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    /// Empty: the action has no keys.
    [[nodiscard]] QKeySequence keys(ShortcutAction action) const;
    /// Sending goes with the Enter key and is a setting of its own: its keys cannot be changed.
    [[nodiscard]] static bool isChangeable(ShortcutAction action) noexcept { return action != ShortcutAction::Send; }
    /// Two actions may not share keys: see conflict(). Whoever sets them has asked.
    void setKeys(ShortcutAction action, const QKeySequence& keys);
    [[nodiscard]] bool isDefault(ShortcutAction action) const;
    /// The other action that has these keys.
    [[nodiscard]] std::optional<ShortcutAction> conflict(ShortcutAction action, const QKeySequence& keys) const;
    /// "New chat (Ctrl+N)"; the words alone where there are no keys.
    [[nodiscard]] QString withKeys(const QString& words, ShortcutAction action) const;
    /// `act` on the keys, whatever they become, while `parent` (or, within, one of its children) has the focus.
    void bind(ShortcutAction action, QWidget& parent, Qt::ShortcutContext context,
              const std::function<void()>& act) const;

signals:
    void changed(strata::ui::ShortcutAction action);

private:
    QHash<ShortcutAction, QKeySequence> m_changed;
};

}  // namespace strata::ui
