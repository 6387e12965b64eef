#include "ui/chat/chat_page.h"

#include "ui/chat/chat_accessible.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/composer.h"
#include "ui/chat/empty_chat.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/link_dialog.h"
#include "ui/chat/message_bar.h"
#include "ui/chat/sampling_panel.h"
#include "ui/controllers/engine_controller.h"
#include "ui/controllers/store_controller.h"
#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QStackedWidget>
#include <QToolButton>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr auto kEnterKey = "chat/enterSends";

template <class Words>
QToolButton* iconButton(Theme& theme, const char* icon, Words words, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setIcon(theme.icon(QLatin1String(icon)));
    followWords(theme, *button, words, &QWidget::setToolTip, &QWidget::setAccessibleName);
    return button;
}

}  // namespace

ChatPage::ChatPage(EngineController* engine, StoreController* store, Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_engine(engine),
      m_store(store),
      m_theme(theme),
      m_controller(new ChatController(engine, store, this)),
      m_view(new ChatView(theme, this)),
      m_composer(new Composer(theme, this)),
      m_find(new FindBar(theme, m_view, this)),
      m_header(new QWidget(this)),
      m_notice(new QFrame(this)),
      m_noticeText(new QLabel(m_notice)),
      m_undo(new QToolButton(m_notice)),
      m_stack(new QStackedWidget(this)),
      m_empty(new EmptyChat(*theme, this)),
      m_column(new QWidget(this)) {
    installChatAccessibility();
    buildHeader();
    buildBody();
    connectController();
    addShortcuts();
    m_view->setModel(m_controller->messages());
    readSettings();
    updateHeader();
    updateState();
    updateBody();
}

ChatPage::~ChatPage() = default;

void ChatPage::buildHeader() {
    m_model = new QToolButton(m_header);
    m_model->setObjectName(QStringLiteral("modelButton"));
    m_model->setPopupMode(QToolButton::InstantPopup);
    m_model->setToolButtonStyle(Qt::ToolButtonTextOnly);
    followWords(*m_theme, *m_model, [] { return tr("Model"); }, &QWidget::setAccessibleName);
    connect(m_model, &QToolButton::clicked, this, [this] {
        if (!m_model->menu()) emit modelWanted();
    });
    m_title = new QLabel(m_header);
    m_title->setTextFormat(Qt::PlainText);
    setLook(*m_title, Look::Secondary);
    m_settings = iconButton(*m_theme, "sampling", [] { return tr("How answers are written"); }, m_header);
    connect(m_settings, &QToolButton::clicked, this, &ChatPage::openSampling);
    m_more = iconButton(*m_theme, "menu", [] { return tr("This conversation"); }, m_header);
    m_menu = new QMenu(m_more);
    m_more->setMenu(m_menu);
    m_more->setPopupMode(QToolButton::InstantPopup);
    connect(m_menu, &QMenu::aboutToShow, this, &ChatPage::fillConversationMenu);
    auto* row = new QHBoxLayout(m_header);
    row->setContentsMargins(m_theme->space(Space::Medium), m_theme->space(Space::Small), m_theme->space(Space::Medium),
                            m_theme->space(Space::Small));
    row->addWidget(m_model);
    row->addWidget(m_title, 1);
    row->addWidget(m_settings);
    row->addWidget(m_more);
}

void ChatPage::buildBody() {
    setLook(*m_notice, Look::Notice);
    m_noticeText->setWordWrap(true);
    m_noticeText->setTextFormat(Qt::PlainText);
    followWords(*m_theme, *m_undo, [] { return tr("Undo"); }, &QAbstractButton::setText);
    QToolButton* close = iconButton(*m_theme, "close", [] { return tr("Close"); }, m_notice);
    auto* noticeRow = new QHBoxLayout(m_notice);
    noticeRow->addWidget(m_noticeText, 1);
    noticeRow->addWidget(m_undo);
    noticeRow->addWidget(close);
    m_notice->hide();
    connect(close, &QToolButton::clicked, this, &ChatPage::closeNotice);
    connect(m_undo, &QToolButton::clicked, m_controller, &ChatController::undoRemove);

    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_view);
    m_toEnd = iconButton(*m_theme, "chevron_down", [] { return tr("To the end"); }, m_stack);
    m_toEnd->setObjectName(QStringLiteral("toEnd"));
    m_toEnd->hide();
    connect(m_toEnd, &QToolButton::clicked, m_view, &ChatView::scrollToEnd);
    connect(m_view, &ChatView::atEndChanged, this, [this](bool) { updateColumn(); });

    auto* below = new QVBoxLayout(m_column);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(m_theme->space(Space::Small));
    below->addWidget(m_notice);
    below->addWidget(m_composer);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, m_theme->space(Space::Medium));
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_find);
    column->addWidget(m_stack, 1);
    auto* centred = new QHBoxLayout;
    centred->setContentsMargins(m_theme->space(Space::Wide), 0, m_theme->space(Space::Wide), 0);
    centred->addStretch(1);
    centred->addWidget(m_column, 1000);
    centred->addStretch(1);
    column->addLayout(centred);
}

