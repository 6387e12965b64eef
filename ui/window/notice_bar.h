// What happened, above the page: one message at a time, each with words, an icon and at most one thing to do.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/theme/theme.h"

#include <QFrame>
#include <QTimer>
#include <deque>
#include <functional>

class QLabel;
class QPushButton;

namespace strata::ui {

enum class NoticeKind : int { Information, Success, Warning, Error };

struct Notice {
    NoticeKind kind = NoticeKind::Information;
    QString title;
    QString text;        ///< what to do; may be empty
    QString detail;      ///< for a report; shown on hover
    QString actionText;  ///< empty: no button
    std::function<void()> action;
    int showMs = 0;  ///< 0 = until it is closed
};

[[nodiscard]] Notice noticeOf(const Problem& problem);

/// Newest first; those before it come back when it is closed.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    explicit NoticeBar(const Theme& theme, QWidget* parent = nullptr);
    void show(const Notice& notice);
    void closeCurrent();
    [[nodiscard]] QString currentTitle() const;

private:
    void refresh();
    const Theme& m_theme;
    std::deque<Notice> m_notices;
    QLabel* m_icon = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_text = nullptr;
    QPushButton* m_action = nullptr;
    QTimer m_timer;
};

}  // namespace strata::ui
