// Compressions and downloads that run, wait or have ended: the jobs panel.
#pragma once

#include "ui/store/records.h"

#include <QAbstractListModel>
#include <QHash>
#include <QList>
#include <QString>

namespace strata::ui {

/// What is known of a job while it runs; not stored.
struct JobProgress {
    double fraction = 0;      ///< 0..1
    QString stage;            ///< "Compressing layers"
    QString detail;           ///< "layer 12 of 30, error 0.8 %"
    double secondsLeft = -1;  ///< -1 = not known yet
};

/// The newest first. GUI thread.
class JobsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role : int {
        JobRole = Qt::UserRole + 1,  ///< number
        KindRole,
        StateRole,      ///< int of JobState
        StateTextRole,  ///< "Compressing layers, layer 12 of 30", "Paused at 40 %", "Done", "Failed: ..."
        FractionRole,
        SecondsLeftRole,
        TimeLeftRole,  ///< "about 6 min left"; empty when it is not known
        RecordRole,
    };

    explicit JobsModel(QObject* parent = nullptr) : QAbstractListModel(parent) {}

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

    void setJobs(const QList<JobRecord>& jobs);
    /// Adds the job, or replaces that of the same number.
    void put(const JobRecord& job);
    void remove(qint64 job);
    /// Ignored for jobs that do not run.
    void setProgress(qint64 job, const JobProgress& progress);

    [[nodiscard]] int rowOf(qint64 job) const;
    [[nodiscard]] const JobRecord* find(qint64 job) const;
    [[nodiscard]] int runningCount() const;

private:
    [[nodiscard]] QString stateText(const JobRecord& job) const;
    QList<JobRecord> m_jobs;
    QHash<qint64, JobProgress> m_progress;
};

/// "Compress NAME", "Download NAME", "Import NAME"
[[nodiscard]] QString jobTitle(const JobRecord& job);
/// "a few seconds left", "about 40 s left", "about 6 min left", "about 2 h left"; empty for a negative number.
[[nodiscard]] QString timeLeftText(double seconds);

}  // namespace strata::ui