void ChatPage::connectController() {
    connect(m_controller, &ChatController::conversationOpened, this, [this] {
        endEdit();
        m_view->setModel(m_controller->messages());
        m_composer->setText(m_controller->conversation().draft);
        m_notice->hide();
        watchMessages();
        updateHeader();
        updateBody();
        emit conversationShown(m_controller->conversation().id);
    });
    watchMessages();
    connect(m_controller, &ChatController::messagesLoaded, this, [this](NodeId node) {
        updateBody();
        if (node) m_view->scrollToMessage(node);
    });
    connect(m_controller, &ChatController::conversationChanged, this, [this] {
        updateHeader();
        emit conversationShown(m_controller->conversation().id);
    });
    connect(m_controller, &ChatController::stateChanged, this, &ChatPage::updateState);
    connect(m_controller, &ChatController::queuedChanged, this,
            [this] { m_composer->setQueued(m_controller->queuedText()); });
    connect(m_controller, &ChatController::prefillProgressed, this, [this](double fraction) {
        m_prefill = fraction;
        m_view->setBusyText(busyText());
    });
    connect(m_controller, &ChatController::answerFailed, this, &ChatPage::showProblem);
    connect(m_controller, &ChatController::undoableRemovesChanged, this, &ChatPage::showUndo);
    connect(m_empty, &EmptyChat::promptChosen, this, [this](const QString& prompt, bool waitsForText) {
        if (!waitsForText) return send(prompt);
        m_composer->setText(prompt);
        focusComposer();
    });
    connect(m_composer, &Composer::sendRequested, this, &ChatPage::send);
    connect(m_composer, &Composer::stopRequested, m_controller, &ChatController::stop);
    connect(m_composer, &Composer::queueCancelled, m_controller, &ChatController::cancelQueued);
    connect(m_composer, &Composer::editingCancelled, this, &ChatPage::endEdit);
    connect(m_composer, &Composer::draftChanged, m_controller, &ChatController::setDraft);
    connect(m_view, &ChatView::actionRequested, this, &ChatPage::act);
    connect(m_view, &ChatView::linkActivated, this, &ChatPage::openLink);
    connect(m_engine, &EngineController::stateChanged, this, &ChatPage::updateState);
    connect(m_engine, &EngineController::yieldedChanged, this, &ChatPage::updateState);
    connect(m_engine, &EngineController::loaded, this, &ChatPage::updateHeader);
    connect(m_engine, &EngineController::ejected, this, &ChatPage::updateHeader);
    connect(m_engine, &EngineController::memoryChanged, this, [this](const MemorySnapshot& memory) {
        m_composer->setContext(memory.contextTokens, memory.contextLength);
    });
    connect(m_store, &StoreController::settingsLoaded, this, &ChatPage::readSettings);
    connect(m_theme, &Theme::changed, this, &ChatPage::updateColumn);
    connect(m_theme, &Theme::wordsChanged, this, [this] {
        updateState();
        // It holds nothing that is not stored, and comes back in the other language.
        const bool isOpen = m_sampling && m_sampling->isVisible();
        delete m_sampling;
        if (isOpen) openSampling();
    });
}

void ChatPage::watchMessages() {
    const ChatTreeModel* messages = m_controller->messages();
    connect(messages, &QAbstractItemModel::rowsInserted, this, &ChatPage::updateBody);
    connect(messages, &QAbstractItemModel::rowsRemoved, this, &ChatPage::updateBody);
    connect(messages, &QAbstractItemModel::modelReset, this, &ChatPage::updateBody);
}

void ChatPage::readSettings() {
    m_composer->setEnterSends(m_store->setting(QLatin1String(kEnterKey), true).toBool());
    if (m_composer->text().isEmpty()) m_composer->setText(m_controller->conversation().draft);
}

void ChatPage::addShortcuts() {
    const auto bind = [this](ShortcutAction action, const std::function<void()>& act) {
        m_theme->shortcuts().bind(action, *this, Qt::WidgetWithChildrenShortcut, act);
    };
    bind(ShortcutAction::Stop, [this] { escape(); });
    bind(ShortcutAction::LastMessage, [this] { editLastMessage(); });
    // From the columns beside it too.
    m_theme->shortcuts().bind(ShortcutAction::Find, *this, Qt::WindowShortcut, [this] { startFind(); });
}

