// Compressions and downloads under way, at the foot of the list column.
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>
#include <QHash>
#include <QString>

class QLabel;
class QProgressBar;
class QToolButton;
class QVBoxLayout;

namespace strata::ui {

/// What a row shows. The panel does not know what kind of job it is.
struct JobView {
    QString title;  ///< "Compressing SmolLM2 135M"
    QString text;   ///< "layer 12 of 30 · 3 minutes left"
    double fraction = 0;
    bool running = true;  ///< else paused or failed
    bool failed = false;
    bool done = false;
    bool pausable = true;
};

class JobsPanel : public QFrame {
    Q_OBJECT
public:
    explicit JobsPanel(const Theme& theme, QWidget* parent = nullptr);
    void setJob(const QString& key, const JobView& view);
    void removeJob(const QString& key);
    [[nodiscard]] bool isEmpty() const noexcept { return m_rows.isEmpty(); }

signals:
    void pauseRequested(const QString& key);
    void resumeRequested(const QString& key);
    void cancelRequested(const QString& key);
    void opened(const QString& key);

private:
    struct Row {
        QFrame* frame = nullptr;
        QLabel* title = nullptr;
        QLabel* text = nullptr;
        QProgressBar* bar = nullptr;
        QToolButton* pause = nullptr;
        QToolButton* cancel = nullptr;
        bool running = true;
    };
    [[nodiscard]] Row makeRow(const QString& key);
    const Theme& m_theme;
    QVBoxLayout* m_layout;
    QHash<QString, Row> m_rows;
};

}  // namespace strata::ui
