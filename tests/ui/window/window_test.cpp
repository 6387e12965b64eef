#include "ui/controllers/engine_controller.h"
#include "ui/controllers/memory_controller.h"
#include "ui/library/library_page.h"
#include "ui/settings/settings_page.h"
#include "ui/window/drop_overlay.h"
#include "ui/window/jobs_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/notice_bar.h"
#include "ui/window/shortcuts.h"
#include "ui/window/sidebar.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <QUrl>

namespace strata::ui {
namespace {

struct Fixture {
    Theme theme;
    EngineController engine;
    MemoryController memory{engine};
    MainWindow window{memory, theme};
    Fixture() {
        theme.setReducedMotion(true);
        window.show();
    }
    [[nodiscard]] QWidget* child(const char* name) { return window.findChild<QWidget*>(QLatin1String(name)); }
};

LibraryEntry entry(const QString& name) {
    LibraryEntry entry;
    entry.record.path = QStringLiteral("/models/%1.strata").arg(name);
    entry.record.name = name;
    entry.stack.path = entry.record.path;
    entry.stack.name = name;
    entry.stack.parameters = 134'500'000;
    entry.stack.floorWeightBytes = 17'000'000;
    entry.stack.usefulWeightBytes = 43'000'000;
    entry.stack.fullWeightBytes = 111'000'000;
    return entry;
}

class WindowTest : public QObject {
    Q_OBJECT
private slots:
    void sideColumnsCloseWhereThereIsNoRoom() {
        Fixture f;
        f.window.resize(1280, 800);
        QVERIFY(f.window.columns().isOpen(Side::Left) && f.window.columns().isOpen(Side::Right));
        QVERIFY(!f.child("rail")->isVisible() && !f.child("memoryStrip")->isVisible());
        f.window.resize(800, 600);
        QTRY_VERIFY(!f.window.columns().isOpen(Side::Left) && !f.window.columns().isOpen(Side::Right));
        QVERIFY(f.child("rail")->isVisible() && f.child("memoryStrip")->isVisible());
        // One may be opened by hand; the other gives way.
        f.window.columns().setOpen(Side::Left, true);
        f.window.columns().setOpen(Side::Right, true);
        QVERIFY(!f.window.columns().isOpen(Side::Left) && f.window.columns().isOpen(Side::Right));
        f.window.resize(1280, 800);
        QTRY_VERIFY(f.window.columns().isOpen(Side::Left) && f.window.columns().isOpen(Side::Right));
        f.window.columns().setOpen(Side::Right, false);
        QVERIFY(f.child("memoryStrip")->isVisible());
        QCOMPARE(f.window.minimumSize(), QSize(720, 520));
    }

    void theWindowRemembersItsColumns() {
        Fixture f;
        f.window.resize(1200, 700);
        f.window.columns().setOpen(Side::Left, false);
        const WindowState state = f.window.state();
        Fixture other;
        other.window.restoreState(state);
        QTRY_COMPARE(other.window.size(), QSize(1200, 700));
        QVERIFY(!other.window.columns().isWanted(Side::Left) && other.window.columns().isWanted(Side::Right));
    }

    void pagesAreShownByKeysAndButtons() {
        Fixture f;
        QSignalSpy changed(&f.window, &MainWindow::pageChanged);
        f.window.setPageWidget(Page::Library, new QLabel(QStringLiteral("models")));
        QTest::mouseClick(f.child("modelsButton"), Qt::LeftButton);
        QCOMPARE(f.window.page(), Page::Library);
        QVERIFY(f.window.findChild<QAbstractButton*>(QStringLiteral("modelsButton"))->isChecked());
        QTest::mouseClick(f.child("modelsButton"), Qt::LeftButton);
        QCOMPARE(f.window.page(), Page::Chat);
        f.window.showPage(Page::Settings);
        QSignalSpy fresh(&f.window, &MainWindow::newChatRequested);
        f.window.findChild<QAbstractButton*>(QStringLiteral("railNewChat"))->click();
        QCOMPARE(fresh.count(), 1);
        QCOMPARE(f.window.page(), Page::Chat);
        QCOMPARE(changed.count(), 4);
    }

