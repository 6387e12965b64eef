// The left column: all conversations, and the search over everything that was written.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/models/conversation_list_model.h"

#include <QFrame>
#include <QTimer>

class QBoxLayout;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QMenu;
class QStackedWidget;
class QToolButton;

namespace strata::ui {

class ChatController;
class SearchResultsModel;
class StoreController;
class Theme;

class ConversationList : public QFrame {
    Q_OBJECT
public:
    /// All live longer. Asks the store for its conversations when that is open.
    ConversationList(ChatController* controller, StoreController* store, Theme* theme, QWidget* parent = nullptr);

    /// Below the list (models, settings).
    void addFooter(QWidget* footer);
    void focusSearch();
    [[nodiscard]] ConversationListModel* model() noexcept { return &m_model; }
    [[nodiscard]] SearchResultsModel* results() const noexcept { return m_results; }

    // What a conversation's menu does, also for the one in the header. Questions do not block.
    void askName(const ConversationRecord& conversation);
    void askExport(const ConversationRecord& conversation, bool asJson);
    void askImport();
    /// Undone by the notice below the list, for some seconds.
    void remove(const ConversationRecord& conversation);
    void undoRemove();
    void setPinned(const ConversationRecord& conversation, bool pinned);
    void setFolder(const ConversationRecord& conversation, const QString& folder);
    void setName(const ConversationRecord& conversation, const QString& name);
    /// Written on another thread, whole or not at all.
    void exportTo(const QString& path, const ConversationRecord& conversation, bool asJson);
    void importFrom(const QString& path);

signals:
    /// Ctrl+N, so to say.
    void newRequested();
    void openRequested(const strata::ui::ConversationRecord& conversation, strata::ui::MessageId message);
    void exported(const QString& path);
    void failed(const strata::ui::Problem& problem);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Export {
        QString path;
        ConversationRecord conversation;
        bool asJson = false;
    };
    void build();
    void connectStore();
    void openRow(const QModelIndex& index);
    void openHit(const QModelIndex& index);
    void search();
    void showRemoved();
    void fillMenu(QMenu& menu, const ConversationRecord& conversation);
    void askFolder(const ConversationRecord& conversation);
    void change(const ConversationRecord& conversation);
    void showCurrent();
    void writeExport(const Export& order, const QList<MessageRecord>& messages);

    ChatController* m_controller;
    StoreController* m_store;
    Theme* m_theme;
    ConversationListModel m_model;
    SearchResultsModel* m_results;
    QPushButton* m_new;
    QLineEdit* m_words;
    QStackedWidget* m_stack;
    QListView* m_list;
    QListView* m_hits;
    QLabel* m_nothing;
    QFrame* m_notice;
    QLabel* m_noticeText;
    QBoxLayout* m_column;
    QTimer m_searchTimer;
    QTimer m_noticeTimer;
    RequestId m_searchRequest = 0;
    RequestId m_importRequest = 0;
    QHash<RequestId, Export> m_exports;
    QList<ConversationRecord> m_removed;  // the last one last; until the notice goes
};

}  // namespace strata::ui
