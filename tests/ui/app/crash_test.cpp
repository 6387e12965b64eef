// A crash in the middle of an answer: what was written is there again, but for the last second.
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"

#include <QApplication>
#include <QFile>
#include <QProcess>
#include <QTest>
#include <chrono>
#include <csignal>

namespace strata::ui::testing {
namespace {

constexpr qint64 kMostLostMs = 1000;

struct Shown {
    qint64 characters = 0;
    qint64 atMs = 0;
};

qint64 nowMs() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

class CrashTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_stack = writeTalkingStack(m_files / "Tiny.strata");
        QVERIFY(!m_stack.isEmpty());
    }

    void whatWasWrittenIsKept() {
        const QString folder = crash(3000);
        const QString stored = storedAnswer(folder);
        QVERIFY2(stored.size() > 20, qPrintable(stored));
        QVERIFY(stored.size() <= m_shown.last().characters + 10'000);
        QCOMPARE(rows(foldersIn(folder).database(), u"PRAGMA integrity_check"_qs), QList<QVariantList>{{u"ok"_qs}});
        // The next start shows it as an answer that was broken off.
        const auto marks = rows(foldersIn(folder).database(), u"SELECT stopped FROM messages WHERE role = 2"_qs);
        QCOMPARE(marks, QList<QVariantList>{{1}});
    }

    void onlyTheLastSecondIsLost() {
        if (qEnvironmentVariableIsEmpty("STRATA_TIMING")) QSKIP("a busy computer writes later: see the label timing");
        for (const int afterMs : {2500, 3100, 4700}) {
            const qint64 stored = storedAnswer(crash(afterMs)).size();
            qint64 due = 0;
            for (const Shown& shown : m_shown)
                if (shown.atMs <= m_killedMs - kMostLostMs) due = shown.characters;
            qInfo("stored %lld, shown a second before %lld, shown at the end %lld", stored, due,
                  m_shown.last().characters);
            QVERIFY(due > 0);
            QVERIFY2(stored >= due, qPrintable(QStringLiteral("%1 of %2").arg(stored).arg(due)));
        }
    }

private:
    /// Kills the program that long after its answer has begun; returns its folder.
    QString crash(int afterMs) {
        m_data = std::make_unique<test::TemporaryFolder>();
        const QString folder = QFile::decodeName(m_data->path().c_str());
        m_shown.clear();
        QProcess program;
        program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        program.start(QStringLiteral(STRATA_STREAMER), {folder, m_stack});
        const auto read = [&] {
            while (program.canReadLine()) {
                const QList<QByteArray> words = program.readLine().split(' ');
                if (words.value(0).toLongLong() > 0)
                    m_shown.append({words[0].toLongLong(), words.value(1).trimmed().toLongLong()});
            }
            return !m_shown.isEmpty();
        };
        if (!QTest::qWaitFor(read, kWaitMs)) qFatal("no answer began");
        const qint64 beganMs = m_shown.first().atMs;
        static_cast<void>(QTest::qWaitFor([&] { return read() && nowMs() - beganMs >= afterMs; }, kWaitMs));
        m_killedMs = nowMs();
        kill(static_cast<pid_t>(program.processId()), SIGKILL);
        program.waitForFinished(kWaitMs);
        read();
        return folder;
    }
    static QString storedAnswer(const QString& folder) {
        const auto found = rows(foldersIn(folder).database(), u"SELECT text FROM messages WHERE role = 2"_qs);
        return found.isEmpty() ? QString() : found.first().first().toString();
    }

    test::TemporaryFolder m_files;
    QString m_stack;
    std::unique_ptr<test::TemporaryFolder> m_data;
    QList<Shown> m_shown;
    qint64 m_killedMs = 0;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::CrashTest)
#include "crash_test.moc"