    void aDropIsAnnouncedAndHandedOver() {
        Fixture f;
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(QStringLiteral("/tmp/model.gguf"))});
        QSignalSpy hovered(&f.window, &MainWindow::dropHovered);
        QSignalSpy dropped(&f.window, &MainWindow::dropped);
        QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&f.window, &enter);
        QVERIFY(enter.isAccepted());
        QVERIFY(f.child("dropOverlay")->isVisible());
        QCOMPARE(hovered.takeFirst()[0].toStringList(), QStringList{QStringLiteral("/tmp/model.gguf")});
        QDropEvent drop(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, {});
        QApplication::sendEvent(&f.window, &drop);
        QVERIFY(!f.child("dropOverlay")->isVisible());
        QCOMPARE(dropped.count(), 1);
        QMimeData text;
        text.setText(QStringLiteral("words"));
        QDragEnterEvent other(QPoint(50, 50), Qt::CopyAction, &text, Qt::LeftButton, {});
        other.setAccepted(false);
        QApplication::sendEvent(&f.window, &other);
        QVERIFY(!other.isAccepted());
    }

    void whatADropWillDoIsSaidBefore() {
        SourceDescription model;
        model.kind = SourceKind::Gguf;
        model.name = QStringLiteral("Llama-3.2-1B");
        model.sizeBytes = 2'500'000'000;
        model.isUsable = true;
        CompressionCost cost;
        cost.seconds = 360;
        const DropWords words = dropWords({model}, &cost);
        QVERIFY(words.accepted);
        QCOMPARE(words.title, QStringLiteral("Compress Llama-3.2-1B (2.50 GB)"));
        QCOMPARE(words.text, QStringLiteral("about 6 minutes"));
        SourceDescription picture;
        picture.problem = {QStringLiteral("“beach.jpg” is not a model."), {}, QStringLiteral("Drop a .gguf file.")};
        QVERIFY(!dropWords({picture}, nullptr).accepted);
        QCOMPARE(dropWords({picture}, nullptr).title, picture.problem.title);
    }

    void noticesComeAndGo() {
        Theme theme;
        NoticeBar bar(theme);
        QVERIFY(!bar.isVisible());
        bool done = false;
        bar.show(noticeOf({QStringLiteral("first"), {}, {}}));
        Notice second;
        second.title = QStringLiteral("second");
        second.actionText = QStringLiteral("Undo");
        second.action = [&] { done = true; };
        bar.show(second);
        bar.show(second);
        QCOMPARE(bar.currentTitle(), QStringLiteral("second"));
        bar.findChild<QPushButton*>()->click();
        QVERIFY(done);
        QCOMPARE(bar.currentTitle(), QStringLiteral("first"));
        bar.closeCurrent();
        QVERIFY(bar.currentTitle().isEmpty() && !bar.isVisible());
    }

    void jobsCanBeHeldAndResumed() {
        Theme theme;
        JobsPanel panel(theme);
        QSignalSpy paused(&panel, &JobsPanel::pauseRequested);
        QSignalSpy resumed(&panel, &JobsPanel::resumeRequested);
        const QString key = QStringLiteral("compress/1");
        panel.setJob(key, {.title = QStringLiteral("Compress X"), .text = {}, .fraction = 0.4});
        const auto buttons = panel.findChildren<QToolButton*>();
        QCOMPARE(buttons.size(), 2);
        for (const QToolButton* button : buttons) QVERIFY(!button->accessibleName().isEmpty());
        buttons[0]->click();
        QCOMPARE(paused.count(), 1);
        panel.setJob(key, {.title = QStringLiteral("Compress X"), .text = {}, .fraction = 0.4, .running = false});
        buttons[0]->click();
        QCOMPARE(resumed.count(), 1);
        panel.removeJob(key);
        QVERIFY(panel.isEmpty());
    }

    void theLibraryIsADropZoneUntilThereAreModels() {
        Theme theme;
        LibraryModel model;
        LibraryPage page(model, theme);
        page.resize(900, 700);
        page.show();
        page.setSuggestion({QStringLiteral("SmolLM2"), QStringLiteral("small"), QStringLiteral("Download")});
        QVERIFY(page.findChild<QWidget*>(QStringLiteral("dropZone"))->isVisible());
        QVERIFY(page.findChild<QWidget*>(QStringLiteral("suggestion"))->isVisible());
        model.put(entry(QStringLiteral("B")));
        model.put(entry(QStringLiteral("A")));
        QVERIFY(!page.findChild<QWidget*>(QStringLiteral("dropZone"))->isVisible());
        QCOMPARE(page.findChildren<QFrame*>(QStringLiteral("modelCard")).size() >= 2, true);
        QSignalSpy opened(&page, &LibraryPage::openRequested);
        QTest::qWait(0);
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->isVisible() && button->accessibleName() == QLatin1String("Chat: A")) button->click();
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toString(), QStringLiteral("/models/A.strata"));
        // Too big: it can be loaded all the same, and the card says so.
        model.setMemory({1'000'000, 0});
        QTest::qWait(0);
        bool anyway = false;
        for (const QPushButton* button : page.findChildren<QPushButton*>())
            anyway |= button->isVisible() && button->text() == QLatin1String("Load anyway");
        QVERIFY(anyway);
    }

    void settingsTakeEffectAtOnce() {
        Theme theme;
        SettingsPage page(theme);
        QSignalSpy changed(&page, &SettingsPage::changed);
        SettingsValues values;
        values.fontPercent = 150;
        page.setValues(values);
        QCOMPARE(changed.count(), 0);
        page.findChild<QSpinBox*>(QStringLiteral("fontPercent"))->setValue(180);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(page.values().fontPercent, 180);
        page.setDiagnostics([] { return QStringLiteral("facts"); });
        page.findChild<QPushButton*>(QStringLiteral("copyDiagnostics"))->click();
    }

    void everyControlHasANameForScreenReaders() {
        Fixture f;
        SettingsPage settings(f.theme);
        for (const QWidget* root : {static_cast<const QWidget*>(&f.window), static_cast<const QWidget*>(&settings)}) {
            for (const QAbstractButton* button : root->findChildren<QAbstractButton*>()) {
                // Qt's own inside an input, and what is taken away while it has nothing to say.
                if (button->isHidden() || qobject_cast<const QLineEdit*>(button->parent()) != nullptr) continue;
                QVERIFY2(!button->accessibleName().isEmpty() || !button->text().isEmpty(),
                         qPrintable(button->objectName() + QLatin1String(button->metaObject()->className()) +
                                    button->parent()->objectName()));
                if (!button->icon().isNull() && button->text().isEmpty())
                    QVERIFY2(!button->toolTip().isEmpty(), qPrintable(button->objectName()));
            }
        }
    }

    void shortcutsAreListedOnce() {
        QStringList seen;
        for (const ShortcutAction action : allShortcuts()) {
            QVERIFY(!shortcutText(action).isEmpty());
            const QString keys = shortcutKeys(action).toString();
            QVERIFY2(!keys.isEmpty() && !seen.contains(keys), qPrintable(keys));
            seen.append(keys);
        }
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::WindowTest)
#include "window_test.moc"
