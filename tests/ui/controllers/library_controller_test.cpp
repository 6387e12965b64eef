#include "ui/controllers/library_controller.h"

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <QAbstractItemModelTester>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

namespace strata::ui {
namespace {

constexpr int kPatienceMs = 60'000;

#define STRATA_AWAIT(spy) QTRY_VERIFY_WITH_TIMEOUT(!(spy).isEmpty(), kPatienceMs)
#define STRATA_EVENTUALLY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, kPatienceMs)

/// A disk of its own for each test: models, other files, trash and database.
class Disk {
public:
    Disk() {
        QDir().mkpath(path(QStringLiteral("models")));
        QDir().mkpath(path(QStringLiteral("data")));
        qputenv("XDG_DATA_HOME", QFile::encodeName(path(QStringLiteral("data"))));
    }
    [[nodiscard]] QString path(const QString& name) const {
        return QFile::decodeName(m_folder.path().c_str()) + u'/' + name;
    }
    QString stack(const QString& name, std::uint64_t seed = 1) const {
        test::TinyOptions options;
        options.seed = seed;
        const QString file = path(name);
        QDir().mkpath(QFileInfo(file).path());
        [&] { QVERIFY(test::TinyModel(options).writeStack(QFile::encodeName(file).toStdString())); }();
        return file;
    }

private:
    test::TemporaryFolder m_folder;
};

/// A controller that has finished its first scan.
class Library {
public:
    explicit Library(const Disk& disk)
        : store(disk.path(QStringLiteral("strata.db"))), controller(store, disk.path(QStringLiteral("models"))) {
        QSignalSpy scanned(&controller, &LibraryController::scanned);
        controller.start();
        [&] { STRATA_AWAIT(scanned); }();
    }
    [[nodiscard]] LibraryModel& model() { return controller.model(); }
    [[nodiscard]] bool isUsable(const QString& path) {
        const LibraryEntry* entry = model().find(path);
        return entry != nullptr && entry->isUsable();
    }
    StoreController store;
    LibraryController controller;
};

class LibraryControllerTest : public QObject {
    Q_OBJECT
    QUrl m_opened;

public slots:
    void open(const QUrl& url) { m_opened = url; }

private slots:
    void findsWhatIsInTheFolder() {
        const Disk disk;
        const QString one = disk.stack(QStringLiteral("models/one.strata"));
        const QString two = disk.stack(QStringLiteral("models/deeper/two.strata"));
        disk.stack(QStringLiteral("models/half.strata.partial/stack.strata"));
        Library library(disk);
        const QAbstractItemModelTester tester(&library.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(library.model().rowCount(), 2);
        QVERIFY(library.isUsable(one) && library.isUsable(two));
        QCOMPARE(library.model().find(one)->stack.architecture, QStringLiteral("llama"));
        QVERIFY(library.model().find(one)->record.addedMs > 0);
    }

    void anEmptyOrMissingFolderIsAnEmptyLibrary() {
        const Disk disk;
        QVERIFY(QDir(disk.path(QStringLiteral("models"))).removeRecursively());
        Library library(disk);
        QCOMPARE(library.model().rowCount(), 0);
    }

    void badFilesAreRowsWithTheirProblem() {
        const Disk disk;
        QFile empty(disk.path(QStringLiteral("models/empty.strata")));
        QVERIFY(empty.open(QIODevice::WriteOnly));
        Library library(disk);
        QCOMPARE(library.model().rowCount(), 1);
        QCOMPARE(library.model().index(0).data(LibraryModel::ProblemTitleRole).toString(),
                 QStringLiteral("“empty.strata” is empty (0 bytes)."));
    }

    void followsTheDisk() {
        const Disk disk;
        Library library(disk);
        QSignalSpy vanished(&library.controller, &LibraryController::vanished);
        const QString path = disk.stack(QStringLiteral("models/new.strata"));
        STRATA_EVENTUALLY(library.isUsable(path));
        QVERIFY(QFile::remove(path));
        STRATA_AWAIT(vanished);
        QCOMPARE(vanished.first().first().toString(), path);
        QVERIFY(!library.isUsable(path));
        QVERIFY(library.model().find(path)->problem.remedy.contains(QStringLiteral("remove it")));
        disk.stack(QStringLiteral("models/new.strata"));
        STRATA_EVENTUALLY(library.isUsable(path));
    }

    void aCopyInProgressBecomesUsableWhenItIsWhole() {
        const Disk disk;
        QFile source(disk.stack(QStringLiteral("elsewhere.strata")));
        QVERIFY(source.open(QIODevice::ReadOnly));
        const QByteArray bytes = source.readAll();
        const QString path = disk.path(QStringLiteral("models/slow.strata"));
        QFile target(path);
        QVERIFY(target.open(QIODevice::WriteOnly) && target.write(bytes.left(bytes.size() / 2)) > 0 && target.flush());
        Library library(disk);
        QVERIFY(!library.isUsable(path));
        QVERIFY(target.write(bytes.mid(bytes.size() / 2)) > 0 && target.flush());
        STRATA_EVENTUALLY(library.isUsable(path));
    }

    void filesElsewhereAreAddedInPlaceAndRemembered() {
        const Disk disk;
        const QString path = disk.stack(QStringLiteral("usb/own.strata"));
        {
            Library library(disk);
            QSignalSpy added(&library.controller, &LibraryController::added);
            library.controller.add(path);
            STRATA_AWAIT(added);
            library.controller.rename(path, QStringLiteral("  My   model "));
            library.controller.noteUse(path, 118'000'000, 2048);
        }
        {
            Library library(disk);
            QVERIFY(library.isUsable(path));
            const StackRecord record = library.model().find(path)->record;
            QCOMPARE(record.name, QStringLiteral("My model"));
            QCOMPARE(record.memoryBytes, 118'000'000);
            QCOMPARE(record.contextLength, 2048);
            QVERIFY(record.lastUsedMs > 0);
        }
        QVERIFY(QFile::remove(path));
        Library library(disk);
        QVERIFY(!library.isUsable(path));
        QCOMPARE(library.model().find(path)->problem.title, QStringLiteral("“own.strata” is not there any more."));
        library.controller.remove(path, false);
        QCOMPARE(library.model().rowCount(), 0);
    }

    void whatIsRememberedIsReadBeforeAnythingIsListed() {
        const Disk disk;
        const QString inside = disk.stack(QStringLiteral("other/inside.strata"));
        const QString outside = disk.stack(QStringLiteral("usb/outside.strata"), 2);
        const QString taken = disk.stack(QStringLiteral("other/taken.strata"), 3);
        const auto otherFolder = disk.path(QStringLiteral("other"));
        {
            Library library(disk);
            library.controller.setModelsFolder(otherFolder);
            library.controller.add(outside);
            STRATA_EVENTUALLY(library.isUsable(inside) && library.isUsable(outside) && library.isUsable(taken));
            library.controller.rename(inside, QStringLiteral("Inside"));
            library.controller.rename(outside, QStringLiteral("Outside"));
            library.controller.remove(taken, false);
        }
        {
            StoreController store(disk.path(QStringLiteral("strata.db")));
            LibraryController controller(store, disk.path(QStringLiteral("models")));
            QSignalSpy settings(&store, &StoreController::settingsLoaded),
                scanned(&controller, &LibraryController::scanned);
            controller.setModelsFolder(otherFolder);
            controller.add(outside);
            STRATA_AWAIT(settings);
            QTest::qWait(200);
            QVERIFY(scanned.isEmpty());
            controller.start();
            STRATA_EVENTUALLY(scanned.size() >= 2);
            QVERIFY(controller.model().find(taken) == nullptr);
        }
        Library library(disk);
        library.controller.setModelsFolder(otherFolder);
        STRATA_EVENTUALLY(library.model().rowCount() == 2);
        QCOMPARE(library.model().find(inside)->record.name, QStringLiteral("Inside"));
        QCOMPARE(library.model().find(outside)->record.name, QStringLiteral("Outside"));
    }

    void aCopyGoesIntoTheFolder() {
        const Disk disk;
        const QString path = disk.stack(QStringLiteral("usb/own.strata"));
        disk.stack(QStringLiteral("models/own.strata"), 2);
        Library library(disk);
        QSignalSpy added(&library.controller, &LibraryController::added);
        QSignalSpy progress(&library.controller, &LibraryController::copyProgressed);
        library.controller.add(path, true);
        STRATA_AWAIT(added);
        const QString copy = disk.path(QStringLiteral("models/own 2.strata"));
        QCOMPARE(added.first().first().toString(), copy);
        QCOMPARE(QFileInfo(copy).size(), QFileInfo(path).size());
        QVERIFY(library.model().find(path) == nullptr);
        QCOMPARE(progress.last().at(1).toDouble(), 1.0);
        QVERIFY(!QFileInfo::exists(copy + QStringLiteral(".copying")));
    }

    void whatCannotBeAddedIsToldAndNotListed() {
        const Disk disk;
        QFile text(disk.path(QStringLiteral("text.strata")));
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write("no stack, but long enough to be one") > 0);
        text.close();
        Library library(disk);
        QSignalSpy failed(&library.controller, &LibraryController::addFailed);
        library.controller.add(text.fileName());
        library.controller.add(disk.path(QStringLiteral("absent.strata")), true);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 2, kPatienceMs);
        for (const QList<QVariant>& arguments : failed) {
            const Problem problem = arguments.at(1).value<Problem>();
            QVERIFY(!problem.title.isEmpty() && !problem.remedy.isEmpty());
        }
        QCOMPARE(library.model().rowCount(), 0);
    }

