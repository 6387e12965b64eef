#include "ui/chat/chat_accessible.h"

#include "ui/chat/chat_view.h"

#include <QAccessibleWidget>
#include <QHash>

namespace strata::ui {
namespace {

/// One message: its speaker is the name, its text the value.
class MessageAccessible : public QAccessibleInterface {
public:
    MessageAccessible(ChatView* view, int index) : m_view(view), m_index(index) {}

    bool isValid() const override { return m_view && m_index < m_view->messageCount(); }
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    void setText(QAccessible::Text, const QString&) override {}

    QString text(QAccessible::Text kind) const override {
        if (!isValid()) return {};
        if (kind == QAccessible::Name)
            return m_view->messageName(m_index) + QStringLiteral(": ") + m_view->messageText(m_index);
        return kind == QAccessible::Value ? m_view->messageText(m_index) : QString();
    }

    QRect rect() const override {
        if (!isValid()) return {};
        const QRect inner = m_view->messageRect(m_index);
        return {m_view->viewport()->mapToGlobal(inner.topLeft()), inner.size()};
    }

    QAccessible::State state() const override {
        QAccessible::State state;
        state.readOnly = true;
        state.focusable = true;
        state.offscreen = rect().isEmpty();
        return state;
    }

private:
    QPointer<ChatView> m_view;
    int m_index;
};

/// Messages first, then the buttons that are seen.
class ChatViewAccessible : public QAccessibleWidget {
public:
    explicit ChatViewAccessible(ChatView* view) : QAccessibleWidget(view, QAccessible::List), m_view(view) {}
    ~ChatViewAccessible() override {
        for (const QAccessible::Id id : m_messages) QAccessible::deleteAccessibleInterface(id);
    }

    int childCount() const override { return m_view->messageCount() + QAccessibleWidget::childCount(); }

    QAccessibleInterface* child(int index) const override {
        if (index < 0) return nullptr;
        if (index >= m_view->messageCount()) return QAccessibleWidget::child(index - m_view->messageCount());
        auto& id = m_messages[index];
        if (!id) id = QAccessible::registerAccessibleInterface(new MessageAccessible(m_view, index));
        return QAccessible::accessibleInterface(id);
    }

    int indexOfChild(const QAccessibleInterface* wanted) const override {
        for (auto entry = m_messages.cbegin(); entry != m_messages.cend(); ++entry) {
            if (QAccessible::accessibleInterface(entry.value()) == wanted) return entry.key();
        }
        const int inner = QAccessibleWidget::indexOfChild(wanted);
        return inner < 0 ? inner : inner + m_view->messageCount();
    }

private:
    ChatView* m_view;
    mutable QHash<int, QAccessible::Id> m_messages;
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object) {
    auto* view = className == QLatin1String("strata::ui::ChatView") ? qobject_cast<ChatView*>(object) : nullptr;
    return view ? new ChatViewAccessible(view) : nullptr;
}

}  // namespace

void installChatAccessibility() {
    static const bool kDone = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(kDone)
}

}  // namespace strata::ui
