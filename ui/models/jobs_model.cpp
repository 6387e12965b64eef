#include "ui/models/jobs_model.h"

#include "ui/models/number_text.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace strata::ui {
namespace {

QString say(const char* text) {
    return QCoreApplication::translate("JobsModel", text);
}

bool isNewer(const JobRecord& left, const JobRecord& right) {
    return left.id > right.id;
}

/// The last part of a path or an address.
QString lastPart(const QString& source) {
    return source.section(u'/', -1, -1, QString::SectionSkipEmpty);
}

}  // namespace

QString jobTitle(const JobRecord& job) {
    const QString name = lastPart(job.source);
    if (job.kind == QStringLiteral("download")) return say(QT_TRANSLATE_NOOP("JobsModel", "Download %1")).arg(name);
    if (job.kind == QStringLiteral("import")) return say(QT_TRANSLATE_NOOP("JobsModel", "Import %1")).arg(name);
    return say(QT_TRANSLATE_NOOP("JobsModel", "Compress %1")).arg(name);
}

QString timeLeftText(double seconds) {
    if (!(seconds >= 0)) return {};
    if (seconds < 10) return say(QT_TRANSLATE_NOOP("JobsModel", "a few seconds left"));
    if (seconds < 55) return say(QT_TRANSLATE_NOOP("JobsModel", "about %1 s left")).arg(std::lround(seconds / 10) * 10);
    if (seconds < 5400) return say(QT_TRANSLATE_NOOP("JobsModel", "about %1 min left")).arg(std::lround(seconds / 60));
    return say(QT_TRANSLATE_NOOP("JobsModel", "about %1 h left")).arg(std::lround(std::min(seconds / 3600, 1e6)));
}

int JobsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

QVariant JobsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const JobRecord& job = m_jobs[index.row()];
    const JobProgress progress = m_progress.value(job.id);
    switch (role) {
        case Qt::DisplayRole:
            return jobTitle(job);
        case Qt::ToolTipRole:
            return job.source;
        case Qt::AccessibleDescriptionRole:
        case StateTextRole:
            return stateText(job);
        case JobRole:
            return job.id;
        case KindRole:
            return job.kind;
        case StateRole:
            return static_cast<int>(job.state);
        case FractionRole:
            return job.fraction;
        case SecondsLeftRole:
            return progress.secondsLeft;
        case TimeLeftRole:
            return timeLeftText(progress.secondsLeft);
        case RecordRole:
            return QVariant::fromValue(job);
        default:
            return {};
    }
}

QString JobsModel::stateText(const JobRecord& job) const {
    const JobProgress progress = m_progress.value(job.id);
    switch (job.state) {
        case JobState::Running:
            if (progress.stage.isEmpty()) return say(QT_TRANSLATE_NOOP("JobsModel", "Starting…"));
            return progress.detail.isEmpty() ? progress.stage : progress.stage + QStringLiteral(", ") + progress.detail;
        case JobState::Paused:
            return say(QT_TRANSLATE_NOOP("JobsModel", "Paused at %1")).arg(percentText(job.fraction));
        case JobState::Done:
            return say(QT_TRANSLATE_NOOP("JobsModel", "Done"));
        case JobState::Failed:
            break;
    }
    return job.message.isEmpty() ? say(QT_TRANSLATE_NOOP("JobsModel", "Failed"))
                                 : say(QT_TRANSLATE_NOOP("JobsModel", "Failed: %1")).arg(job.message);
}

void JobsModel::setJobs(const QList<JobRecord>& jobs) {
    beginResetModel();
    m_jobs = jobs;
    std::ranges::sort(m_jobs, isNewer);
    m_progress.clear();
    endResetModel();
}

void JobsModel::put(const JobRecord& job) {
    if (job.state != JobState::Running) m_progress.remove(job.id);
    if (const int row = rowOf(job.id); row >= 0) {
        m_jobs[row] = job;
        emit dataChanged(index(row), index(row));
        return;
    }
    const auto place = std::ranges::lower_bound(m_jobs, job, isNewer);
    const int row = static_cast<int>(place - m_jobs.begin());
    beginInsertRows({}, row, row);
    m_jobs.insert(row, job);
    endInsertRows();
}

void JobsModel::remove(qint64 job) {
    const int row = rowOf(job);
    if (row < 0) return;
    beginRemoveRows({}, row, row);
    m_jobs.removeAt(row);
    m_progress.remove(job);
    endRemoveRows();
}

void JobsModel::setProgress(qint64 job, const JobProgress& progress) {
    const int row = rowOf(job);
    if (row < 0 || m_jobs[row].state != JobState::Running) return;
    m_progress.insert(job, progress);
    m_jobs[row].fraction = std::clamp(progress.fraction, 0.0, 1.0);
    emit dataChanged(index(row), index(row),
                     {StateTextRole, Qt::AccessibleDescriptionRole, FractionRole, SecondsLeftRole, TimeLeftRole});
}

int JobsModel::rowOf(qint64 job) const {
    const auto found = std::ranges::find(m_jobs, job, &JobRecord::id);
    return found != m_jobs.end() ? static_cast<int>(found - m_jobs.begin()) : -1;
}

const JobRecord* JobsModel::find(qint64 job) const {
    const int row = rowOf(job);
    return row >= 0 ? &m_jobs[row] : nullptr;
}

int JobsModel::runningCount() const {
    return static_cast<int>(std::ranges::count(m_jobs, JobState::Running, &JobRecord::state));
}

}  // namespace strata::ui