    void theSameModelTwiceIsNoticedAndTheNamesDiffer() {
        const Disk disk;
        disk.stack(QStringLiteral("models/first.strata"));
        const QString second = disk.stack(QStringLiteral("usb/second.strata"));
        Library library(disk);
        QSignalSpy noticed(&library.controller, &LibraryController::noticed);
        library.controller.add(second);
        STRATA_AWAIT(noticed);
        QCOMPARE(noticed.first().first().value<Problem>().title,
                 QStringLiteral("“Tiny” is in the library already; both are kept."));
        QCOMPARE(library.model().index(0).data().toString(), QStringLiteral("Tiny"));
        QCOMPARE(library.model().index(1).data().toString(), QStringLiteral("Tiny (second)"));
    }

    void removalToTheTrashCanBeUndone() {
        const Disk disk;
        const QString path = disk.stack(QStringLiteral("models/one.strata"));
        Library library(disk);
        library.controller.rename(path, QStringLiteral("Mine"));
        QSignalSpy removed(&library.controller, &LibraryController::removed);
        QSignalSpy failed(&library.controller, &LibraryController::removeFailed);
        library.controller.remove(path, true);
        STRATA_EVENTUALLY(!removed.isEmpty() || !failed.isEmpty());
        if (!failed.isEmpty()) QSKIP("there is no trash on this file system");
        QCOMPARE(removed.first().at(1).toString(), QStringLiteral("Mine"));
        QVERIFY(!QFileInfo::exists(path));
        QCOMPARE(library.model().rowCount(), 0);
        QVERIFY(library.controller.undoRemove(path));
        STRATA_EVENTUALLY(library.isUsable(path));
        QCOMPARE(library.model().find(path)->record.name, QStringLiteral("Mine"));
        QVERIFY(!library.controller.undoRemove(path));
    }