void ChatPage::escape() {
    if (m_find->isVisible() && m_find->isAncestorOf(focusWidget())) return m_find->stop();
    if (m_composer->isEditing()) return endEdit();
    if (m_view->hasFocus() && m_view->hasSelection()) return m_view->clearSelection();
    if (m_controller->state() != ChatController::State::Idle) return m_controller->stop();
    if (m_find->isVisible()) m_find->stop();
}

void ChatPage::setModelMenu(QMenu* menu) {
    m_model->setMenu(menu);
}

void ChatPage::setExpectation(const QString& words) {
    m_expectation = words;
    updateState();
}

void ChatPage::setFooter(QWidget* footer) {
    m_column->layout()->addWidget(footer);
}

void ChatPage::newConversation() {
    m_controller->newConversation();
    focusComposer();
}

void ChatPage::openConversation(const ConversationRecord& conversation, MessageId message) {
    m_controller->openConversation(conversation, message);
}

void ChatPage::focusComposer() {
    m_composer->edit()->setFocus(Qt::ShortcutFocusReason);
}

void ChatPage::focusMessages() {
    m_view->setFocus(Qt::ShortcutFocusReason);
}

void ChatPage::startFind() {
    m_find->start();
}

void ChatPage::send(const QString& text) {
    if (m_controller->isLoading()) return;
    if (m_composer->isEditing()) {
        const NodeId node = m_edited;
        endEdit();
        m_controller->edit(node, text);
    } else {
        m_composer->clear();
        m_controller->send(text);
    }
    m_view->scrollToEnd();
    if (m_controller->state() == ChatController::State::Waiting && m_engine->state() == EngineState::Empty)
        emit modelWanted();
}

void ChatPage::editLastMessage() {
    const ChatTreeModel* model = m_controller->messages();
    for (int row = model->rowCount() - 1; row >= 0; --row) {
        if (model->index(row).data(ChatTreeModel::SpeakerRole).toInt() != static_cast<int>(Role::User)) continue;
        beginEdit(model->nodeAt(row));
        return;
    }
}

void ChatPage::beginEdit(NodeId node) {
    if (m_controller->state() != ChatController::State::Idle) return;
    m_edited = node;
    m_composer->setEditing(true);
    m_composer->setText(m_controller->messages()->tree().record(node).text);
    focusComposer();
}

/// The draft that was there before comes back.
void ChatPage::endEdit() {
    if (!m_composer->isEditing()) return;
    m_edited = 0;
    const QString draft = m_controller->draft();
    m_composer->setText(draft);
    m_composer->setEditing(false);
}

void ChatPage::act(NodeId node, MessageAction action) {
    switch (action) {
        case MessageAction::Regenerate:
            return m_controller->regenerate(node);
        case MessageAction::Edit:
            return beginEdit(node);
        case MessageAction::Continue:
            return m_controller->continueAnswer(node);
        case MessageAction::Delete:
            return m_controller->remove(node);
        case MessageAction::PreviousVersion:
            return m_controller->showVersion(node, -1);
        case MessageAction::NextVersion:
            return m_controller->showVersion(node, 1);
        case MessageAction::Copy:
        case MessageAction::CopyMarkdown:
            return;
    }
}

void ChatPage::openLink(const QUrl& url) {
    askAndOpenLink(url, this);
}

void ChatPage::showProblem(const Problem& problem) {
    QStringList lines{problem.title};
    if (!problem.remedy.isEmpty()) lines.append(problem.remedy);
    m_noticeText->setText(lines.join(u'\n'));
    m_noticeText->setToolTip(problem.detail.toHtmlEscaped());
    m_undo->hide();
    m_notice->show();
}

void ChatPage::showUndo(int count) {
    if (count == 0) {
        if (m_undo->isVisibleTo(m_notice)) m_notice->hide();
        return;
    }
    m_noticeText->setText(count == 1 ? tr("Message deleted, with all that followed it.")
                                     : tr("Deleted %1 times; the last one comes back first.").arg(count));
    m_noticeText->setToolTip({});
    m_undo->show();
    m_notice->show();
}

/// A problem may stand before what can be undone.
void ChatPage::closeNotice() {
    m_notice->hide();
    if (m_undo->isVisibleTo(m_notice))
        m_controller->forgetRemoved();
    else
        showUndo(m_controller->undoableRemoves());
}

void ChatPage::updateHeader() {
    const StackSummary& stack = m_engine->stack();
    const bool hasModel = !stack.path.isEmpty();
    const int margins = 2 * m_theme->space(Space::Medium) + 3 * m_theme->space(Space::Small);
    const int room = width() - m_settings->sizeHint().width() - m_more->sizeHint().width() - margins;
    // A long name leaves a third to the title. Both are cut at their end, which says less than the beginning.
    const QString arrow = QStringLiteral("  ▾");
    const QString name = hasModel ? stack.name : tr("Choose a model");
    const QFontMetrics metrics = m_model->fontMetrics();
    const int widest = room * 2 / 3 - metrics.horizontalAdvance(arrow) - m_theme->space(Space::Small);
    m_model->setText(metrics.elidedText(name, Qt::ElideRight, std::max(widest, 0)) + arrow);
    m_model->setToolTip(name.toHtmlEscaped());
    const QString title = m_controller->conversation().title;
    m_title->setText(
        m_title->fontMetrics().elidedText(title, Qt::ElideRight, std::max(room - m_model->sizeHint().width(), 0)));
    m_title->setToolTip(title.toHtmlEscaped());
}

