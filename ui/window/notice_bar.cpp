#include "ui/window/notice_bar.h"

#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

constexpr std::size_t kMostNotices = 8;

struct Sign {
    const char* icon;
    ColourRole role;
};

Sign signOf(NoticeKind kind) {
    switch (kind) {
        case NoticeKind::Information:
            return {"info", ColourRole::Accent};
        case NoticeKind::Success:
            return {"check", ColourRole::Accent};
        case NoticeKind::Warning:
            return {"warning", ColourRole::Accent};
        case NoticeKind::Error:
            return {"warning", ColourRole::Error};
    }
    return {"info", ColourRole::Accent};
}

}  // namespace

Notice noticeOf(const Problem& problem) {
    Notice notice;
    notice.kind = NoticeKind::Error;
    notice.title = problem.title;
    notice.text = problem.remedy;
    notice.detail = problem.detail;
    return notice;
}

NoticeBar::NoticeBar(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme) {
    setObjectName(QStringLiteral("noticeBar"));
    followWords(theme, *this, [] { return tr("Notice"); }, &QWidget::setAccessibleName);
    setLook(*this, Look::Notice);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme.space(Space::Medium), theme.space(Space::Small), theme.space(Space::Small),
                               theme.space(Space::Small));
    layout->setSpacing(theme.space(Space::Medium));
    m_icon = new QLabel;
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    m_title = new QLabel;
    m_title->setWordWrap(true);
    m_text = new QLabel;
    m_text->setWordWrap(true);
    setLook(*m_text, Look::Secondary);
    words->addWidget(m_title);
    words->addWidget(m_text);
    m_action = new QPushButton;
    auto* close = new QToolButton;
    close->setIcon(theme.icon(QStringLiteral("close"), ColourRole::SecondaryText));
    keepIconSize(theme, *close, QSize(18, 18));
    followWords(
        theme, *close, [] { return tr("Close this notice"); }, &QWidget::setToolTip, &QWidget::setAccessibleName);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addLayout(words, 1);
    layout->addWidget(m_action, 0, Qt::AlignVCenter);
    m_action->hide();
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(close, &QToolButton::clicked, this, &NoticeBar::closeCurrent);
    connect(m_action, &QPushButton::clicked, this, [this] {
        const auto action = m_notices.empty() ? nullptr : m_notices.front().action;
        closeCurrent();
        if (action) action();
    });
    connect(&theme, &Theme::changed, this, &NoticeBar::refresh);
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &NoticeBar::closeCurrent);
    refresh();
}

void NoticeBar::show(const Notice& notice) {
    // The same news twice is one notice.
    std::erase_if(m_notices, [&](const Notice& other) { return other.title == notice.title; });
    m_notices.push_front(notice);
    if (m_notices.size() > kMostNotices) m_notices.pop_back();
    refresh();
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void NoticeBar::closeCurrent() {
    if (!m_notices.empty()) m_notices.pop_front();
    refresh();
}

QString NoticeBar::currentTitle() const {
    return m_notices.empty() ? QString() : m_notices.front().title;
}

void NoticeBar::refresh() {
    m_timer.stop();
    setVisible(!m_notices.empty());
    if (m_notices.empty()) return;
    const Notice& notice = m_notices.front();
    const Sign sign = signOf(notice.kind);
    const int size = qRound(20 * m_theme.fontScale());
    m_icon->setPixmap(m_theme.icon(QLatin1String(sign.icon), sign.role).pixmap(QSize(size, size), devicePixelRatioF()));
    m_title->setText(notice.title);
    m_text->setText(notice.text);
    m_text->setVisible(!notice.text.isEmpty());
    setToolTip(notice.detail);
    setAccessibleDescription(notice.title + QLatin1Char(' ') + notice.text);
    m_action->setText(notice.actionText);
    m_action->setVisible(!notice.actionText.isEmpty());
    if (notice.showMs > 0) m_timer.start(notice.showMs);
}

}  // namespace strata::ui
