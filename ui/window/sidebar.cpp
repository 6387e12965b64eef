#include "ui/window/sidebar.h"

#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"
#include "ui/window/jobs_panel.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {

Sidebar::Sidebar(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme) {
    setObjectName(QStringLiteral("sidebar"));
    followWords(theme, *this, [] { return tr("Chats"); }, &QWidget::setAccessibleName);
    setLook(*this, Look::Sidebar);
    m_layout = new QVBoxLayout(this);
    const int margin = theme.space(Space::Medium);
    m_layout->setContentsMargins(margin, margin, margin, margin);
    m_layout->setSpacing(theme.space(Space::Small));
    m_conversations = new QWidget;
    m_jobs = new JobsPanel(theme);
    m_models = makeButton(QStringLiteral("library"), "modelsButton");
    m_settings = makeButton(QStringLiteral("settings"), "settingsButton");
    followWords(theme, *m_models, [] { return tr("Models"); }, &QAbstractButton::setText);
    followWords(theme, *m_settings, [] { return tr("Settings"); }, &QAbstractButton::setText);
    for (QPushButton* button : {m_models, m_settings}) {
        setLook(*button, Look::Quiet);
        button->setCheckable(true);
    }
    followWords(
        theme, *m_settings, [this] { return m_theme.shortcuts().withKeys(tr("Settings"), ShortcutAction::Settings); },
        &QWidget::setToolTip);
    connect(m_models, &QPushButton::clicked, this, [this] { emit pageRequested(Page::Library); });
    connect(m_settings, &QPushButton::clicked, this, [this] { emit pageRequested(Page::Settings); });
    auto* help = new QToolButton;
    help->setObjectName(QStringLiteral("helpButton"));
    help->setIcon(theme.icon(QStringLiteral("help"), ColourRole::SecondaryText));
    keepIconSize(theme, *help, QSize(20, 20));
    followWords(
        theme, *help, [this] { return m_theme.shortcuts().withKeys(tr("Keyboard shortcuts"), ShortcutAction::Help); },
        &QWidget::setToolTip);
    followWords(theme, *help, [] { return tr("Keyboard shortcuts"); }, &QWidget::setAccessibleName);
    connect(help, &QToolButton::clicked, this, &Sidebar::helpRequested);
    auto* collapse = new QToolButton;
    collapse->setObjectName(QStringLiteral("collapseList"));
    collapse->setIcon(theme.icon(QStringLiteral("panel_left"), ColourRole::SecondaryText));
    keepIconSize(theme, *collapse, QSize(20, 20));
    followWords(
        theme, *collapse,
        [this] { return m_theme.shortcuts().withKeys(tr("Hide the list of chats"), ShortcutAction::ToggleList); },
        &QWidget::setToolTip);
    followWords(theme, *collapse, [] { return tr("Hide the list of chats"); }, &QWidget::setAccessibleName);
    connect(collapse, &QToolButton::clicked, this, &Sidebar::collapseRequested);
    auto* last = new QHBoxLayout;
    last->setSpacing(theme.space(Space::Tiny));
    last->addWidget(m_settings, 1);
    last->addWidget(help);
    last->addWidget(collapse);
    m_layout->addWidget(m_conversations, 1);
    m_layout->addWidget(m_jobs);
    m_layout->addWidget(m_models);
    m_layout->addLayout(last);
}

QPushButton* Sidebar::makeButton(const QString& icon, const char* name) {
    auto* button = new QPushButton;
    button->setObjectName(QLatin1String(name));
    setButtonIcon(m_theme, *button, m_theme.icon(icon));
    connect(&m_theme, &Theme::changed, button, qOverload<>(&QWidget::update));
    return button;
}

void Sidebar::setConversations(QWidget* list) {
    delete m_layout->replaceWidget(m_conversations, list);
    delete m_conversations;
    m_conversations = list;
    m_layout->setStretchFactor(list, 1);
}

void Sidebar::setPage(Page page) {
    m_models->setChecked(page == Page::Library);
    m_settings->setChecked(page == Page::Settings);
}

}  // namespace strata::ui
