#include "ui/models/jobs_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

namespace strata::ui {
namespace {

JobRecord job(qint64 id, const QString& kind = QStringLiteral("compress"), JobState state = JobState::Running) {
    JobRecord record;
    record.id = id;
    record.kind = kind;
    record.source = QStringLiteral("/models/Llama-%1.gguf").arg(id);
    record.state = state;
    return record;
}

class JobsModelTest : public QObject {
    Q_OBJECT
    JobsModel m_model;
    QAbstractItemModelTester m_tester{&m_model, QAbstractItemModelTester::FailureReportingMode::QtTest};

    QString state(qint64 id) const {
        return m_model.index(m_model.rowOf(id)).data(JobsModel::StateTextRole).toString();
    }

private slots:
    void init() { m_model.setJobs({job(2), job(5, QStringLiteral("download")), job(3)}); }

    void theNewestComesFirst() {
        QCOMPARE(m_model.rowOf(5), 0);
        QCOMPARE(m_model.index(0).data().toString(), QStringLiteral("Download Llama-5.gguf"));
        QCOMPARE(m_model.index(2).data().toString(), QStringLiteral("Compress Llama-2.gguf"));
        m_model.put(job(4, QStringLiteral("import")));
        QCOMPARE(m_model.rowOf(4), 1);
        QCOMPARE(m_model.index(1).data().toString(), QStringLiteral("Import Llama-4.gguf"));
        m_model.remove(5);
        m_model.remove(77);
        QCOMPARE(m_model.rowCount(), 3);
        QVERIFY(m_model.find(5) == nullptr);
        JobRecord folder = job(9);
        folder.source = QStringLiteral("/models/Qwen2-0.5B/");
        QCOMPARE(jobTitle(folder), QStringLiteral("Compress Qwen2-0.5B"));
    }

    void progressIsShownWhileItRuns() {
        QCOMPARE(state(3), QStringLiteral("Starting…"));
        m_model.setProgress(3, {0.4, QStringLiteral("Compressing layers"), QStringLiteral("layer 12 of 30"), 360});
        const QModelIndex row = m_model.index(m_model.rowOf(3));
        QCOMPARE(state(3), QStringLiteral("Compressing layers, layer 12 of 30"));
        QCOMPARE(row.data(JobsModel::FractionRole).toDouble(), 0.4);
        QCOMPARE(row.data(JobsModel::TimeLeftRole).toString(), QStringLiteral("about 6 min left"));
        JobRecord paused = *m_model.find(3);
        paused.state = JobState::Paused;
        m_model.put(paused);
        QCOMPARE(state(3), QStringLiteral("Paused at 40 %"));
        QCOMPARE(row.data(JobsModel::TimeLeftRole).toString(), QString());
        m_model.setProgress(3, {0.9, QStringLiteral("late"), {}, 1});
        m_model.setProgress(77, {0.9, QStringLiteral("unknown"), {}, 1});
        QCOMPARE(state(3), QStringLiteral("Paused at 40 %"));
        QCOMPARE(m_model.runningCount(), 2);
    }

    void endsAreSaid() {
        JobRecord failed = job(2, QStringLiteral("compress"), JobState::Failed);
        m_model.put(failed);
        QCOMPARE(state(2), QStringLiteral("Failed"));
        failed.message = QStringLiteral("The disk is full.");
        m_model.put(failed);
        QCOMPARE(state(2), QStringLiteral("Failed: The disk is full."));
        m_model.put(job(2, QStringLiteral("compress"), JobState::Done));
        QCOMPARE(state(2), QStringLiteral("Done"));
    }

    void nonsenseIsHeldBack() {
        m_model.setProgress(3, {7, {}, {}, -5});
        QCOMPARE(m_model.find(3)->fraction, 1.0);
        QCOMPARE(timeLeftText(-1), QString());
        QCOMPARE(timeLeftText(std::nan("")), QString());
        QCOMPARE(timeLeftText(3), QStringLiteral("a few seconds left"));
        QCOMPARE(timeLeftText(37), QStringLiteral("about 40 s left"));
        QCOMPARE(timeLeftText(59), QStringLiteral("about 1 min left"));
        QCOMPARE(timeLeftText(7000), QStringLiteral("about 2 h left"));
        QVERIFY(!timeLeftText(1e300).isEmpty());
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::JobsModelTest)
#include "jobs_model_test.moc"
