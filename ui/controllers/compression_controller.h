// Compressions as jobs: a thread, progress, pause and resume, also after the program was closed, and an estimate of the
// time left.
#pragma once

#include "core/compress/compressor.h"
#include "ui/controllers/source_inspector.h"

#include <QHash>
#include <QObject>
#include <memory>

namespace strata::ui {

/// What to compress, and how.
struct CompressionOrder {
    QString source;
    QString output;
    QString name;         ///< for people
    unsigned planes = 6;  ///< quality ceiling
    Effort effort = Effort::Best;
    QString calibration;  ///< empty: the built-in text
    [[nodiscard]] bool operator==(const CompressionOrder&) const = default;
};

/// As JobRecord::optionsJson holds it, and back; what is missing or makes no sense gets its default.
[[nodiscard]] QString compressionOptionsJson(const CompressionOrder& order);
[[nodiscard]] CompressionOrder compressionOrder(const JobRecord& job);

struct CompressionError {
    int layer = 0;
    double percent = 0;  ///< relative error of the layer at its highest level
};

struct CompressionProgress {
    QString stage;   ///< "Compressing layers"
    QString detail;  ///< "layer 12 of 30, error 0.8 %"
    double fraction = 0;
    double elapsedSeconds = 0;       ///< of this run
    double remainingSeconds = -1;    ///< -1 while it cannot be told
    QList<CompressionError> errors;  ///< so far
};

struct CompressionResult {
    QString output;
    qint64 sourceBytes = 0;
    qint64 stackBytes = 0;
    double seconds = 0;
    QList<QualityPoint> curve;
};

/// GUI thread; one compression runs at a time, the others wait in order. Work that is paused or interrupted stays in
/// `OUT.strata.partial` and goes on from there.
class CompressionController : public QObject {
    Q_OBJECT
public:
    explicit CompressionController(QObject* parent = nullptr);
    /// Stops what runs; it can be resumed.
    ~CompressionController() override;

    /// Takes the number of the job's record.
    void start(qint64 job, const CompressionOrder& order);
    void pause(qint64 job);
    void resume(qint64 job);
    /// Also removes what it has done so far.
    void cancel(qint64 job);
    /// A job of an earlier run of the program: listed as paused, until resume().
    void restore(const JobRecord& record);

    [[nodiscard]] QList<qint64> jobs() const;
    [[nodiscard]] CompressionOrder order(qint64 job) const;
    [[nodiscard]] JobState state(qint64 job) const;
    [[nodiscard]] CompressionProgress progress(qint64 job) const;
    [[nodiscard]] Problem problem(qint64 job) const;
    [[nodiscard]] bool isRunning() const noexcept;

signals:
    void added(qint64 job);
    void stateChanged(qint64 job, strata::ui::JobState state);
    void progressed(qint64 job, const strata::ui::CompressionProgress& progress);
    void finished(qint64 job, const strata::ui::CompressionResult& result);
    void failed(qint64 job, const strata::ui::Problem& problem);
    void removed(qint64 job);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::CompressionProgress)
Q_DECLARE_METATYPE(strata::ui::CompressionResult)
