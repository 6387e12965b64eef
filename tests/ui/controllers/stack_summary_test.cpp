#include "ui/controllers/stack_summary.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "ui/controllers/problem_text.h"

#include <QFile>
#include <QLocale>
#include <QTest>

namespace strata::ui {
namespace {

using test::TemporaryFolder;
using test::TinyModel;

QString pathIn(const TemporaryFolder& folder, std::string_view name) {
    return QFile::decodeName((folder / name).c_str());
}

/// Puts `version` where a stack states its own: behind the key stand its type (4 bytes) and the value.
void stateVersion(const QString& path, char version) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QByteArray key("strata.version");
    const qint64 at = file.readAll().indexOf(key);
    QVERIFY(at > 0);
    QVERIFY(file.seek(at + key.size() + 4));
    QVERIFY(file.putChar(version));
}

class StackSummaryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void tellsWhatTheHeaderSays() {
        const TemporaryFolder folder;
        const auto written = TinyModel().writeStack(folder / "tiny.strata", [](StackContents& contents) {
            contents.curve = {{100'000, 10, 40, 2, 0.2F}, {100'500, 11, 30, 1, 0.61F}, {101'000, 12, 20, 0.1F, 0.98F}};
        });
        QVERIFY2(written, written ? "" : written.error().message().c_str());
        const auto stack = StackFile::open(folder / "tiny.strata");
        QVERIFY(stack);
        const auto summary = readStackSummary(pathIn(folder, "tiny.strata"));
        QVERIFY(summary);
        QCOMPARE(summary->path, pathIn(folder, "tiny.strata"));
        QCOMPARE(summary->name, QStringLiteral("Tiny"));
        QCOMPARE(summary->architecture, QStringLiteral("llama"));
        QCOMPARE(summary->contextLength, 512);
        QCOMPARE(summary->sizeBytes, QFileInfo(summary->path).size());
        QCOMPARE(summary->floorWeightBytes, qint64((*stack)->weightBytes((*stack)->floorBlocks())));
        QCOMPARE(summary->fullWeightBytes, qint64((*stack)->weightBytes((*stack)->blocks().size())));
        QVERIFY(summary->floorWeightBytes < summary->fullWeightBytes);
        QVERIFY(summary->parameters > 0);
        QCOMPARE(summary->curve.size(), 3);
        QCOMPARE(summary->usefulWeightBytes, std::max<qint64>(100'500, summary->floorWeightBytes));
    }

    void withoutACurveOnlyTheWholeIsUseful() {
        const TemporaryFolder folder;
        QVERIFY(TinyModel().writeStack(folder / "t.strata", [](StackContents& contents) { contents.curve.clear(); }));
        const auto summary = readStackSummary(pathIn(folder, "t.strata"));
        QVERIFY(summary);
        QVERIFY(summary->curve.isEmpty());
        QCOMPARE(summary->usefulWeightBytes, summary->fullWeightBytes);
    }

    void badFilesAreExplained_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("title");
        QTest::addColumn<QString>("remedy");
        QTest::newRow("empty") << "empty.strata" << "“empty.strata” is empty (0 bytes)." << "again";
        QTest::newRow("newer") << "newer.strata" << "“newer.strata” was made by a newer version of Strata."
                               << "Update Strata";
        QTest::newRow("dense") << "dense.gguf" << "“dense.gguf” is a model that was not compressed yet." << "Drop it";
        QTest::newRow("text") << "text.strata" << "“text.strata” is not a model." << ".gguf";
        QTest::newRow("cut") << "cut.strata" << "“cut.strata” is incomplete: its end is missing." << "again";
        QTest::newRow("absent") << "absent.strata" << "“absent.strata” is not there" << "choose the file again";
        QTest::newRow("folder") << "folder.strata" << "“folder.strata” cannot be used here" << "Choose something else";
    }
    void badFilesAreExplained() {
        QFETCH(QString, name);
        const TemporaryFolder folder;
        QVERIFY(QFile(pathIn(folder, "empty.strata")).open(QIODevice::WriteOnly));
        QVERIFY(TinyModel().writeStack(folder / "newer.strata"));
        stateVersion(pathIn(folder, "newer.strata"), 2);
        QVERIFY(TinyModel().writeGguf(folder / "dense.gguf"));
        QFile text(pathIn(folder, "text.strata"));
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write("a text, not a stack, and long enough") > 0);
        text.close();
        QVERIFY(TinyModel().writeStack(folder / "cut.strata"));
        QVERIFY(QFile::resize(pathIn(folder, "cut.strata"), QFileInfo(pathIn(folder, "cut.strata")).size() / 2));
        QVERIFY(std::filesystem::create_directory(folder / "folder.strata"));

        const auto summary = readStackSummary(pathIn(folder, name.toStdString()));
        QVERIFY(!summary);
        QFETCH(QString, title);
        QFETCH(QString, remedy);
        QVERIFY2(summary.error().title.startsWith(title), qPrintable(summary.error().title));
        QVERIFY2(summary.error().remedy.contains(remedy), qPrintable(summary.error().remedy));
        QVERIFY(!summary.error().detail.isEmpty());
    }

    void sizesReadAsPeopleWriteThem() {
        QCOMPARE(bytesText(0), QStringLiteral("0 B"));
        QCOMPARE(bytesText(999), QStringLiteral("999 B"));
        QCOMPARE(bytesText(1234), QStringLiteral("1.23 kB"));
        QCOMPARE(bytesText(46'040'000), QStringLiteral("46.0 MB"));
        QCOMPARE(bytesText(131'499'000), QStringLiteral("131 MB"));
        QCOMPARE(bytesText(999'700), QStringLiteral("1.00 MB"));
        QCOMPARE(bytesText(-5), QStringLiteral("0 B"));
    }

    void everyCodeHasWords() {
        for (int code = 0; code <= static_cast<int>(ErrorCode::Cancelled); ++code) {
            const Error error{static_cast<ErrorCode>(code), "what was wrong", "/a/b/model.strata", "what to do"};
            const Problem named = problemFrom(error);
            QVERIFY2(named.title.contains(QStringLiteral("“model.strata”")), qPrintable(named.title));
            QVERIFY(!named.title.contains(QStringLiteral("%1")) && named.title.endsWith(u'.'));
            QCOMPARE(named.detail, QStringLiteral("/a/b/model.strata: what was wrong; what to do"));
            QCOMPARE(named.remedy.isEmpty(), error.code == ErrorCode::Cancelled);
            const Problem plain = problemFrom({error.code, "what was wrong", {}, {}});
            QVERIFY(!plain.title.isEmpty() && !plain.title.contains(QStringLiteral("%1")));
        }
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::StackSummaryTest)
#include "stack_summary_test.moc"
