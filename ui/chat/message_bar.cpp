#include "ui/chat/message_bar.h"

#include "ui/models/number_text.h"
#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

namespace strata::ui {
namespace {

/// Whole megabytes: it stands beside many others like it.
QString megabytes(qint64 bytes) {
    const double megabytes = static_cast<double>(bytes) / 1e6;
    if (megabytes < 1000) return MessageBar::tr("%1 MB").arg(decimalText(megabytes, 0));
    return MessageBar::tr("%1 GB").arg(decimalText(megabytes / 1000, 1));
}

}  // namespace

QString statisticsText(const AnswerStatistics& statistics) {
    QStringList parts;
    if (statistics.tokensPerSecond > 0) {
        const int digits = statistics.tokensPerSecond < 10 ? 1 : 0;
        parts.append(MessageBar::tr("%1 tok/s").arg(decimalText(statistics.tokensPerSecond, digits)));
    }
    if (statistics.timeToFirstTokenMs > 0) {
        parts.append(MessageBar::tr("%1 s").arg(decimalText(statistics.timeToFirstTokenMs / 1000, 1)));
    }
    if (statistics.memoryBytes > 0) parts.append(megabytes(statistics.memoryBytes));
    if (statistics.stopped) parts.append(MessageBar::tr("stopped"));
    return parts.join(QStringLiteral(" · "));
}

QString statisticsSentence(const AnswerStatistics& statistics) {
    QStringList lines;
    if (!statistics.modelName.isEmpty()) lines.append(statistics.modelName);
    if (statistics.tokens > 0) {
        lines.append(MessageBar::tr("%n token(s), %1 each second", nullptr, statistics.tokens)
                         .arg(decimalText(statistics.tokensPerSecond, 1)));
    }
    if (statistics.timeToFirstTokenMs > 0) {
        lines.append(MessageBar::tr("First word after %1 s").arg(decimalText(statistics.timeToFirstTokenMs / 1000, 2)));
    }
    if (statistics.memoryBytes > 0)
        lines.append(MessageBar::tr("Held %1 of memory").arg(megabytes(statistics.memoryBytes)));
    if (statistics.agreement > 0) lines.append(qualityText(statistics.agreement));
    return lines.join(u'\n');
}

MessageBar::MessageBar(Theme* theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_row(new QHBoxLayout(this)),
      m_label(new QLabel(this)),
      m_versions(new QLabel(this)) {
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(0);
    setLook(*m_label, Look::Secondary);
    setLook(*m_versions, Look::Secondary);
    m_row->addStretch(0);
    m_row->addWidget(m_label);
    m_row->addSpacing(theme->space(Space::Small));
    m_row->addWidget(addButton(MessageAction::PreviousVersion, QStringLiteral("branch_previous"),
                               [] { return tr("Previous version"); }));
    m_row->addWidget(m_versions);
    m_row->addWidget(
        addButton(MessageAction::NextVersion, QStringLiteral("branch_next"), [] { return tr("Next version"); }));
    m_row->addWidget(addButton(MessageAction::Copy, QStringLiteral("copy"), [] { return tr("Copy message"); }));
    m_row->addWidget(
        addButton(MessageAction::Regenerate, QStringLiteral("regenerate"), [] { return tr("Write another answer"); }));
    m_row->addWidget(
        addButton(MessageAction::Continue, QStringLiteral("continue"), [] { return tr("Continue this answer"); }));
    m_row->addWidget(
        addButton(MessageAction::Edit, QStringLiteral("edit"), [] { return tr("Edit as a new version"); }));
    m_row->addWidget(
        addButton(MessageAction::Delete, QStringLiteral("delete"), [] { return tr("Delete with all that follows"); }));
    m_row->addStretch(1);
    m_content.isBusy = true;
    setContent(Content{});
}

QToolButton* MessageBar::addButton(MessageAction action, const QString& icon, QString (*words)()) {
    auto* button = new QToolButton(this);
    button->setIcon(m_theme->icon(icon, ColourRole::SecondaryText));
    const int size = qRound(16 * m_theme->fontScale());
    button->setIconSize(QSize(size, size));
    followWords(*m_theme, *button, words, &QWidget::setToolTip, &QWidget::setAccessibleName);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, [this, action] { emit triggered(action); });
    m_buttons.insert(action, button);
    return button;
}

void MessageBar::setContent(const Content& content) {
    if (content == m_content) return;
    m_content = content;
    m_words = content.status.isEmpty() ? statisticsText(content.statistics) : content.status;
    const QString sentence = content.status.isEmpty() ? statisticsSentence(content.statistics) : QString();
    m_label->setToolTip(sentence);
    m_label->setAccessibleDescription(sentence);
    m_versions->setText(tr("%1/%2").arg(content.version + 1).arg(content.versionCount));
    m_versions->setAccessibleName(tr("Version %1 of %2").arg(content.version + 1).arg(content.versionCount));
    arrange();
}

void MessageBar::setActive(bool active) {
    if (active == m_isActive) return;
    m_isActive = active;
    arrange();
}

void MessageBar::arrange() {
    const bool isAnswer = m_content.role == Role::Assistant;
    const bool hasVersions = m_content.versionCount > 1;
    const bool showsButtons = !m_content.isBusy && (isAnswer || m_isActive);
    const auto set = [this](MessageAction action, bool visible, bool enabled = true) {
        m_buttons[action]->setVisible(visible);
        m_buttons[action]->setEnabled(enabled);
    };
    // Below a bubble at the right, below an answer at the left.
    m_row->setStretch(0, isAnswer ? 0 : 1);
    m_row->setStretch(m_row->count() - 1, isAnswer ? 1 : 0);
    m_label->setVisible(!m_words.isEmpty());
    m_versions->setVisible(hasVersions);
    set(MessageAction::PreviousVersion, hasVersions, m_content.version > 0 && !m_content.isBusy);
    set(MessageAction::NextVersion, hasVersions, m_content.version + 1 < m_content.versionCount && !m_content.isBusy);
    set(MessageAction::Copy, showsButtons);
    set(MessageAction::Regenerate, showsButtons && isAnswer, m_content.canAnswer);
    set(MessageAction::Continue, showsButtons && isAnswer && m_content.isLast, m_content.canAnswer);
    set(MessageAction::Edit, showsButtons);
    set(MessageAction::Delete, showsButtons);
    fitWords();
}

void MessageBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitWords();
}

/// Where there is too little room, the end of the words goes, not that of a letter.
void MessageBar::fitWords() {
    int room = width() - m_theme->space(Space::Small);
    if (!m_versions->isHidden()) room -= m_versions->sizeHint().width();
    for (const QToolButton* button : m_buttons)
        if (!button->isHidden()) room -= button->sizeHint().width();
    m_label->setText(m_label->fontMetrics().elidedText(m_words, Qt::ElideRight, std::max(room, 0)));
}

}  // namespace strata::ui
