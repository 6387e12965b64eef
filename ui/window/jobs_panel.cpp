#include "ui/window/jobs_panel.h"

#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

constexpr int kBarSteps = 1000;

}  // namespace

JobsPanel::JobsPanel(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme) {
    setObjectName(QStringLiteral("jobsPanel"));
    followWords(m_theme, *this, [] { return tr("Jobs"); }, &QWidget::setAccessibleName);
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(theme.space(Space::Small));
    hide();
}

JobsPanel::Row JobsPanel::makeRow(const QString& key) {
    Row row;
    row.frame = new QFrame;
    setLook(*row.frame, Look::Card);
    auto* layout = new QVBoxLayout(row.frame);
    const int margin = m_theme.space(Space::Small);
    layout->setContentsMargins(m_theme.space(Space::Medium), margin, margin, m_theme.space(Space::Medium));
    layout->setSpacing(m_theme.space(Space::Tiny));
    auto* head = new QHBoxLayout;
    head->setSpacing(0);
    row.title = new QLabel;
    row.title->setMinimumWidth(0);
    row.title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row.pause = new QToolButton;
    row.cancel = new QToolButton;
    row.cancel->setIcon(m_theme.icon(QStringLiteral("close"), ColourRole::SecondaryText));
    row.cancel->setToolTip(tr("Cancel"));
    head->addWidget(row.title, 1);
    head->addWidget(row.pause);
    head->addWidget(row.cancel);
    row.bar = new QProgressBar;
    row.bar->setRange(0, kBarSteps);
    row.bar->setTextVisible(false);
    row.text = new QLabel;
    row.text->setWordWrap(true);
    setLook(*row.text, Look::Secondary);
    layout->addLayout(head);
    layout->addWidget(row.bar);
    layout->addWidget(row.text);
    m_layout->addWidget(row.frame);
    connect(row.cancel, &QToolButton::clicked, this, [this, key] { emit cancelRequested(key); });
    connect(row.pause, &QToolButton::clicked, this, [this, key] {
        if (m_rows.value(key).running)
            emit pauseRequested(key);
        else
            emit resumeRequested(key);
    });
    return row;
}

void JobsPanel::setJob(const QString& key, const JobView& view) {
    if (!m_rows.contains(key)) m_rows.insert(key, makeRow(key));
    Row& row = m_rows[key];
    row.running = view.running;
    row.title->setText(view.title);
    row.title->setToolTip(view.title);
    row.text->setText(view.text);
    setLook(*row.text, view.failed ? Look::Problem : Look::Secondary);
    row.bar->setValue(qRound(view.fraction * kBarSteps));
    row.bar->setAccessibleName(view.title);
    row.pause->setVisible(!view.done && view.pausable);
    row.pause->setIcon(
        m_theme.icon(view.running ? QStringLiteral("pause") : QStringLiteral("resume"), ColourRole::SecondaryText));
    const QString verb = view.running ? tr("Pause") : view.failed ? tr("Try again") : tr("Resume");
    row.pause->setToolTip(verb);
    row.pause->setAccessibleName(tr("%1: %2").arg(verb, view.title));
    row.cancel->setAccessibleName(tr("Cancel: %1").arg(view.title));
    show();
}

void JobsPanel::removeJob(const QString& key) {
    const Row row = m_rows.take(key);
    if (row.frame != nullptr) row.frame->deleteLater();
    setVisible(!m_rows.isEmpty());
}

}  // namespace strata::ui
