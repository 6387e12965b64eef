#include "app/strata/compress_wiring.h"

#include "ui/models/jobs_model.h"
#include "ui/models/number_text.h"
#include "ui/window/jobs_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/notice_bar.h"
#include "ui/window/sidebar.h"
#include "ui/wizard/compress_wizard.h"

#include <QDateTime>
#include <QDir>

namespace strata::app {
namespace {

using namespace strata::ui;

QString keyOf(qint64 job) {
    return QStringLiteral("compress/%1").arg(job);
}

qint64 jobOf(const QString& key) {
    return key.section(QLatin1Char('/'), 1).toLongLong();
}

}  // namespace

CompressWiring::CompressWiring(StoreController& store, MainWindow& window, const Theme& theme, QObject* parent)
    : QObject(parent), m_store(store), m_window(window), m_theme(theme) {
    connectController();
    connectJobs();
    connect(&theme, &Theme::wordsChanged, this, [this] {
        for (const qint64 job : m_controller.jobs()) showJob(job);
    });
    connect(&store, &StoreController::jobsLoaded, this, [this](const QList<JobRecord>& jobs) {
        for (const JobRecord& job : jobs) {
            if (job.kind != QLatin1String("compress") || m_records.contains(job.id)) continue;
            if (job.state == JobState::Done) {
                m_store.removeJob(job.id);
                continue;
            }
            m_records.insert(job.id, job);
            m_controller.restore(job);
        }
    });
    connect(&store, &StoreController::jobCreated, this, [this](RequestId request, const JobRecord& job) {
        const auto asked = m_asked.constFind(request);
        if (asked == m_asked.cend()) return;
        m_records.insert(job.id, job);
        const CompressionOrder order = *asked;
        m_asked.erase(asked);
        m_controller.start(job.id, order);
        if (m_wizard) m_wizard->setJob(job.id);
    });
}

void CompressWiring::connectController() {
    connect(&m_controller, &CompressionController::added, this, &CompressWiring::showJob);
    connect(&m_controller, &CompressionController::progressed, this, &CompressWiring::showJob);
    connect(&m_controller, &CompressionController::stateChanged, this, [this](qint64 job) {
        save(job);
        showJob(job);
    });
    connect(&m_controller, &CompressionController::finished, this, [this](qint64 job, const CompressionResult& result) {
        const QString name = m_controller.order(job).name;
        m_store.removeJob(job);
        m_records.remove(job);
        m_window.sidebar().jobs().removeJob(keyOf(job));
        emit expectationChanged({});
        emit stackMade(result.output, name);
    });
    connect(&m_controller, &CompressionController::failed, this, [this](qint64 job, const Problem& problem) {
        Notice notice = noticeOf(problem);
        notice.actionText = tr("Show");
        notice.action = [this, job] {
            auto* wizard = new CompressWizard(m_controller, m_theme, m_modelsFolder, &m_window);
            showWizard(wizard);
            wizard->showJob(job);
        };
        m_window.notices().show(notice);
        emit failed(m_controller.order(job).name, problem);
    });
    connect(&m_controller, &CompressionController::removed, this, [this](qint64 job) {
        m_store.removeJob(job);
        m_records.remove(job);
        m_window.sidebar().jobs().removeJob(keyOf(job));
        emit expectationChanged({});
    });
}

void CompressWiring::connectJobs() {
    JobsPanel& panel = m_window.sidebar().jobs();
    connect(&panel, &JobsPanel::pauseRequested, this, [this](const QString& key) { m_controller.pause(jobOf(key)); });
    connect(&panel, &JobsPanel::resumeRequested, this, [this](const QString& key) { m_controller.resume(jobOf(key)); });
    connect(&panel, &JobsPanel::cancelRequested, this, [this](const QString& key) { m_controller.cancel(jobOf(key)); });
}

void CompressWiring::openWizard(const QString& source) {
    auto* wizard = new CompressWizard(m_controller, m_theme, m_modelsFolder, &m_window);
    showWizard(wizard);
    wizard->setSource(source);
}

void CompressWiring::showWizard(CompressWizard* wizard) {
    if (m_wizard) m_wizard->close();
    m_wizard = wizard;
    wizard->setAttribute(Qt::WA_DeleteOnClose);
    connect(wizard, &CompressWizard::startRequested, this, [this](const CompressionOrder& order) {
        JobRecord job;
        job.kind = QStringLiteral("compress");
        job.source = order.source;
        job.output = order.output;
        job.optionsJson = compressionOptionsJson(order);
        job.createdMs = QDateTime::currentMSecsSinceEpoch();
        m_asked.insert(m_store.createJob(job), order);
    });
    connect(wizard, &CompressWizard::chatRequested, this, &CompressWiring::chatRequested);
    wizard->open();
}

void CompressWiring::showJob(qint64 job) {
    const CompressionOrder order = m_controller.order(job);
    const CompressionProgress progress = m_controller.progress(job);
    const JobState state = m_controller.state(job);
    if (state == JobState::Done) return;
    JobView view;
    view.title = tr("Compress %1").arg(order.name);
    view.fraction = progress.fraction;
    view.running = state == JobState::Running;
    view.failed = state == JobState::Failed;
    const QString left = timeLeftText(progress.remainingSeconds);
    view.text = view.failed      ? m_controller.problem(job).title
                : !view.running  ? tr("Paused at %1").arg(percentText(progress.fraction))
                : left.isEmpty() ? percentText(progress.fraction)
                                 : tr("%1, %2").arg(percentText(progress.fraction), left);
    m_window.sidebar().jobs().setJob(keyOf(job), view);
    emit expectationChanged(view.running ? tr("Compressing %1: %2").arg(order.name, percentText(progress.fraction))
                                         : QString());
}

void CompressWiring::save(qint64 job) {
    const auto record = m_records.find(job);
    if (record == m_records.end()) return;
    record->state = m_controller.state(job);
    record->fraction = m_controller.progress(job).fraction;
    record->message = m_controller.problem(job).title;
    m_store.updateJob(*record);
}

}  // namespace strata::app