QString ChatPage::busyText() const {
    if (m_engine->holdsAnswers() && m_controller->state() != ChatController::State::Idle)
        return tr("Held while its memory is yielded; take it back to go on");
    switch (m_controller->state()) {
        case ChatController::State::Waiting:
            if (!m_expectation.isEmpty()) return m_expectation;
            return m_engine->state() == EngineState::Loading
                       ? tr("Waiting for the model to load…")
                       : tr("Waiting for a model: choose one at the top of the window");
        case ChatController::State::Reading:
            if (m_prefill > 0) return tr("Reading the conversation… %1 %").arg(qRound(m_prefill * 100));
            return tr("Reading…");
        default:
            return {};
    }
}

void ChatPage::updateState() {
    const ChatController::State state = m_controller->state();
    if (state != ChatController::State::Reading) m_prefill = 0;
    m_composer->setAnswering(state != ChatController::State::Idle);
    m_view->setBusyText(busyText());
    const bool canAnswer = m_engine->state() != EngineState::Empty && state == ChatController::State::Idle &&
                           !m_controller->isAnsweringElsewhere();
    m_view->setCanAnswer(canAnswer);
    updateHeader();
}

void ChatPage::updateBody() {
    const bool isEmpty = m_controller->messages()->rowCount() == 0 && !m_controller->isLoading();
    m_stack->setCurrentWidget(isEmpty ? static_cast<QWidget*>(m_empty) : m_view);
    updateColumn();
}

void ChatPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    updateColumn();
}

/// The composer is as wide as the text above it.
void ChatPage::updateColumn() {
    updateHeader();
    const int iconSize = qRound(20 * m_theme->fontScale());
    for (QToolButton* button : {m_settings, m_more, m_toEnd}) button->setIconSize(QSize(iconSize, iconSize));
    m_column->setMaximumWidth(qRound(760 * m_theme->fontScale()) + 2 * m_theme->space(Space::Medium));
    const QSize size = m_toEnd->sizeHint();
    m_toEnd->setGeometry(
        QRect(QPoint((m_stack->width() - size.width()) / 2, m_stack->height() - size.height() - 8), size));
    m_toEnd->setVisible(m_stack->currentWidget() == m_view && !m_view->isAtEnd());
    m_toEnd->raise();
    m_toEnd->setStyleSheet(
        QStringLiteral("#toEnd { background: %1; border: 1px solid %2; border-radius: %3px; }")
            .arg(m_theme->colour(ColourRole::Surface).name(), m_theme->colour(ColourRole::Border).name())
            .arg(size.height() / 2));
}

void ChatPage::openSampling() {
    if (!m_sampling) m_sampling = new SamplingPanel(m_controller, m_store, m_theme, this);
    m_sampling->show();
    m_sampling->raise();
    m_sampling->activateWindow();
}

void ChatPage::fillConversationMenu() {
    m_menu->clear();
    const ConversationRecord conversation = m_controller->conversation();
    m_menu->addAction(tr("Find in this conversation…"), m_theme->shortcuts().keys(ShortcutAction::Find), this,
                      &ChatPage::startFind);
    m_menu->addAction(tr("How answers are written…"), this, &ChatPage::openSampling);
    QAction* recompute = m_menu->addAction(tr("Before the next answer, read the conversation anew"), this,
                                           [this](bool on) { m_controller->recomputeContext(on); });
    recompute->setCheckable(true);
    recompute->setChecked(m_controller->willRecompute());
    recompute->setToolTip(tr("What was read with less memory is then read again, with the quality of that time"));
    m_menu->setToolTipsVisible(true);
    m_menu->addSeparator();
    const bool isStored = conversation.id != 0;
    const auto add = [&](const QString& text, auto&& action) {
        m_menu->addAction(text, this, action)->setEnabled(isStored);
    };
    add(tr("Rename…"), [this, conversation] { emit renameRequested(conversation); });
    add(tr("Export as Markdown…"), [this, conversation] { emit exportRequested(conversation, false); });
    add(tr("Export as JSON…"), [this, conversation] { emit exportRequested(conversation, true); });
    add(tr("Delete"), [this, conversation] { emit removeRequested(conversation); });
}

}  // namespace strata::ui
