#include "ui/models/library_model.h"

#include "ui/models/number_text.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui {
namespace {

constexpr qint64 kMegabyte = 1'000'000;

StackSummary summary() {
    StackSummary stack;
    stack.name = QStringLiteral("SmolLM2 135M");
    stack.licence = QStringLiteral("apache-2.0");
    stack.parameters = 134'515'008;
    stack.sizeBytes = 140 * kMegabyte;
    stack.floorWeightBytes = 25 * kMegabyte;
    stack.usefulWeightBytes = 46 * kMegabyte;
    stack.fullWeightBytes = 131 * kMegabyte;
    stack.curve = {{46 * kMegabyte, 0.61, 30},
                   {90 * kMegabyte, 0.9, 18},
                   {118 * kMegabyte, 0.985, 16},
                   {131 * kMegabyte, 0.99, 15}};
    return stack;
}

LibraryEntry entry(const QString& path, const QString& name = {}) {
    LibraryEntry entry{{}, summary(), {}};
    entry.record.path = path;
    entry.record.name = name;
    entry.stack.path = path;
    return entry;
}

QStringList names(const LibraryModel& model) {
    QStringList names;
    for (int row = 0; row < model.rowCount(); ++row) names.append(model.index(row).data().toString());
    return names;
}

class LibraryModelTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void fitCountsWhatWeHoldAlready_data() {
        QTest::addColumn<qint64>("available");
        QTest::addColumn<qint64>("held");
        QTest::addColumn<QString>("text");
        const qint64 working = workingBytes(summary());
        const auto row = [&](const char* name, qint64 available, qint64 held, const char* text) {
            QTest::newRow(name) << available << held << QString::fromUtf8(text);
        };
        row("all of it", working + 131 * kMegabyte, 0, "fits");
        row("all with what goes", working + 31 * kMegabyte, 100 * kMegabyte, "fits");
        row("a byte less", working + 131 * kMegabyte - 1, 0, "fits below 99 %");
        row("the third point", working + 118 * kMegabyte, 0, "fits below 99 %");
        row("between points", working + 100 * kMegabyte, 0, "fits below 98 %");
        row("below the curve", working + 30 * kMegabyte, 0, "fits below 61 %");
        row("the floor", working + 25 * kMegabyte, 0, "fits below 61 %");
        row("below the floor", working + 25 * kMegabyte - 1, 0, "too big even at its floor");
        row("nothing", 0, 0, "too big even at its floor");
        row("unknown", -1, 0, "");
    }
    void fitCountsWhatWeHoldAlready() {
        QFETCH(qint64, available);
        QFETCH(qint64, held);
        const Fit fit = fitOf(summary(), {available, held});
        QTEST(fitText(fit), "text");
        QCOMPARE(fit.kind == FitKind::TooBig, fit.missingBytes > 0);
    }

    void theFitOfAnUnmeasuredModelHasNoNumber() {
        StackSummary stack = summary();
        stack.curve.clear();
        QCOMPARE(fitText(fitOf(stack, {workingBytes(stack) + 50 * kMegabyte, 0})), QStringLiteral("fits in part"));
        QCOMPARE(fitText(fitOf({}, {kMegabyte, 0})), QString());
    }

