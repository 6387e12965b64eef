#include "ui/wizard/compress_wizard.h"

#include "ui/theme/style_sheet.h"
#include "ui/wizard/choices_page.h"
#include "ui/wizard/result_page.h"
#include "ui/wizard/run_page.h"
#include "ui/wizard/source_page.h"

#include <QAbstractButton>
#include <QHash>
#include <utility>

namespace strata::ui {
namespace {

constexpr QSize kSize(640, 620);

}  // namespace

CompressWizard::CompressWizard(CompressionController& controller, const Theme& theme, const QString& modelsFolder,
                               QWidget* parent, DiskSpace freeDisk)
    : QWizard(parent),
      m_controller(controller),
      m_theme(theme),
      m_modelsFolder(modelsFolder),
      m_inspector(nullptr, std::move(freeDisk)),
      m_sourcePage(new SourcePage(theme)),
      m_choicesPage(new ChoicesPage(theme, modelsFolder)),
      m_runPage(new RunPage(theme)),
      m_resultPage(new ResultPage(theme)) {
    setObjectName(QStringLiteral("compressWizard"));
    setWindowTitle(tr("Compress a model"));
    // The style whose header is the page's own.
    setWizardStyle(QWizard::ClassicStyle);
    setOptions(QWizard::NoBackButtonOnStartPage | QWizard::NoBackButtonOnLastPage | QWizard::NoDefaultButton);
    setPage(SourceStep, m_sourcePage);
    setPage(ChoicesStep, m_choicesPage);
    setPage(RunStep, m_runPage);
    setPage(ResultStep, m_resultPage);
    resize(kSize * theme.fontScale());
    connect(&m_inspector, &SourceInspector::inspected, this, &CompressWizard::takeInspection);
    connect(&m_inspector, &SourceInspector::costKnown, this, [this](RequestId request, const CompressionCost& cost) {
        if (request == m_question) m_choicesPage->setCost(cost);
    });
    connect(m_sourcePage, &SourcePage::chosen, this, &CompressWizard::setSource);
    connect(m_choicesPage, &ChoicesPage::costWanted, this,
            [this] { m_question = m_inspector.askCost(m_source, order().planes, order().output); });
    connect(this, &QWizard::currentIdChanged, this, &CompressWizard::prepareButtons);
    connectController();
}

void CompressWizard::connectController() {
    connect(m_runPage, &RunPage::pauseRequested, this, [this] { m_controller.pause(m_job); });
    connect(m_runPage, &RunPage::resumeRequested, this, [this] { m_controller.resume(m_job); });
    connect(m_runPage, &RunPage::cancelRequested, this, [this] {
        m_controller.cancel(m_job);
        reject();
    });
    connect(&m_controller, &CompressionController::progressed, this,
            [this](qint64 job, const CompressionProgress& progress) {
                if (job == m_job) m_runPage->setProgress(progress);
            });
    connect(&m_controller, &CompressionController::stateChanged, this, [this](qint64 job, JobState state) {
        if (job == m_job) m_runPage->setState(state, m_controller.problem(job));
    });
    connect(&m_controller, &CompressionController::finished, this, [this](qint64 job, const CompressionResult& result) {
        if (job != m_job) return;
        m_resultPage->setResult(result);
        if (currentId() == RunStep) next();
    });
}

void CompressWizard::setSource(const QString& path) {
    m_sourcePage->setBusy(path);
    m_question = m_inspector.inspect({path}, m_modelsFolder);
}

void CompressWizard::takeInspection(RequestId request, const QList<SourceDescription>& sources) {
    if (request != m_question || sources.isEmpty()) return;
    m_source = sources.first();
    m_sourcePage->setSource(m_source);
    m_choicesPage->setSource(m_source);
    if (m_source.isUsable) m_question = m_inspector.askCost(m_source, order().planes, order().output);
}

CompressionOrder CompressWizard::order() const {
    return m_choicesPage->order();
}

void CompressWizard::setJob(qint64 job) {
    m_job = job;
    m_runPage->setName(m_controller.order(job).name);
    m_runPage->setProgress(m_controller.progress(job));
    m_runPage->setState(m_controller.state(job), m_controller.problem(job));
}

void CompressWizard::showJob(qint64 job) {
    setJob(job);
    setStartId(RunStep);
    restart();
}

void CompressWizard::prepareButtons(int step) {
    const bool isRun = step == RunStep;
    // Only what can be done here: Qt's own wizard keeps a grey "Next" beside a run.
    static const QHash<int, QList<WizardButton>> buttons{{SourceStep, {NextButton}},
                                                         {ChoicesStep, {BackButton, CommitButton}},
                                                         {RunStep, {}},
                                                         {ResultStep, {FinishButton}}};
    setButtonLayout(QList<WizardButton>{Stretch} + buttons.value(step) + QList<WizardButton>{CancelButton});
    setButtonText(QWizard::CancelButton, isRun || step == ResultStep ? tr("Close") : tr("Cancel"));
    setButtonText(QWizard::NextButton, tr("Next"));
    setButtonText(QWizard::BackButton, tr("Back"));
    setButtonText(QWizard::FinishButton, tr("Chat now"));
    for (const WizardButton which : {QWizard::NextButton, QWizard::CommitButton, QWizard::FinishButton})
        setLook(*button(which), Look::Primary);
    if (isRun && m_job == 0) {
        m_runPage->setName(order().name);
        emit startRequested(order());
    }
}

void CompressWizard::accept() {
    const QString path = m_resultPage->result().output;
    QWizard::accept();
    emit chatRequested(path);
}

}  // namespace strata::ui
