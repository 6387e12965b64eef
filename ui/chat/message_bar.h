// What can be done with a message, and how an answer came about: a line below it.
#pragma once

#include "ui/chat/message_action.h"
#include "ui/models/chat_tree_model.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace strata::ui {

class Theme;

/// "41 tok/s · 0.2 s · 118 MB".
[[nodiscard]] QString statisticsText(const AnswerStatistics& statistics);
/// The same in whole sentences, for the tooltip and for screen readers.
[[nodiscard]] QString statisticsSentence(const AnswerStatistics& statistics);

class MessageBar : public QWidget {
    Q_OBJECT
public:
    struct Content {
        Role role = Role::Assistant;
        QString status;  ///< instead of the statistics while the message is not done
        AnswerStatistics statistics;
        int version = 0;
        int versionCount = 1;
        bool isLast = false;
        bool isBusy = false;  ///< being written
        bool canAnswer = true;
        [[nodiscard]] bool operator==(const Content&) const = default;
    };

    MessageBar(Theme* theme, QWidget* parent);
    void setContent(const Content& content);
    /// A user's message shows its buttons only then.
    void setActive(bool active);

signals:
    void triggered(strata::ui::MessageAction action);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QToolButton* addButton(MessageAction action, const QString& icon, QString (*words)());
    void arrange();
    void fitWords();

    Theme* m_theme;
    QHBoxLayout* m_row;
    QLabel* m_label;
    QString m_words;  ///< of m_label, whole
    QLabel* m_versions;
    QHash<MessageAction, QToolButton*> m_buttons;
    Content m_content;
    bool m_isActive = false;
};

}  // namespace strata::ui