    void aFileThatStaysIsNotFoundAgain() {
        const Disk disk;
        const QString path = disk.stack(QStringLiteral("models/one.strata"));
        {
            Library library(disk);
            library.controller.remove(path, false);
            QCOMPARE(library.model().rowCount(), 0);
            QSignalSpy scanned(&library.controller, &LibraryController::scanned);
            library.controller.rescan();
            STRATA_AWAIT(scanned);
            QCOMPARE(library.model().rowCount(), 0);
        }
        Library library(disk);
        QCOMPARE(library.model().rowCount(), 0);
        QSignalSpy added(&library.controller, &LibraryController::added);
        library.controller.add(path);
        STRATA_AWAIT(added);
        library.controller.remove(path, false);
        QVERIFY(library.controller.undoRemove(path));
        STRATA_EVENTUALLY(library.isUsable(path));
    }

    void anotherFolderKeepsWhatWasListed() {
        const Disk disk;
        const QString one = disk.stack(QStringLiteral("models/one.strata"));
        const QString two = disk.stack(QStringLiteral("big disk/two.strata"));
        Library library(disk);
        library.controller.setModelsFolder(disk.path(QStringLiteral("big disk")));
        STRATA_EVENTUALLY(library.isUsable(two));
        QVERIFY(library.isUsable(one));
        QCOMPARE(library.controller.modelsFolder(), disk.path(QStringLiteral("big disk")));
    }

