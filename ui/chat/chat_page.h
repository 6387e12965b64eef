// The middle of the window: a conversation with its header and the field to write in.
#pragma once

#include "ui/chat/chat_controller.h"
#include "ui/chat/message_action.h"
#include "ui/controllers/engine_types.h"

#include <QPointer>
#include <QWidget>

class QFrame;
class QLabel;
class QMenu;
class QStackedWidget;
class QToolButton;
class QUrl;

namespace strata::ui {

class ChatView;
class Composer;
class EmptyChat;
class FindBar;
class SamplingPanel;
class StoreController;
class Theme;

/// Usable from the first moment: what is written before there is a model waits for it.
class ChatPage : public QWidget {
    Q_OBJECT
public:
    /// All live longer.
    ChatPage(EngineController* engine, StoreController* store, Theme* theme, QWidget* parent = nullptr);
    ~ChatPage() override;

    [[nodiscard]] ChatController* controller() const noexcept { return m_controller; }
    [[nodiscard]] ChatView* view() const noexcept { return m_view; }
    [[nodiscard]] Composer* composer() const noexcept { return m_composer; }

    /// Behind the model's name in the header; filled by whoever knows the models.
    void setModelMenu(QMenu* menu);
    /// Why there is no answer yet, where the engine does not know it ("Compressing SmolLM2: 40 %"). Empty: nothing.
    void setExpectation(const QString& words);
    /// A widget between conversation and composer that is seen when the memory panel is not (the slim slider).
    void setFooter(QWidget* footer);

    void newConversation();
    void openConversation(const ConversationRecord& conversation, MessageId message = 0);
    void focusComposer();
    void focusMessages();
    void startFind();
    void editLastMessage();
    void openSampling();

signals:
    /// A message waits and no model is loaded: choose one, or open the library.
    void modelWanted();
    /// For the list: the conversation that is shown now; 0 = a new one.
    void conversationShown(strata::ui::ConversationId conversation);
    void exportRequested(const strata::ui::ConversationRecord& conversation, bool asJson);
    void renameRequested(const strata::ui::ConversationRecord& conversation);
    void removeRequested(const strata::ui::ConversationRecord& conversation);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildHeader();
    void buildBody();
    void connectController();
    void watchMessages();
    void fillConversationMenu();
    void addShortcuts();
    void act(NodeId node, MessageAction action);
    void beginEdit(NodeId node);
    void endEdit();
    void send(const QString& text);
    void escape();
    void openLink(const QUrl& url);
    void showProblem(const Problem& problem);
    void showUndo(int count);
    void closeNotice();
    void updateHeader();
    void updateState();
    void updateBody();
    void updateColumn();
    void readSettings();
    [[nodiscard]] QString busyText() const;

    EngineController* m_engine;
    StoreController* m_store;
    Theme* m_theme;
    ChatController* m_controller;
    ChatView* m_view;
    Composer* m_composer;
    FindBar* m_find;
    QPointer<SamplingPanel> m_sampling;
    QWidget* m_header;
    QToolButton* m_model;
    QLabel* m_title;
    QToolButton* m_settings;
    QToolButton* m_more;
    QMenu* m_menu;
    QFrame* m_notice;
    QLabel* m_noticeText;
    QToolButton* m_undo;
    QStackedWidget* m_stack;
    EmptyChat* m_empty;
    QToolButton* m_toEnd;
    QWidget* m_column;
    QString m_expectation;
    double m_prefill = 0;
    NodeId m_edited = 0;
};

}  // namespace strata::ui
