// From a model file to a stack: what was found, what to choose and what it costs, the run, and the result.
#pragma once

#include "ui/controllers/compression_controller.h"
#include "ui/theme/theme.h"

#include <QWizard>

namespace strata::ui {

class ChoicesPage;
class ResultPage;
class RunPage;
class SourcePage;

enum WizardPage : int { SourceStep, ChoicesStep, RunStep, ResultStep };

/// Closing it leaves a running job alone.
class CompressWizard : public QWizard {
    Q_OBJECT
public:
    /// `modelsFolder` is where the stack goes unless the user chooses another place.
    CompressWizard(CompressionController& controller, const Theme& theme, const QString& modelsFolder,
                   QWidget* parent = nullptr, DiskSpace freeDisk = freeDiskBytes);

    /// Looks at the file and shows what was found.
    void setSource(const QString& path);
    /// The order under way has become this job.
    void setJob(qint64 job);
    /// Opens at the run of a job that exists.
    void showJob(qint64 job);
    [[nodiscard]] qint64 job() const noexcept { return m_job; }
    [[nodiscard]] const SourceDescription& source() const noexcept { return m_source; }
    [[nodiscard]] CompressionOrder order() const;

signals:
    void startRequested(const strata::ui::CompressionOrder& order);
    void chatRequested(const QString& stackPath);

protected:
    void accept() override;

private:
    void connectController();
    void prepareButtons(int step);
    void takeInspection(RequestId request, const QList<SourceDescription>& sources);

    CompressionController& m_controller;
    const Theme& m_theme;
    QString m_modelsFolder;
    SourceInspector m_inspector;
    SourceDescription m_source;
    RequestId m_question = 0;
    qint64 m_job = 0;
    SourcePage* m_sourcePage;
    ChoicesPage* m_choicesPage;
    RunPage* m_runPage;
    ResultPage* m_resultPage;
};

}  // namespace strata::ui
