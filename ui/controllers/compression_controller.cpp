#include "ui/controllers/compression_controller.h"

#include "ui/controllers/problem_text.h"
#include "ui/controllers/sleep_inhibitor.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <algorithm>
#include <deque>
#include <filesystem>
#include <map>
#include <thread>

namespace strata::ui {
namespace {

// Before this share of a run, its speed says little about the rest.
constexpr double kTellableShare = 0.03;
constexpr double kSmoothing = 0.15;
constexpr int kLeastPlanes = 2;
constexpr int kMostPlanes = 8;
// In a job's options.
constexpr const char* kQuick = "quick";
constexpr const char* kBest = "best";

enum class Ending { Finish, Pause, Cancel };

// The engine's own words for what it does, which name nothing here but themselves.
constexpr const char* kStages[] = {
    QT_TRANSLATE_NOOP("CompressionStage", "Reading the source"),
    QT_TRANSLATE_NOOP("CompressionStage", "Compressing layers"),
    QT_TRANSLATE_NOOP("CompressionStage", "Compressing vocabulary"),
    QT_TRANSLATE_NOOP("CompressionStage", "Measuring sensitivities"),
    QT_TRANSLATE_NOOP("CompressionStage", "Measuring quality"),
    QT_TRANSLATE_NOOP("CompressionStage", "Writing the stack"),
};

QString stageText(const std::string& stage) {
    const bool isKnown = std::ranges::find(kStages, std::string_view(stage)) != std::end(kStages);
    return isKnown ? QCoreApplication::translate("CompressionStage", stage.c_str()) : QString::fromStdString(stage);
}

/// "layer 12 of 30" is said in the user's language; anything else as it is.
QString detailText(const std::string& detail) {
    static const QRegularExpression layers(QStringLiteral("^layer (\\d+) of (\\d+)$"));
    const QString text = QString::fromStdString(detail);
    const QRegularExpressionMatch match = layers.match(text);
    if (!match.hasMatch()) return text;
    return QCoreApplication::translate("CompressionStage", "layer %1 of %2").arg(match.captured(1), match.captured(2));
}

std::filesystem::path native(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

CompressOptions coreOptions(const CompressionOrder& order) {
    CompressOptions options;
    options.source = native(order.source);
    options.output = native(order.output);
    options.planes = order.planes;
    options.descentPasses = order.effort == Effort::Quick ? kFastDescentPasses : kBestDescentPasses;
    options.calibration = native(order.calibration);
    options.resume = true;
    return options;
}

CompressionResult resultOf(const CompressionOrder& order, const CompressReport& report) {
    CompressionResult result;
    result.output = order.output;
    result.sourceBytes = static_cast<qint64>(report.sourceBytes);
    result.stackBytes = static_cast<qint64>(report.stackBytes);
    result.seconds = report.totalSeconds;
    for (const CurvePoint& point : report.curve)
        result.curve.append({static_cast<qint64>(point.weightBytes), static_cast<double>(point.agreement),
                             static_cast<double>(point.perplexity)});
    return result;
}

}  // namespace

QString compressionOptionsJson(const CompressionOrder& order) {
    const QJsonObject object{{QStringLiteral("name"), order.name},
                             {QStringLiteral("planes"), static_cast<int>(order.planes)},
                             {QStringLiteral("effort"), QLatin1String(order.effort == Effort::Quick ? kQuick : kBest)},
                             {QStringLiteral("calibration"), order.calibration}};
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

CompressionOrder compressionOrder(const JobRecord& job) {
    const QJsonObject object = QJsonDocument::fromJson(job.optionsJson.toUtf8()).object();
    CompressionOrder order;
    order.source = job.source;
    order.output = job.output;
    order.name = object.value(QStringLiteral("name")).toString(job.source.section(QLatin1Char('/'), -1));
    order.planes =
        static_cast<unsigned>(std::clamp(object.value(QStringLiteral("planes")).toInt(6), kLeastPlanes, kMostPlanes));
    order.effort = object.value(QStringLiteral("effort")) == QLatin1String(kQuick) ? Effort::Quick : Effort::Best;
    order.calibration = object.value(QStringLiteral("calibration")).toString();
    return order;
}

struct CompressionController::Private {
    explicit Private(CompressionController& owner) : q(owner) {}
    ~Private() {
        worker.request_stop();  // and waits for it: a layer's step at most
    }
    struct Job {
        CompressionOrder order;
        JobState state = JobState::Paused;
        bool waits = false;
        CompressionProgress progress;
        Problem problem;
    };
    void runNext();
    void run(qint64 id);
    void takeProgress(qint64 id, const Progress& progress);
    void takeResult(qint64 id, const Result<CompressReport>& report);
    void setState(qint64 id, JobState state);
    void remove(qint64 id);
    void estimate(CompressionProgress& progress);

    CompressionController& q;
    std::map<qint64, Job> jobs;
    qint64 running = 0;
    Ending ending = Ending::Finish;
    QElapsedTimer clock;
    double firstFraction = -1;
    SleepInhibitor inhibitor;
    std::jthread worker;
};

void CompressionController::Private::runNext() {
    if (running != 0) return;
    const auto next = std::ranges::find_if(jobs, [](const auto& entry) { return entry.second.waits; });
    if (next != jobs.end()) run(next->first);
}

void CompressionController::Private::run(qint64 id) {
    Job& job = jobs.at(id);
    job.waits = false;
    job.problem = {};
    running = id;
    ending = Ending::Finish;
    firstFraction = -1;
    clock.start();
    inhibitor.setInhibited(true);
    worker = std::jthread([this, id, options = coreOptions(job.order)](std::stop_token stop) {
        const auto sink = [this, id](const Progress& progress) {
            // The stage's name is the sender's and may be gone when the event arrives.
            QMetaObject::invokeMethod(
                &q,
                [this, id, stage = std::string(progress.stage), copy = Progress(progress)]() mutable {
                    copy.stage = stage;
                    takeProgress(id, copy);
                },
                Qt::QueuedConnection);
        };
        auto report = compress(options, {sink, stop});
        QMetaObject::invokeMethod(
            &q, [this, id, report = std::move(report)] { takeResult(id, report); }, Qt::QueuedConnection);
    });
    setState(id, JobState::Running);
}

void CompressionController::Private::takeProgress(qint64 id, const Progress& progress) {
    const auto found = jobs.find(id);
    if (found == jobs.end() || id != running) return;
    CompressionProgress& shown = found->second.progress;
    shown.stage = stageText(std::string(progress.stage));
    shown.detail = detailText(progress.detail);
    shown.fraction = progress.fraction;
    if (progress.stepError >= 0)
        shown.errors.append({static_cast<int>(shown.errors.size()) + 1, 100 * progress.stepError});
    estimate(shown);
    emit q.progressed(id, shown);
}

void CompressionController::Private::estimate(CompressionProgress& progress) {
    // What an earlier run has done is passed over at once, and says nothing about speed.
    if (firstFraction < 0) firstFraction = progress.fraction;
    progress.elapsedSeconds = static_cast<double>(clock.elapsed()) / 1e3;
    const double done = progress.fraction - firstFraction;
    if (done < kTellableShare) return;
    const double left = progress.elapsedSeconds * (1 - progress.fraction) / done;
    progress.remainingSeconds = progress.remainingSeconds < 0
                                    ? left
                                    : progress.remainingSeconds + kSmoothing * (left - progress.remainingSeconds);
}

void CompressionController::Private::takeResult(qint64 id, const Result<CompressReport>& report) {
    if (worker.joinable()) worker.join();
    running = 0;
    inhibitor.setInhibited(false);
    Job& job = jobs.at(id);
    job.progress.remainingSeconds = -1;
    if (report) {
        job.progress.fraction = 1;
        setState(id, JobState::Done);
        emit q.finished(id, resultOf(job.order, *report));
    } else if (ending == Ending::Cancel) {
        remove(id);
    } else if (report.error().code == ErrorCode::Cancelled) {
        setState(id, JobState::Paused);
    } else {
        job.problem = problemFrom(report.error());
        setState(id, JobState::Failed);
        emit q.failed(id, job.problem);
    }
    runNext();
}

void CompressionController::Private::setState(qint64 id, JobState state) {
    jobs.at(id).state = state;
    emit q.stateChanged(id, state);
}

void CompressionController::Private::remove(qint64 id) {
    const QString folder = jobs.at(id).order.output + QLatin1String(".partial");
    jobs.erase(id);
    // Many files may be in it: not on this thread.
    std::thread([path = native(folder)] {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }).detach();
    emit q.removed(id);
}

CompressionController::CompressionController(QObject* parent)
    : QObject(parent), m_d(std::make_unique<Private>(*this)) {}

CompressionController::~CompressionController() = default;

void CompressionController::start(qint64 job, const CompressionOrder& order) {
    m_d->jobs[job] = {.order = order, .state = JobState::Running, .waits = true, .progress = {}, .problem = {}};
    emit added(job);
    m_d->runNext();
}

void CompressionController::restore(const JobRecord& record) {
    Private::Job job;
    job.order = compressionOrder(record);
    job.state = record.state == JobState::Running ? JobState::Paused : record.state;
    job.progress.fraction = record.fraction;
    job.problem.title = record.message;
    m_d->jobs[record.id] = job;
    emit added(record.id);
}

void CompressionController::pause(qint64 job) {
    const auto found = m_d->jobs.find(job);
    if (found == m_d->jobs.end()) return;
    if (m_d->running == job) {
        m_d->ending = Ending::Pause;
        m_d->worker.request_stop();
    } else if (found->second.waits) {
        found->second.waits = false;
        m_d->setState(job, JobState::Paused);
    }
}

void CompressionController::resume(qint64 job) {
    const auto found = m_d->jobs.find(job);
    if (found == m_d->jobs.end() || m_d->running == job || found->second.state == JobState::Done) return;
    found->second.waits = true;
    m_d->setState(job, JobState::Running);
    m_d->runNext();
}

void CompressionController::cancel(qint64 job) {
    if (!m_d->jobs.contains(job)) return;
    if (m_d->running != job) return m_d->remove(job);
    m_d->ending = Ending::Cancel;
    m_d->worker.request_stop();
}

QList<qint64> CompressionController::jobs() const {
    QList<qint64> ids;
    for (const auto& [id, job] : m_d->jobs) ids.append(id);
    return ids;
}

CompressionOrder CompressionController::order(qint64 job) const {
    const auto found = m_d->jobs.find(job);
    return found == m_d->jobs.end() ? CompressionOrder{} : found->second.order;
}

JobState CompressionController::state(qint64 job) const {
    const auto found = m_d->jobs.find(job);
    return found == m_d->jobs.end() ? JobState::Failed : found->second.state;
}

CompressionProgress CompressionController::progress(qint64 job) const {
    const auto found = m_d->jobs.find(job);
    return found == m_d->jobs.end() ? CompressionProgress{} : found->second.progress;
}

Problem CompressionController::problem(qint64 job) const {
    const auto found = m_d->jobs.find(job);
    return found == m_d->jobs.end() ? Problem{} : found->second.problem;
}

bool CompressionController::isRunning() const noexcept {
    return m_d->running != 0;
}

}  // namespace strata::ui
