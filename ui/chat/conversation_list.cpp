#include "ui/chat/conversation_list.h"

#include "ui/chat/chat_controller.h"
#include "ui/chat/search_results.h"
#include "ui/controllers/store_controller.h"
#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QContextMenuEvent>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

namespace strata::ui {
namespace {

constexpr int kTypingMs = 150;
constexpr int kUndoMs = 12'000;

QListView* makeList(QStyledItemDelegate* delegate, QAbstractItemModel* model, QWidget* parent) {
    auto* list = new QListView(parent);
    list->setModel(model);
    list->setItemDelegate(delegate);
    list->setMouseTracking(true);
    list->setFrameShape(QFrame::NoFrame);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    return list;
}

}  // namespace

ConversationList::ConversationList(ChatController* controller, StoreController* store, Theme* theme, QWidget* parent)
    : QFrame(parent),
      m_controller(controller),
      m_store(store),
      m_theme(theme),
      m_results(new SearchResultsModel(this)) {
    setLook(*this, Look::Sidebar);
    build();
    connectStore();
    store->loadConversations();
}

void ConversationList::build() {
    m_new = new QPushButton(this);
    setLook(*m_new, Look::Quiet);
    followWords(*m_theme, *m_new, [] { return tr("New chat"); }, &QAbstractButton::setText);
    setButtonIcon(*m_theme, *m_new, m_theme->icon(QStringLiteral("new_chat")));
    followWords(*m_theme, *m_new, [] { return tr("New chat"); }, &QWidget::setAccessibleName);
    followWords(
        *m_theme, *m_new, [this] { return m_theme->shortcuts().withKeys(tr("New chat"), ShortcutAction::NewChat); },
        &QWidget::setToolTip);
    m_new->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* more = new QToolButton(this);
    more->setIcon(m_theme->icon(QStringLiteral("import")));
    keepIconSize(*m_theme, *more, QSize(18, 18));
    followWords(
        *m_theme, *more, [] { return tr("Import a conversation"); }, &QWidget::setToolTip, &QWidget::setAccessibleName);
    connect(more, &QToolButton::clicked, this, &ConversationList::askImport);
    connect(m_new, &QPushButton::clicked, this, &ConversationList::newRequested);
    m_words = new QLineEdit(this);
    followWords(
        *m_theme, *m_words, [] { return tr("Search everything"); }, &QLineEdit::setPlaceholderText,
        &QWidget::setAccessibleName);
    m_words->setClearButtonEnabled(true);
    m_words->findChild<QToolButton*>()->setAccessibleName(tr("Clear"));
    m_words->installEventFilter(this);
    m_list = makeList(new ConversationDelegate(m_theme, this), &m_model, this);
    followWords(*m_theme, *m_list, [] { return tr("Conversations"); }, &QWidget::setAccessibleName);
    m_hits = makeList(new SearchHitDelegate(m_theme, this), m_results, this);
    followWords(*m_theme, *m_hits, [] { return tr("Search results"); }, &QWidget::setAccessibleName);
    m_nothing = new QLabel(this);
    m_nothing->setAlignment(Qt::AlignTop | Qt::AlignHCenter);
    m_nothing->setWordWrap(true);
    setLook(*m_nothing, Look::Secondary);
    m_stack = new QStackedWidget(this);
    for (QWidget* page :
         {static_cast<QWidget*>(m_list), static_cast<QWidget*>(m_hits), static_cast<QWidget*>(m_nothing)})
        m_stack->addWidget(page);
    m_notice = new QFrame(this);
    setLook(*m_notice, Look::Notice);
    m_noticeText = new QLabel(m_notice);
    m_noticeText->setTextFormat(Qt::PlainText);
    m_noticeText->setWordWrap(true);
    auto* undo = new QToolButton(m_notice);
    followWords(*m_theme, *undo, [] { return tr("Undo"); }, &QAbstractButton::setText);
    connect(undo, &QToolButton::clicked, this, &ConversationList::undoRemove);
    auto* noticeRow = new QHBoxLayout(m_notice);
    noticeRow->setContentsMargins(m_theme->space(Space::Small), m_theme->space(Space::Tiny),
                                  m_theme->space(Space::Tiny), m_theme->space(Space::Tiny));
    noticeRow->addWidget(m_noticeText, 1);
    noticeRow->addWidget(undo);
    m_notice->hide();
    auto* top = new QHBoxLayout;
    top->addWidget(m_new, 1);
    top->addWidget(more);
    m_column = new QVBoxLayout(this);
    m_column->setContentsMargins(m_theme->space(Space::Small), m_theme->space(Space::Small),
                                 m_theme->space(Space::Small), m_theme->space(Space::Small));
    m_column->setSpacing(m_theme->space(Space::Small));
    m_column->addLayout(top);
    m_column->addWidget(m_words);
    m_column->addWidget(m_stack, 1);
    m_column->addWidget(m_notice);
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kTypingMs);
    m_noticeTimer.setSingleShot(true);
    m_noticeTimer.setInterval(kUndoMs);
    connect(&m_searchTimer, &QTimer::timeout, this, &ConversationList::search);
    connect(&m_noticeTimer, &QTimer::timeout, this, [this] {
        m_removed.clear();
        showRemoved();
    });
    connect(m_words, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_list, &QListView::clicked, this, &ConversationList::openRow);
    connect(m_list, &QListView::activated, this, &ConversationList::openRow);
    connect(m_hits, &QListView::clicked, this, &ConversationList::openHit);
    connect(m_hits, &QListView::activated, this, &ConversationList::openHit);
    connect(m_theme, &Theme::changed, this, [this] {
        m_list->doItemsLayout();
        m_hits->doItemsLayout();
    });
    setMinimumWidth(200);
}

