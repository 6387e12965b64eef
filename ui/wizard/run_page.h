// Step 3: the run, with everything that can be known of it.
#pragma once

#include "ui/controllers/compression_controller.h"
#include "ui/wizard/wizard_page.h"

class QProgressBar;
class QPushButton;

namespace strata::ui {

class ErrorPlot;

class RunPage : public StepPage {
    Q_OBJECT
public:
    explicit RunPage(const Theme& theme);
    void setName(const QString& name);
    void setProgress(const CompressionProgress& progress);
    void setState(JobState state, const Problem& problem);
    [[nodiscard]] bool isComplete() const override { return m_state == JobState::Done; }

signals:
    void pauseRequested();
    void resumeRequested();
    void cancelRequested();

private:
    QProgressBar* m_bar;
    QLabel* m_stage;
    QLabel* m_time;
    ErrorPlot* m_plot;
    QLabel* m_problem;
    QPushButton* m_pause;
    QPushButton* m_cancel;
    JobState m_state = JobState::Running;
};

}  // namespace strata::ui