    void wordsForPeople() {
        QCOMPARE(rangeText(summary()), QStringLiteral("runs from 46.0 MB to 131 MB"));
        QCOMPARE(missingText({FitKind::TooBig, 0, 3'100 * kMegabyte}),
                 QStringLiteral("needs 3.10 GB more than is free"));
        QCOMPARE(missingText({FitKind::Fits, 0, 0}), QString());
        QCOMPARE(percentText(0.29), QStringLiteral("29 %"));
        QCOMPARE(percentText(0.9999), QStringLiteral("99 %"));
        QCOMPARE(percentText(7), QStringLiteral("100 %"));
        QCOMPARE(parametersText(134'515'008), QStringLiteral("135 M"));
        QCOMPARE(parametersText(1'235'814'400), QStringLiteral("1.24 B"));
        QCOMPARE(parametersText(12), QStringLiteral("12"));
    }

    void rowsStaySortedByName() {
        LibraryModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.put(entry(QStringLiteral("/m/b"), QStringLiteral("Qwen 10")));
        model.put(entry(QStringLiteral("/m/a"), QStringLiteral("qwen 9")));
        model.put(entry(QStringLiteral("/m/c"), QStringLiteral("Gemma")));
        QCOMPARE(names(model),
                 (QStringList{QStringLiteral("Gemma"), QStringLiteral("qwen 9"), QStringLiteral("Qwen 10")}));

        const QPersistentModelIndex gemma = model.index(0);
        model.put(entry(QStringLiteral("/m/c"), QStringLiteral("Zephyr")));
        QCOMPARE(gemma.row(), 2);
        QCOMPARE(gemma.data(LibraryModel::PathRole).toString(), QStringLiteral("/m/c"));
        model.put(entry(QStringLiteral("/m/c"), QStringLiteral("Alpaca")));
        QCOMPARE(gemma.row(), 0);
        model.remove(QStringLiteral("/m/a"));
        model.remove(QStringLiteral("/m/unknown"));
        QCOMPARE(names(model), (QStringList{QStringLiteral("Alpaca"), QStringLiteral("Qwen 10")}));
        QCOMPARE(model.rowOf(QStringLiteral("/m/b")), 1);
        QVERIFY(model.find(QStringLiteral("/m/a")) == nullptr);
    }

    void twoFilesOfOneModelAreTwoRows() {
        LibraryModel model;
        model.put(entry(QStringLiteral("/m/2/x.strata")));
        model.put(entry(QStringLiteral("/m/1/x.strata")));
        QCOMPARE(names(model), (QStringList{QStringLiteral("SmolLM2 135M"), QStringLiteral("SmolLM2 135M")}));
        QCOMPARE(model.index(0).data(LibraryModel::PathRole).toString(), QStringLiteral("/m/1/x.strata"));
    }

    void cellsSayWhatTheFileSays() {
        LibraryModel model;
        model.put(entry(QStringLiteral("/m/a.strata")));
        model.setMemory({workingBytes(summary()) + 100 * kMegabyte, 0});
        const QModelIndex row = model.index(0);
        QCOMPARE(row.data(LibraryModel::ParametersRole).toString(), QStringLiteral("135 M"));
        QCOMPARE(row.data(LibraryModel::RangeRole).toString(), QStringLiteral("runs from 46.0 MB to 131 MB"));
        QCOMPARE(row.data(LibraryModel::QualityRole).toDouble(), 0.99);
        QCOMPARE(row.data(LibraryModel::LicenceRole).toString(), QStringLiteral("apache-2.0"));
        QCOMPARE(row.data(LibraryModel::FitTextRole).toString(), QStringLiteral("fits below 98 %"));
        QCOMPARE(row.data(LibraryModel::FitKindRole).toInt(), static_cast<int>(FitKind::FitsBelow));
        QCOMPARE(row.data(LibraryModel::SummaryRole).value<StackSummary>().parameters, summary().parameters);
        QVERIFY(row.data(Qt::AccessibleDescriptionRole).toString().contains(QStringLiteral("fits below 98 %")));
        QVERIFY(row.data(LibraryModel::UsableRole).toBool());
    }

    void aBrokenFileIsARowWithItsProblem() {
        LibraryModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        LibraryEntry broken;
        broken.record.path = QStringLiteral("/m/empty.strata");
        broken.problem = {QStringLiteral("It is empty."), {}, QStringLiteral("Copy it again.")};
        model.put(broken);
        model.setMemory({kMegabyte, 0});
        const QModelIndex row = model.index(0);
        QCOMPARE(row.data().toString(), QStringLiteral("empty"));
        QVERIFY(!row.data(LibraryModel::UsableRole).toBool());
        QCOMPARE(row.data(LibraryModel::ProblemTitleRole).toString(), QStringLiteral("It is empty."));
        QCOMPARE(row.data(LibraryModel::ProblemRemedyRole).toString(), QStringLiteral("Copy it again."));
        QCOMPARE(row.data(LibraryModel::FitTextRole).toString(), QString());
        QCOMPARE(row.data(LibraryModel::RangeRole).toString(), QString());
    }

    void memoryThatChangesNothingIsNoChange() {
        LibraryModel model;
        model.put(entry(QStringLiteral("/m/a.strata")));
        QSignalSpy changes(&model, &LibraryModel::dataChanged);
        const qint64 enough = workingBytes(summary()) + 200 * kMegabyte;
        model.setMemory({enough, 0});
        QCOMPARE(changes.size(), 1);
        model.setMemory({enough + 5, 0});
        model.setMemory({enough - 100, 50});
        QCOMPARE(changes.size(), 1);
        model.setMemory({enough - 100 * kMegabyte, 0});
        QCOMPARE(changes.size(), 2);
    }

    void oneModelIsTheLoadedOne() {
        LibraryModel model;
        model.put(entry(QStringLiteral("/m/a")));
        model.put(entry(QStringLiteral("/m/b")));
        QSignalSpy changes(&model, &LibraryModel::dataChanged);
        model.setLoaded(QStringLiteral("/m/a"));
        model.setLoaded(QStringLiteral("/m/b"));
        QCOMPARE(changes.size(), 3);
        QVERIFY(!model.index(0).data(LibraryModel::LoadedRole).toBool());
        QVERIFY(model.index(1).data(LibraryModel::LoadedRole).toBool());
        model.setLoaded({});
        QVERIFY(!model.index(1).data(LibraryModel::LoadedRole).toBool());
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::LibraryModelTest)
#include "library_model_test.moc"