void ConversationList::connectStore() {
    connect(m_store, &StoreController::conversationsLoaded, this,
            [this](const QList<ConversationRecord>& conversations) {
                m_model.setConversations(conversations);
                showCurrent();
            });
    connect(m_store, &StoreController::conversationCreated, this,
            [this](RequestId request, const ConversationRecord& conversation) {
                m_model.put(conversation);
                showCurrent();
                if (!m_importRequest || request != m_importRequest) return;
                m_importRequest = 0;
                emit openRequested(conversation, 0);
            });
    connect(m_store, &StoreController::messageCreated, this, [this](RequestId, const MessageRecord& message) {
        const ConversationRecord* found = m_model.find(message.conversation);
        if (!found) return;
        ConversationRecord changed = *found;
        changed.updatedMs = message.createdMs;
        changed.leaf = message.id;
        m_model.put(changed);
        showCurrent();
    });
    connect(m_store, &StoreController::searched, this, [this](RequestId request, const QList<SearchHit>& hits) {
        if (request != m_searchRequest) return;
        m_results->setHits(hits);
        m_nothing->setText(tr("Nothing found for “%1”.").arg(m_words->text().trimmed()));
        m_stack->setCurrentWidget(hits.isEmpty() ? m_nothing : static_cast<QWidget*>(m_hits));
    });
    connect(m_store, &StoreController::messagesLoaded, this,
            [this](RequestId request, ConversationId, const QList<MessageRecord>& messages) {
                if (m_exports.contains(request)) writeExport(m_exports.take(request), messages);
            });
    connect(m_controller, &ChatController::conversationChanged, this, [this](const ConversationRecord& conversation) {
        if (conversation.id) m_model.put(conversation);
        showCurrent();
    });
    connect(m_controller, &ChatController::conversationOpened, this, &ConversationList::showCurrent);
    connect(m_store, &StoreController::changedElsewhere, m_store, &StoreController::loadConversations);
}

void ConversationList::showCurrent() {
    const int row = m_model.rowOf(m_controller->conversation().id);
    if (row >= 0) {
        m_list->setCurrentIndex(m_model.index(row));
    } else {
        m_list->clearSelection();
        m_list->setCurrentIndex({});
    }
}

void ConversationList::addFooter(QWidget* footer) {
    m_column->addWidget(footer);
}

