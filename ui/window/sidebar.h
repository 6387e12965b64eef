// The left column: conversations, jobs, and the ways to the other pages.
#pragma once

#include "ui/theme/theme.h"
#include "ui/window/page.h"

#include <QFrame>

class QPushButton;
class QVBoxLayout;

namespace strata::ui {

class JobsPanel;

class Sidebar : public QFrame {
    Q_OBJECT
public:
    explicit Sidebar(const Theme& theme, QWidget* parent = nullptr);
    /// Takes the place above the jobs.
    void setConversations(QWidget* list);
    [[nodiscard]] JobsPanel& jobs() noexcept { return *m_jobs; }
    void setPage(Page page);

signals:
    void collapseRequested();
    void pageRequested(strata::ui::Page page);
    void helpRequested();

private:
    [[nodiscard]] QPushButton* makeButton(const QString& icon, const char* name);

    const Theme& m_theme;
    QVBoxLayout* m_layout;
    QWidget* m_conversations = nullptr;
    JobsPanel* m_jobs = nullptr;
    QPushButton* m_models = nullptr;
    QPushButton* m_settings = nullptr;
};

}  // namespace strata::ui
