#include "ui/window/main_window.h"

#include "ui/controllers/memory_controller.h"
#include "ui/memory/memory_panel.h"
#include "ui/memory/memory_slider.h"
#include "ui/memory/memory_strip.h"
#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"
#include "ui/window/notice_bar.h"
#include "ui/window/shortcuts.h"
#include "ui/window/sidebar.h"
#include "ui/window/tab_order.h"

#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <functional>
#include <utility>

namespace strata::ui {
namespace {

constexpr QSize kSmallest(720, 520);
constexpr QSize kFirstSize(1280, 820);
constexpr QSize kFrame(16, 56);  // what a window manager may add, and a panel that it does not tell of

/// The first control of a page, in the order of the Tab key.
void focusFirst(QWidget* page) {
    orderTabs(*page->window());
    for (QWidget* next = page->nextInFocusChain(); next != page; next = next->nextInFocusChain()) {
        if (!page->isAncestorOf(next) || !next->isVisible() || (next->focusPolicy() & Qt::TabFocus) == 0) continue;
        return next->setFocus(Qt::ShortcutFocusReason);
    }
}

QStringList localPaths(const QMimeData* data) {
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    return paths;
}

}  // namespace

MainWindow::MainWindow(MemoryController& memory, const Theme& theme) : m_memory(memory), m_theme(theme) {
    setObjectName(QStringLiteral("mainWindow"));
    followWords(theme, *this, [] { return tr("Strata"); }, &QWidget::setWindowTitle);
    setWindowIcon(QIcon(QStringLiteral(":/icons/strata.svg")));
    setMinimumSize(kSmallest);
    resize(kFirstSize.boundedTo(screen()->availableSize() - kFrame).expandedTo(kSmallest));
    setAcceptDrops(true);
    m_sidebar = new Sidebar(theme);
    m_memoryPanel = new MemoryPanel(memory, theme);
    m_columns = new Columns(theme, m_sidebar, buildCentre(), m_memoryPanel);
    setCentralWidget(m_columns);
    m_overlay = new DropOverlay(theme, this);
    connectParts();
    addShortcuts();
    refreshToggles();
}

QToolButton* MainWindow::railButton(const char* icon, const char* name) {
    auto* button = new QToolButton;
    button->setObjectName(QLatin1String(name));
    button->setIcon(m_theme.icon(QLatin1String(icon), ColourRole::SecondaryText));
    keepIconSize(m_theme, *button, QSize(20, 20));
    return button;
}

/// What stays of the list column when it is closed.
QWidget* MainWindow::buildRail() {
    auto* rail = new QWidget;
    rail->setObjectName(QStringLiteral("rail"));
    auto* layout = new QVBoxLayout(rail);
    const int margin = m_theme.space(Space::Small);
    layout->setContentsMargins(margin, m_theme.space(Space::Medium), margin, m_theme.space(Space::Medium));
    layout->setSpacing(margin);
    auto* open = railButton("panel_left", "openList");
    auto* newChat = railButton("new_chat", "railNewChat");
    auto* models = railButton("library", "railModels");
    auto* settings = railButton("settings", "railSettings");
    const auto name = [this](QWidget& button, ShortcutAction action, auto words) {
        followWords(m_theme, button, words, &QWidget::setAccessibleName);
        const auto tip = [this, words, action] { return m_theme.shortcuts().withKeys(words(), action); };
        followWords(m_theme, button, tip, &QWidget::setToolTip);
    };
    name(*open, ShortcutAction::ToggleList, [] { return tr("Show the list of chats"); });
    name(*newChat, ShortcutAction::NewChat, [] { return tr("Start a new chat"); });
    name(*models, ShortcutAction::Models, [] { return tr("Models"); });
    name(*settings, ShortcutAction::Settings, [] { return tr("Settings"); });
    layout->addWidget(open);
    layout->addWidget(newChat);
    layout->addStretch(1);
    layout->addWidget(models);
    layout->addWidget(settings);
    connect(open, &QToolButton::clicked, this, [this] { m_columns->setOpen(Side::Left, true); });
    connect(newChat, &QToolButton::clicked, this, &MainWindow::startChat);
    connect(models, &QToolButton::clicked, this, [this] { togglePage(Page::Library); });
    connect(settings, &QToolButton::clicked, this, [this] { togglePage(Page::Settings); });
    return rail;
}

QWidget* MainWindow::buildCentre() {
    auto* centre = new QWidget;
    centre->setObjectName(QStringLiteral("centre"));
    auto* across = new QHBoxLayout(centre);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(0);
    m_rail = buildRail();
    across->addWidget(m_rail);
    auto* layout = new QVBoxLayout;
    layout->setSpacing(0);
    across->addLayout(layout, 1);
    m_notices = new NoticeBar(m_theme);
    auto* margin = new QHBoxLayout;
    const int side = m_theme.space(Space::Large);
    margin->setContentsMargins(side, m_theme.space(Space::Small), side, 0);
    margin->addWidget(m_notices);
    layout->addLayout(margin);
    m_pages = new QStackedWidget;
    for (int index = 0; index <= static_cast<int>(Page::Settings); ++index) m_pages->addWidget(new QWidget);
    layout->addWidget(m_pages, 1);
    m_strip = new MemoryStrip(m_memory, m_theme);
    layout->addWidget(m_strip);
    return centre;
}

void MainWindow::connectParts() {
    connect(m_sidebar, &Sidebar::pageRequested, this, &MainWindow::togglePage);
    connect(m_sidebar, &Sidebar::collapseRequested, this, [this] { m_columns->setOpen(Side::Left, false); });
    connect(m_sidebar, &Sidebar::helpRequested, this, &MainWindow::showShortcuts);
    connect(m_memoryPanel, &MemoryPanel::collapseRequested, this, [this] { m_columns->setOpen(Side::Right, false); });
    connect(m_strip, &MemoryStrip::expandRequested, this, [this] { m_columns->setOpen(Side::Right, true); });
    connect(m_columns, &Columns::openChanged, this, [this] {
        refreshToggles();
        emit stateChanged();
    });
}

void MainWindow::refreshToggles() {
    m_rail->setVisible(!m_columns->isOpen(Side::Left));
    m_strip->setVisible(!m_columns->isOpen(Side::Right));
}

void MainWindow::toggle(Side side) {
    m_columns->setOpen(side, !m_columns->isOpen(side));
}

void MainWindow::setPageWidget(Page page, QWidget* widget) {
    const int index = static_cast<int>(page);
    QWidget* old = m_pages->widget(index);
    m_pages->insertWidget(index, widget);
    m_pages->removeWidget(old);
    delete old;
    m_pages->setCurrentIndex(static_cast<int>(m_page));
}

void MainWindow::startChat() {
    showPage(Page::Chat);
    emit newChatRequested();
}

void MainWindow::togglePage(Page page) {
    showPage(page == m_page ? Page::Chat : page);
}

void MainWindow::showPage(Page page) {
    m_pages->setCurrentIndex(static_cast<int>(page));
    m_sidebar->setPage(page);
    if (std::exchange(m_page, page) == page) return;
    refreshToggles();
    emit pageChanged(page);
}

void MainWindow::setDropWords(const DropWords& words) {
    m_overlay->setWords(words);
}

WindowState MainWindow::state() const {
    return {saveGeometry(), m_columns->isWanted(Side::Left), m_columns->isWanted(Side::Right)};
}

void MainWindow::restoreState(const WindowState& state) {
    if (!state.geometry.isEmpty()) restoreGeometry(state.geometry);
    m_columns->setWanted(Side::Left, state.listOpen);
    m_columns->setWanted(Side::Right, state.memoryOpen);
    refreshToggles();
}

void MainWindow::addShortcuts() {
    const auto bind = [this](ShortcutAction action, const std::function<void()>& act) {
        m_theme.shortcuts().bind(action, *this, Qt::WindowShortcut, act);
    };
    bind(ShortcutAction::NewChat, [this] { startChat(); });
    bind(ShortcutAction::Search, [this] {
        m_columns->setOpen(Side::Left, true);
        emit searchRequested();
    });
    bind(ShortcutAction::ToggleMemory, [this] {
        toggle(Side::Right);
        if (m_columns->isOpen(Side::Right)) m_memoryPanel->slider().setFocus(Qt::ShortcutFocusReason);
    });
    bind(ShortcutAction::ToggleList, [this] { toggle(Side::Left); });
    bind(ShortcutAction::YieldMemory, [this] { m_memory.toggleYield(); });
    const auto bindPage = [this, bind](ShortcutAction action, Page page) {
        bind(action, [this, page] {
            showPage(page);
            focusFirst(m_pages->currentWidget());
        });
    };
    bindPage(ShortcutAction::Settings, Page::Settings);
    bindPage(ShortcutAction::Models, Page::Library);
    bind(ShortcutAction::NextColumn, [this] { nextColumn(1); });
    bind(ShortcutAction::PreviousColumn, [this] { nextColumn(-1); });
    bind(ShortcutAction::Help, [this] { showShortcuts(); });
}

/// F6 goes round: list, page, memory.
void MainWindow::nextColumn(int direction) {
    QWidget* const stops[] = {m_sidebar, m_pages, &m_memoryPanel->slider()};
    const QWidget* focus = focusWidget();
    int at = 1;
    if (m_sidebar->isAncestorOf(focus)) at = 0;
    if (m_memoryPanel->isAncestorOf(focus)) at = 2;
    for (int tries = 0; tries < 3; ++tries) {
        at = (at + direction + 3) % 3;
        if (!stops[at]->isVisible()) continue;
        if (at == 1 && m_page == Page::Chat) return emit composerRequested();
        if (at < 2) return focusFirst(at == 0 ? m_sidebar : m_pages->currentWidget());
        return stops[at]->setFocus(Qt::ShortcutFocusReason);
    }
}

void MainWindow::showShortcuts() {
    auto* page = new ShortcutsDialog(m_theme, this);
    page->setAttribute(Qt::WA_DeleteOnClose);
    page->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QStringList paths = localPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    m_overlay->setWords(dropWords({}, nullptr));
    m_overlay->setGeometry(rect());
    m_overlay->raise();
    m_overlay->show();
    emit dropHovered(paths);
}

void MainWindow::dragMoveEvent(QDragMoveEvent* event) {
    // What cannot be used may be dropped too: the notice then says why at leisure.
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    m_overlay->hide();
}

void MainWindow::dropEvent(QDropEvent* event) {
    m_overlay->hide();
    const QStringList paths = localPaths(event->mimeData());
    if (paths.isEmpty()) return;
    event->acceptProposedAction();
    emit dropped(paths);
}

void MainWindow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) return emit escapePressed();
    QMainWindow::keyPressEvent(event);
}

bool MainWindow::focusNextPrevChild(bool next) {
    orderTabs(*this);
    return QMainWindow::focusNextPrevChild(next);
}

void MainWindow::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    m_overlay->setGeometry(rect());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    emit stateChanged();
    QMainWindow::closeEvent(event);
}

}  // namespace strata::ui
