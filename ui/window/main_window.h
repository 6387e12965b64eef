// The window: three columns, pages, notices, drops and shortcuts. What its parts do is wired elsewhere.
#pragma once

#include "ui/theme/theme.h"
#include "ui/window/columns.h"
#include "ui/window/drop_overlay.h"
#include "ui/window/page.h"

#include <QMainWindow>
#include <QStringList>

class QStackedWidget;
class QToolButton;
class QVBoxLayout;

namespace strata::ui {

class MemoryController;
class MemoryPanel;
class MemoryStrip;
class NoticeBar;
class Sidebar;

/// What the window remembers of itself.
struct WindowState {
    QByteArray geometry;
    bool listOpen = true;
    bool memoryOpen = true;
};

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    MainWindow(MemoryController& memory, const Theme& theme);

    /// The window takes the widget. A page without one is empty.
    void setPageWidget(Page page, QWidget* widget);
    void showPage(Page page);
    [[nodiscard]] Page page() const noexcept { return m_page; }

    [[nodiscard]] Sidebar& sidebar() noexcept { return *m_sidebar; }
    [[nodiscard]] MemoryPanel& memoryPanel() noexcept { return *m_memoryPanel; }
    [[nodiscard]] NoticeBar& notices() noexcept { return *m_notices; }
    [[nodiscard]] Columns& columns() noexcept { return *m_columns; }
    /// What the drop overlay says of what hovers; see dropHovered().
    void setDropWords(const DropWords& words);

    [[nodiscard]] WindowState state() const;
    void restoreState(const WindowState& state);

signals:
    void pageChanged(strata::ui::Page page);
    void newChatRequested();
    void searchRequested();
    void composerRequested();
    /// Escape, where nothing that has the focus takes it.
    void escapePressed();
    void dropHovered(const QStringList& paths);
    void dropped(const QStringList& paths);
    void stateChanged();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void resizeEvent(QResizeEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    [[nodiscard]] QWidget* buildCentre();
    [[nodiscard]] QWidget* buildRail();
    [[nodiscard]] QToolButton* railButton(const char* icon, const char* name);
    void addShortcuts();
    void connectParts();
    void togglePage(Page page);
    void startChat();
    void refreshToggles();
    void nextColumn(int direction);
    void toggle(Side side);
    void showShortcuts();

    MemoryController& m_memory;
    const Theme& m_theme;
    Columns* m_columns = nullptr;
    Sidebar* m_sidebar = nullptr;
    MemoryPanel* m_memoryPanel = nullptr;
    MemoryStrip* m_strip = nullptr;
    NoticeBar* m_notices = nullptr;
    DropOverlay* m_overlay = nullptr;
    QStackedWidget* m_pages = nullptr;
    QWidget* m_rail = nullptr;
    Page m_page = Page::Chat;
};

}  // namespace strata::ui
