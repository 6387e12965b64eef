// Another models folder: the question, and the move.
#include "app/strata/folder_wiring.h"

#include "tests/support/tiny_model.h"
#include "ui/controllers/memory_controller.h"
#include "ui/store/app_folders.h"
#include "ui/window/main_window.h"

#include <QAbstractButton>
#include <QFile>
#include <QLabel>
#include <QMessageBox>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace strata::app {
namespace {

using namespace strata::ui;

constexpr int kPatienceMs = 60'000;

struct Desk {
    QTemporaryDir folder;
    Theme theme;
    StoreController store{folder.filePath(QStringLiteral("strata.db"))};
    EngineController engine;
    MemoryController memory{engine};
    LibraryController library{store, folder.filePath(QStringLiteral("models"))};
    MainWindow window{memory, theme};
    FolderWiring wiring{library, engine, window};
    QString stack = folder.filePath(QStringLiteral("models/tiny.strata"));
    QString other = folder.filePath(QStringLiteral("big disk"));

    Desk() {
        QDir().mkpath(folder.filePath(QStringLiteral("models")));
        [&] { QVERIFY(test::TinyModel().writeStack(QFile::encodeName(stack).toStdString())); }();
        QSignalSpy scanned(&library, &LibraryController::scanned);
        library.start();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!scanned.isEmpty(), kPatienceMs); }();
        window.show();
    }
    [[nodiscard]] QMessageBox* question() const { return window.findChild<QMessageBox*>(QStringLiteral("moveModels")); }
    void answer(QMessageBox::ButtonRole role) const {
        for (QAbstractButton* button : question()->buttons())
            if (question()->buttonRole(button) == role) return button->click();
    }
};

class FolderWiringTest : public QObject {
    Q_OBJECT
private slots:
    void modelsMoveWhereTheUserWantsIt() {
        Desk desk;
        QSignalSpy told(&desk.wiring, &FolderWiring::told);
        desk.wiring.change(desk.other);
        QVERIFY(desk.question() != nullptr);
        QVERIFY(desk.question()->informativeText().startsWith(QStringLiteral("1 model, ")));
        desk.answer(QMessageBox::AcceptRole);
        const QString target = desk.other + QStringLiteral("/tiny.strata");
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, kPatienceMs);
        QCOMPARE(told.first().first().value<Notice>().title, QStringLiteral("1 model moved to the new folder"));
        QVERIFY(QFile::exists(target) && !QFile::exists(desk.stack));
        QTRY_VERIFY_WITH_TIMEOUT(desk.library.model().find(target) != nullptr, kPatienceMs);
    }

    void modelsStayWhereTheUserWantsIt() {
        Desk desk;
        desk.wiring.change(desk.other);
        desk.answer(QMessageBox::RejectRole);
        QTRY_VERIFY(desk.question() == nullptr);
        QCOMPARE(desk.library.modelsFolder(), desk.other);
        QVERIFY(QFile::exists(desk.stack) && desk.library.model().find(desk.stack) != nullptr);
    }

    void nothingIsAskedWhereNothingLies() {
        Desk desk;
        desk.wiring.change(desk.library.modelsFolder());
        QVERIFY(desk.question() == nullptr);
        desk.library.remove(desk.stack, false);
        desk.wiring.change(desk.other);
        QVERIFY(desk.question() == nullptr);
    }

    void aLoadedModelComesBack() {
        Desk desk;
        QSignalSpy loaded(&desk.engine, &EngineController::loaded);
        desk.engine.load(desk.stack, {});
        QTRY_VERIFY_WITH_TIMEOUT(!loaded.isEmpty(), kPatienceMs);
        QSignalSpy wanted(&desk.wiring, &FolderWiring::reloadRequested);
        desk.wiring.change(desk.other);
        desk.answer(QMessageBox::AcceptRole);
        QVERIFY(desk.engine.state() == EngineState::Empty);
        QTRY_COMPARE_WITH_TIMEOUT(wanted.size(), 1, kPatienceMs);
        QCOMPARE(wanted.first().first().toString(), desk.other + QStringLiteral("/tiny.strata"));
    }

    void aFailureIsToldAndNothingIsLost() {
        Desk desk;
        QSignalSpy told(&desk.wiring, &FolderWiring::told);
        desk.wiring.change(desk.stack + QStringLiteral("/below a file"));
        desk.answer(QMessageBox::AcceptRole);
        QTRY_COMPARE_WITH_TIMEOUT(told.size(), 1, kPatienceMs);
        QVERIFY(told.first().first().value<Notice>().kind == NoticeKind::Error);
        QVERIFY(QFile::exists(desk.stack));
    }
};

}  // namespace
}  // namespace strata::app

QTEST_MAIN(strata::app::FolderWiringTest)
#include "folder_wiring_test.moc"
