#include "ui/library/library_page.h"

#include <QAbstractButton>
#include <QAction>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>

namespace strata::ui {
namespace {

class LibraryPageTest : public QObject {
    Q_OBJECT
private slots:
    void filesAndFoldersCanBeOpened_data() {
        QTest::addColumn<QString>("button");
        QTest::newRow("add") << QStringLiteral("addModel");
        QTest::newRow("drop zone") << QStringLiteral("dropZone");
    }
    void filesAndFoldersCanBeOpened() {
        QFETCH(QString, button);
        Theme theme;
        LibraryModel model;
        LibraryPage page(model, theme);
        page.resize(800, 600);
        page.show();
        QSignalSpy files(&page, &LibraryPage::filesRequested);
        QSignalSpy folder(&page, &LibraryPage::folderRequested);
        for (const int choice : {0, 1}) {
            // By keyboard, as by mouse.
            QTest::keyClick(page.findChild<QAbstractButton*>(button), Qt::Key_Space);
            auto* menu = page.findChild<QMenu*>(QStringLiteral("openMenu"));
            QVERIFY(menu != nullptr && menu->isVisible());
            QCOMPARE(menu->actions().size(), 2);
            menu->actions().at(choice)->trigger();
            menu->close();
            QTRY_VERIFY(page.findChild<QMenu*>(QStringLiteral("openMenu")) == nullptr);
        }
        QCOMPARE(files.count(), 1);
        QCOMPARE(folder.count(), 1);
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::LibraryPageTest)
#include "library_page_test.moc"