    void everyRemovalCanBeUndone() {
        const Disk disk;
        const QString one = disk.stack(QStringLiteral("models/one.strata"));
        const QString two = disk.stack(QStringLiteral("models/two.strata"), 2);
        const QString three = disk.stack(QStringLiteral("models/three.strata"), 3);
        Library library(disk);
        for (const QString& path : {one, two, three}) library.controller.remove(path, false);
        QCOMPARE(library.model().rowCount(), 0);
        for (const QString& path : {two, three, one}) {
            QVERIFY(library.controller.undoRemove(path));
            QVERIFY(!library.controller.undoRemove(path));
            STRATA_EVENTUALLY(library.isUsable(path));
        }
    }

    void modelsMoveToTheirNewFolder() {
        const Disk disk;
        const QString one = disk.stack(QStringLiteral("models/one.strata"));
        const QString elsewhere = disk.stack(QStringLiteral("usb/own.strata"), 2);
        const QString folder = disk.path(QStringLiteral("big disk"));
        const QString target = folder + QStringLiteral("/one.strata");
        {
            Library library(disk);
            library.controller.rename(one, QStringLiteral("Mine"));
            QSignalSpy added(&library.controller, &LibraryController::added);
            library.controller.add(elsewhere);
            STRATA_AWAIT(added);
            QCOMPARE(library.controller.stacksIn(disk.path(QStringLiteral("models"))), QStringList{one});
            QSignalSpy moved(&library.controller, &LibraryController::moved);
            QSignalSpy ended(&library.controller, &LibraryController::moveEnded);
            library.controller.setModelsFolder(folder);
            library.controller.moveIn({one});
            STRATA_AWAIT(ended);
            QCOMPARE(ended.first().first().toInt(), 1);
            QCOMPARE(moved.first().at(1).toString(), target);
            STRATA_EVENTUALLY(library.isUsable(target));
            QVERIFY(!QFileInfo::exists(one) && library.model().find(one) == nullptr);
            QCOMPARE(library.model().find(target)->record.name, QStringLiteral("Mine"));
            QVERIFY(library.isUsable(elsewhere));
        }
        Library again(disk);
        QVERIFY(again.isUsable(target));
        QCOMPARE(again.model().find(target)->record.name, QStringLiteral("Mine"));
    }

    void aMoveThatFailsLeavesTheModel() {
        const Disk disk;
        const QString one = disk.stack(QStringLiteral("models/one.strata"));
        const QString file = disk.stack(QStringLiteral("file"), 2);
        Library library(disk);
        QSignalSpy failed(&library.controller, &LibraryController::moveFailed);
        QSignalSpy ended(&library.controller, &LibraryController::moveEnded);
        library.controller.setModelsFolder(file + QStringLiteral("/below"));
        library.controller.moveIn({one, disk.path(QStringLiteral("models/none.strata"))});
        STRATA_AWAIT(ended);
        QCOMPARE(ended.first().first().toInt(), 0);
        QCOMPARE(failed.size(), 2);
        const auto problem = failed.first().at(1).value<Problem>();
        QVERIFY2(problem.title.contains(QStringLiteral("one.strata")), qPrintable(problem.title));
        QVERIFY(!problem.remedy.isEmpty());
        QVERIFY(QFileInfo::exists(one) && library.isUsable(one));
    }

    void revealOpensTheFolder() {
        const Disk disk;
        Library library(disk);
        QDesktopServices::setUrlHandler(QStringLiteral("file"), this, "open");
        library.controller.reveal(disk.path(QStringLiteral("usb/own.strata")));
        QDesktopServices::unsetUrlHandler(QStringLiteral("file"));
        QCOMPARE(m_opened.toLocalFile(), disk.path(QStringLiteral("usb")));
    }

    void worksWithoutADatabase() {
        const Disk disk;
        const QString path = disk.stack(QStringLiteral("models/one.strata"));
        QVERIFY(QDir().mkpath(disk.path(QStringLiteral("strata.db"))));
        Library library(disk);
        QVERIFY(library.isUsable(path));
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::LibraryControllerTest)
#include "library_controller_test.moc"
