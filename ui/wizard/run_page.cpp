#include "ui/wizard/run_page.h"

#include "ui/models/jobs_model.h"
#include "ui/models/number_text.h"
#include "ui/theme/style_sheet.h"
#include "ui/wizard/error_plot.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

namespace strata::ui {
namespace {

constexpr int kSteps = 1000;

QString clockText(double seconds) {
    const int whole = static_cast<int>(seconds);
    const QString rest = QStringLiteral("%1:%2")
                             .arg(whole / 60 % 60, whole >= 3600 ? 2 : 1, 10, QLatin1Char('0'))
                             .arg(whole % 60, 2, 10, QLatin1Char('0'));
    return whole >= 3600 ? QStringLiteral("%1:%2").arg(whole / 3600).arg(rest) : rest;
}

}  // namespace

RunPage::RunPage(const Theme& theme)
    : StepPage(theme, tr("Compressing"), tr("You can close this and go on with other things; it keeps running.")) {
    m_stage = new QLabel;
    m_bar = new QProgressBar;
    m_bar->setRange(0, kSteps);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_time = new QLabel;
    setLook(*m_time, Look::Secondary);
    m_plot = new ErrorPlot(theme);
    m_problem = new QLabel;
    m_problem->setWordWrap(true);
    setLook(*m_problem, Look::Problem);
    m_pause = new QPushButton;
    m_pause->setObjectName(QStringLiteral("pauseRun"));
    m_cancel = new QPushButton(tr("Cancel the compression"));
    m_cancel->setObjectName(QStringLiteral("cancelRun"));
    setLook(*m_cancel, Look::Danger);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(theme.space(Space::Small));
    buttons->addWidget(m_pause);
    buttons->addWidget(m_cancel);
    buttons->addStretch(1);
    auto* bar = new QVBoxLayout;
    bar->setSpacing(theme.space(Space::Small));
    bar->addWidget(m_stage);
    bar->addWidget(m_bar);
    bar->addWidget(m_time);
    column().addLayout(bar);
    column().addWidget(m_plot);
    column().addWidget(m_problem);
    column().addLayout(buttons);
    column().addStretch(1);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (m_state == JobState::Running)
            emit pauseRequested();
        else
            emit resumeRequested();
    });
    connect(m_cancel, &QPushButton::clicked, this, &RunPage::cancelRequested);
    setState(JobState::Running, {});
    setProgress({});
}

void RunPage::setName(const QString& name) {
    setStepTitle(tr("Compressing %1").arg(name));
}

void RunPage::setProgress(const CompressionProgress& progress) {
    m_bar->setValue(qRound(progress.fraction * kSteps));
    const QString stage = progress.stage.isEmpty() ? tr("Beginning") : progress.stage;
    m_stage->setText(progress.detail.isEmpty() ? stage : tr("%1: %2").arg(stage, progress.detail));
    QStringList times{percentText(progress.fraction), tr("%1 elapsed").arg(clockText(progress.elapsedSeconds))};
    if (const QString left = timeLeftText(progress.remainingSeconds); !left.isEmpty()) times.append(left);
    m_time->setText(times.join(QStringLiteral("  ·  ")));
    m_plot->setErrors(progress.errors);
}

void RunPage::setState(JobState state, const Problem& problem) {
    m_state = state;
    const bool running = state == JobState::Running;
    m_pause->setText(running ? tr("Pause") : state == JobState::Failed ? tr("Try again") : tr("Resume"));
    setButtonIcon(theme(), *m_pause, theme().icon(running ? QStringLiteral("pause") : QStringLiteral("resume")));
    m_pause->setVisible(state != JobState::Done);
    m_cancel->setVisible(state != JobState::Done);
    m_problem->setVisible(state == JobState::Failed);
    m_problem->setText(problem.title + QLatin1Char(' ') + problem.remedy);
    m_problem->setToolTip(problem.detail);
    if (state == JobState::Paused) m_time->setText(tr("Paused; what is done is kept"));
    emit completeChanged();
}

}  // namespace strata::ui