void ConversationList::focusSearch() {
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

void ConversationList::openRow(const QModelIndex& index) {
    if (index.data(ConversationListModel::HeadingRole).toBool()) {
        const QString group = index.data(ConversationListModel::GroupRole).toString();
        m_model.setCollapsed(group, !index.data(ConversationListModel::CollapsedRole).toBool());
        return;
    }
    emit openRequested(index.data(ConversationListModel::RecordRole).value<ConversationRecord>(), 0);
}

void ConversationList::openHit(const QModelIndex& index) {
    const SearchHit hit = m_results->hit(index.row());
    const ConversationRecord* found = m_model.find(hit.conversation);
    if (found) emit openRequested(*found, hit.message);
}

void ConversationList::search() {
    const QString words = m_words->text().trimmed();
    if (words.isEmpty()) {
        m_searchRequest = 0;
        m_stack->setCurrentWidget(m_list);
        return;
    }
    m_searchRequest = m_store->search(words);
}

bool ConversationList::eventFilter(QObject* object, QEvent* event) {
    if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(object, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool showsHits = m_stack->currentWidget() == m_hits;
    if (key->key() == Qt::Key_Escape && !m_words->text().isEmpty()) {
        m_words->clear();
        return true;
    }
    if (key->key() == Qt::Key_Down) {
        QListView* list = showsHits ? m_hits : m_list;
        list->setFocus();
        if (!list->currentIndex().isValid()) list->setCurrentIndex(list->model()->index(0, 0));
        return true;
    }
    const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (isEnter && showsHits && m_results->rowCount() > 0) openHit(m_results->index(0));
    return isEnter || QFrame::eventFilter(object, event);
}

void ConversationList::contextMenuEvent(QContextMenuEvent* event) {
    const bool isMouse = event->reason() == QContextMenuEvent::Mouse;
    const QModelIndex index =
        isMouse ? m_list->indexAt(m_list->viewport()->mapFromGlobal(event->globalPos())) : m_list->currentIndex();
    if (m_stack->currentWidget() != m_list || !index.isValid() ||
        index.data(ConversationListModel::HeadingRole).toBool())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(*menu, index.data(ConversationListModel::RecordRole).value<ConversationRecord>());
    menu->popup(isMouse ? event->globalPos() : m_list->viewport()->mapToGlobal(m_list->visualRect(index).center()));
}

void ConversationList::fillMenu(QMenu& menu, const ConversationRecord& conversation) {
    menu.addAction(tr("Rename…"), this, [this, conversation] { askName(conversation); });
    menu.addAction(conversation.pinned ? tr("Unpin") : tr("Pin"), this,
                   [this, conversation] { setPinned(conversation, !conversation.pinned); });
    QMenu* folders = menu.addMenu(tr("Move to folder"));
    for (const QString& folder : m_model.folders()) {
        QAction* action =
            folders->addAction(folder, this, [this, conversation, folder] { setFolder(conversation, folder); });
        action->setEnabled(folder != conversation.folder);
    }
    if (!conversation.folder.isEmpty())
        folders->addAction(tr("No folder"), this, [this, conversation] { setFolder(conversation, {}); });
    folders->addAction(tr("New folder…"), this, [this, conversation] { askFolder(conversation); });
    menu.addSeparator();
    menu.addAction(tr("Export as Markdown…"), this, [this, conversation] { askExport(conversation, false); });
    menu.addAction(tr("Export as JSON…"), this, [this, conversation] { askExport(conversation, true); });
    menu.addSeparator();
    menu.addAction(tr("Delete"), this, [this, conversation] { remove(conversation); });
}

void ConversationList::askName(const ConversationRecord& conversation) {
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Rename conversation"));
    dialog->setLabelText(tr("Title"));
    dialog->setTextValue(conversation.title);
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, conversation](const QString& name) { setName(conversation, name); });
    dialog->open();
}

void ConversationList::askFolder(const ConversationRecord& conversation) {
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("New folder"));
    dialog->setLabelText(tr("Name"));
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, conversation](const QString& name) { setFolder(conversation, name.trimmed()); });
    dialog->open();
}

void ConversationList::change(const ConversationRecord& conversation) {
    m_controller->changeConversation(conversation);
    m_model.put(conversation);
    showCurrent();
}

void ConversationList::setName(const ConversationRecord& conversation, const QString& name) {
    if (name.trimmed().isEmpty()) return;
    ConversationRecord changed = conversation;
    changed.title = name.simplified().left(200);
    change(changed);
}

void ConversationList::setPinned(const ConversationRecord& conversation, bool pinned) {
    ConversationRecord changed = conversation;
    changed.pinned = pinned;
    change(changed);
}

void ConversationList::setFolder(const ConversationRecord& conversation, const QString& folder) {
    ConversationRecord changed = conversation;
    changed.folder = folder;
    change(changed);
}

void ConversationList::remove(const ConversationRecord& conversation) {
    m_controller->closeConversation(conversation.id);
    m_store->removeConversation(conversation.id);
    m_model.remove(conversation.id);
    m_removed.append(conversation);
    showRemoved();
}

void ConversationList::showRemoved() {
    m_notice->setVisible(!m_removed.isEmpty());
    if (m_removed.isEmpty()) return;
    const QString name = m_removed.last().title;
    const QString title = name.isEmpty() ? tr("Untitled") : name;
    m_noticeText->setText(tr("“%1” deleted.").arg(title.size() > 40 ? title.left(40) + QChar(0x2026) : title));
    m_noticeTimer.start();
}

void ConversationList::undoRemove() {
    if (m_removed.isEmpty()) return;
    const ConversationRecord last = m_removed.takeLast();
    m_store->restoreConversation(last.id);
    m_model.put(last);
    showRemoved();
}

}  // namespace strata::ui
