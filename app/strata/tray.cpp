#include "app/strata/tray.h"

#include "ui/memory/memory_words.h"
#include "ui/theme/live_words.h"

#include <QAction>
#include <QIcon>

namespace strata::app {

Tray::Tray(ui::MemoryController& memory, const ui::Theme& theme, QObject* parent) : QObject(parent), m_memory(memory) {
    QAction* show = m_menu.addAction(QString(), this, &Tray::showRequested);
    ui::followWords(theme, *show, [] { return tr("Show Strata"); }, &QAction::setText);
    m_yield =
        m_menu.addAction(theme.icon(QStringLiteral("yield")), QString(), &memory, &ui::MemoryController::toggleYield);
    m_menu.addSeparator();
    QAction* quit = m_menu.addAction(QString(), this, &Tray::quitRequested);
    ui::followWords(theme, *quit, [] { return tr("Quit"); }, &QAction::setText);
    m_icon.setIcon(QIcon(QStringLiteral(":/icons/strata.svg")));
    m_icon.setContextMenu(&m_menu);
    connect(&m_icon, &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger) emit showRequested();
    });
    connect(&m_icon, &QSystemTrayIcon::messageClicked, this, &Tray::showRequested);
    connect(&memory, &ui::MemoryController::changed, this, &Tray::refresh);
    connect(&theme, &ui::Theme::wordsChanged, this, &Tray::refresh);
    refresh();
    if (QSystemTrayIcon::isSystemTrayAvailable()) m_icon.show();
}

void Tray::tell(const QString& title, const QString& text) {
    if (m_icon.isVisible()) m_icon.showMessage(title, text, m_icon.icon());
}

void Tray::refresh() {
    m_yield->setText(m_memory.isYielded() ? tr("Take memory back") : tr("Yield memory"));
    m_yield->setEnabled(m_memory.hasModel());
    m_icon.setToolTip(m_memory.hasModel() ? tr("Strata: %1 of %2 MB")
                                                .arg(ui::megabytesFigure(m_memory.memory().totalBytes()),
                                                     ui::megabytesFigure(m_memory.maximumBytes()))
                                          : tr("Strata"));
}

}  // namespace strata::app
