#include "ui/chat/chat_page.h"

#include "tests/ui/chat/fake_engine.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_list.h"
#include "ui/chat/find_bar.h"
#include "ui/chat/link_dialog.h"
#include "ui/chat/sampling_panel.h"
#include "ui/chat/search_results.h"
#include "ui/controllers/store_controller.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QDoubleSpinBox>
#include <QFile>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMainWindow>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace strata::ui;

namespace {

struct Desk {
    QTemporaryDir folder;
    StoreController store{folder.filePath(QStringLiteral("strata.db"))};
    EngineController engine;
    Theme theme;
    ChatPage page{&engine, &store, &theme};
    bool ready = false;  ///< shortcuts need an active window

    Desk() {
        page.resize(900, 700);
        page.show();
        page.activateWindow();
        ready = QTest::qWaitForWindowActive(&page);
        page.focusComposer();
    }

    [[nodiscard]] QWidget* edit() const { return page.composer()->edit(); }

    bool flush() {
        for (int round = 0; round < 6; ++round) {
            QSignalSpy spy(&store, &StoreController::flushed);
            store.flush();
            if (!spy.wait(10'000)) return false;
        }
        return true;
    }
};

void paste(Composer& composer, const QString& text) {
    QGuiApplication::clipboard()->setText(text);
    composer.edit()->paste();
}

bool showsText(const QWidget& widget, const QString& part) {
    for (const QLabel* label : widget.findChildren<QLabel*>()) {
        if (label->isVisible() && label->text().contains(part)) return true;
    }
    return false;
}

}  // namespace

class ChatPageTest : public QObject {
    Q_OBJECT
private slots:
    /// Or it would look as if the program hung.
    void anAnswerThatIsHeldSaysWhy() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.page.controller()->send(QStringLiteral("one"));
        emit desk.engine.answerStarted(fake::of(desk.engine).last);
        emit desk.engine.textArrived(fake::of(desk.engine).last, QStringLiteral("It is"));
        const auto hold = [&](bool holds) {
            fake::of(desk.engine).holds = holds;
            emit desk.engine.yieldedChanged(holds);
        };
        hold(true);
        QTRY_VERIFY(showsText(desk.page, QStringLiteral("take it back to go on")));
        hold(false);
        QTRY_VERIFY(!showsText(desk.page, QStringLiteral("take it back to go on")));
        hold(true);
        emit desk.engine.answerFinished(fake::of(desk.engine).last, {});
        QTRY_VERIFY(!showsText(desk.page, QStringLiteral("take it back to go on")));
    }

    void findOpensFromTheColumnsBesideToo() {
        Desk desk;
        QMainWindow window;
        auto* column = new QLineEdit(&window);
        window.setMenuWidget(column);
        window.setCentralWidget(&desk.page);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        column->setFocus();
        QTRY_VERIFY(column->hasFocus());
        QTest::keyClick(column, Qt::Key_F, Qt::ControlModifier);
        auto* words = desk.page.findChild<FindBar*>()->findChild<QLineEdit*>();
        QTRY_VERIFY(words->hasFocus());
        desk.page.setParent(nullptr);
    }

    void everyDeletionOffersItsUndo() {
        Desk desk;
        ChatController* chat = desk.page.controller();
        fake::makeReady(desk.engine);
        for (const char* text : {"one", "two"}) {
            chat->send(QString::fromLatin1(text));
            fake::answer(desk.engine, QStringLiteral("ok"));
        }
        const auto button = [&](const QString& name) -> QToolButton* {
            for (auto* found : desk.page.findChildren<QToolButton*>())
                if (found->isVisible() && (found->text() == name || found->accessibleName() == name)) return found;
            return nullptr;
        };
        const auto count = [&] { return chat->messages()->rowCount(); };
        chat->remove(chat->messages()->nodeAt(3));
        QVERIFY(showsText(desk.page, QStringLiteral("Message deleted")));
        chat->remove(chat->messages()->nodeAt(2));
        QVERIFY(showsText(desk.page, QStringLiteral("Deleted 2 times")));
        // A failure in between is told, and what can be undone comes back behind it.
        chat->regenerate(chat->messages()->nodeAt(1));
        emit desk.engine.answerFailed(fake::of(desk.engine).last, {QStringLiteral("The disk is gone."), {}, {}});
        QVERIFY(showsText(desk.page, QStringLiteral("The disk is gone.")));
        QVERIFY(!button(QStringLiteral("Undo")));
        button(QStringLiteral("Close"))->click();
        QVERIFY(showsText(desk.page, QStringLiteral("Deleted 2 times")));
        button(QStringLiteral("Undo"))->click();
        QCOMPARE(count(), 3);
        QVERIFY(showsText(desk.page, QStringLiteral("Message deleted")));
        button(QStringLiteral("Undo"))->click();
        QCOMPARE(count(), 4);
        QVERIFY(!button(QStringLiteral("Undo")));
        // Who closes the notice is content with it.
        chat->remove(chat->messages()->nodeAt(3));
        button(QStringLiteral("Close"))->click();
        QVERIFY(!button(QStringLiteral("Undo")));
        QCOMPARE(chat->undoableRemoves(), 0);
    }

    void sendsByEnter() {
        Desk desk;
        fake::makeReady(desk.engine);
        QTest::keyClicks(desk.edit(), QStringLiteral("one"));
        QTest::keyClick(desk.edit(), Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(desk.edit(), QStringLiteral("two"));
        QTest::keyClick(desk.edit(), Qt::Key_Return);
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        QCOMPARE(fake::of(desk.engine).asked.first().turns.last().text, QStringLiteral("one\ntwo"));
        QVERIFY(desk.page.composer()->text().isEmpty());
    }

    void sendsByControlEnterWhereEnterBreaksLines() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.page.composer()->setEnterSends(false);
        QTest::keyClicks(desk.edit(), QStringLiteral("one"));
        QTest::keyClick(desk.edit(), Qt::Key_Return);
        QVERIFY(fake::of(desk.engine).asked.isEmpty());
        QTest::keyClick(desk.edit(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
    }

    void isUsableWithoutAModel() {
        Desk desk;
        QSignalSpy wanted(&desk.page, &ChatPage::modelWanted);
        QVERIFY(desk.page.composer()->isEnabled());
        QTest::keyClicks(desk.edit(), QStringLiteral("early"));
        QTest::keyClick(desk.edit(), Qt::Key_Return);
        QCOMPARE(wanted.size(), 1);
        desk.page.view()->layOutNow();
        QVERIFY(showsText(*desk.page.view(), ChatPage::tr("Waiting for a model")));
        fake::makeReady(desk.engine);
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
    }

    void stopsByEscape() {
        Desk desk;
        fake::makeReady(desk.engine);
        QVERIFY(desk.ready);
        desk.page.controller()->send(QStringLiteral("q"));
        QTest::keyClick(desk.edit(), Qt::Key_Escape);
        QCOMPARE(fake::of(desk.engine).stops, 1);
    }

    void showsWhatIsQueued() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.page.controller()->send(QStringLiteral("q"));
        desk.page.composer()->setText(QStringLiteral("and this"));
        QTest::keyClick(desk.edit(), Qt::Key_Return);
        QVERIFY(showsText(*desk.page.composer(), QStringLiteral("and this")));
        fake::answer(desk.engine, QStringLiteral("a"));
        QVERIFY(!showsText(*desk.page.composer(), QStringLiteral("and this")));
        QCOMPARE(fake::of(desk.engine).asked.last().turns.last().text, QStringLiteral("and this"));
    }

    void editsTheLastMessage() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.page.controller()->send(QStringLiteral("first"));
        fake::answer(desk.engine, QStringLiteral("a"));
        desk.page.composer()->setText(QStringLiteral("a draft"));
        QTest::keyClick(desk.edit(), Qt::Key_Up, Qt::AltModifier);
        QVERIFY(desk.page.composer()->isEditing());
        QCOMPARE(desk.page.composer()->text(), QStringLiteral("first"));
        QTest::keyClick(desk.edit(), Qt::Key_Escape);
        QVERIFY(!desk.page.composer()->isEditing());
        QCOMPARE(desk.page.composer()->text(), QStringLiteral("a draft"));
        desk.page.editLastMessage();
        desk.page.composer()->setText(QStringLiteral("second"));
        QTest::keyClick(desk.edit(), Qt::Key_Return);
        QCOMPARE(fake::of(desk.engine).asked.last().turns.last().text, QStringLiteral("second"));
        QCOMPARE(desk.page.controller()->messages()->index(0).data(ChatTreeModel::VersionCountRole).toInt(), 2);
        QCOMPARE(desk.page.composer()->text(), QStringLiteral("a draft"));
    }

    void growsToEightLines() {
        Desk desk;
        const int one = desk.edit()->height();
        desk.page.composer()->setText(QStringLiteral("a\nb\nc"));
        const int three = desk.edit()->height();
        QVERIFY(three > one);
        desk.page.composer()->setText(QStringLiteral("x\n").repeated(8));
        const int eight = desk.edit()->height();
        desk.page.composer()->setText(QStringLiteral("x\n").repeated(80));
        QCOMPARE(desk.edit()->height(), eight);
    }

    void refusesWhatIsNoMessage() {
        Desk desk;
        Composer& composer = *desk.page.composer();
        paste(composer, QString(10'000'000, u'x'));
        QVERIFY(composer.text().isEmpty());
        QVERIFY(showsText(composer, ComposerEdit::tr("Nothing was pasted").left(18)));
        QString binary;
        for (int index = 0; index < 4000; ++index) binary += QChar(static_cast<char16_t>(1 + index % 255));
        paste(composer, binary);
        QVERIFY(composer.text().isEmpty());
        paste(composer, QStringLiteral("plain\twords\n"));
        QCOMPARE(composer.text(), QStringLiteral("plain\twords\n"));
    }

    void offersPrompts() {
        Desk desk;
        fake::makeReady(desk.engine);
        auto* prompt = desk.page.findChild<QPushButton*>(QStringLiteral("prompt0"));
        QVERIFY(prompt && prompt->isVisible());
        prompt->click();
        QCOMPARE(fake::of(desk.engine).asked.size(), 1);
        QVERIFY(!prompt->isVisible());
    }

    void opensOnlyHonestLinks_data() {
        QTest::addColumn<QString>("link");
        QTest::addColumn<bool>("opens");
        QTest::newRow("https") << QStringLiteral("https://a.example/x") << true;
        QTest::newRow("http") << QStringLiteral("http://a.example") << true;
        QTest::newRow("mail") << QStringLiteral("mailto:a@b.example") << true;
        QTest::newRow("file") << QStringLiteral("file:///etc/passwd") << false;
        QTest::newRow("javascript") << QStringLiteral("javascript:alert(1)") << false;
        QTest::newRow("relative") << QStringLiteral("x/y") << false;
        QTest::newRow("no host") << QStringLiteral("https:///x") << false;
        QTest::newRow("data") << QStringLiteral("data:text/html,x") << false;
    }
    void opensOnlyHonestLinks() {
        QFETCH(QString, link);
        QTEST(isOpenableLink(QUrl(link)), "opens");
        QWidget parent;
        askAndOpenLink(QUrl(link), &parent);
        auto* box = parent.findChild<QMessageBox*>();
        QVERIFY(box);
        QVERIFY(box->informativeText().contains(QString::fromLatin1(QUrl(link).toEncoded())));
    }

    void changesTheSampling() {
        Desk desk;
        fake::makeReady(desk.engine);
        desk.page.openSampling();
        auto* panel = desk.page.findChild<SamplingPanel*>();
        QVERIFY(panel);
        auto* temperature = panel->findChildren<QDoubleSpinBox*>().first();
        temperature->setValue(0.25);
        desk.page.controller()->send(QStringLiteral("q"));
        QCOMPARE(fake::of(desk.engine).asked.last().sampling.temperature, 0.25F);
    }

    void listsAndSearchesConversations() {
        Desk desk;
        ConversationList list(desk.page.controller(), &desk.store, &desk.theme);
        connect(&list, &ConversationList::openRequested, &desk.page, &ChatPage::openConversation);
        fake::makeReady(desk.engine);
        desk.page.controller()->send(QStringLiteral("Tell me about gibbons"));
        fake::answer(desk.engine, QStringLiteral("They sing duets at dawn."));
        QVERIFY(desk.flush());
        const ConversationRecord conversation = desk.page.controller()->conversation();
        QVERIFY(list.model()->rowOf(conversation.id) >= 0);

        list.findChild<QLineEdit*>()->setText(QStringLiteral("duets"));
        QTRY_COMPARE_WITH_TIMEOUT(list.results()->rowCount(), 1, 10'000);
        const auto marked = list.results()->index(0).data(SearchResultsModel::SnippetRole).value<MarkedText>();
        QCOMPARE(marked.marks.size(), 1);
        QCOMPARE(marked.text.sliced(marked.marks[0].first, marked.marks[0].second), QStringLiteral("duets"));

        list.setName(conversation, QStringLiteral("Apes"));
        list.setPinned(*list.model()->find(conversation.id), true);
        QVERIFY(desk.flush());
        QCOMPARE(desk.page.controller()->conversation().title, QStringLiteral("Apes"));
        QVERIFY(desk.page.controller()->conversation().pinned);

        const QString json = desk.folder.filePath(QStringLiteral("apes.json"));
        QSignalSpy exported(&list, &ConversationList::exported);
        list.exportTo(json, *list.model()->find(conversation.id), true);
        QVERIFY(exported.wait(10'000));
        list.remove(*list.model()->find(conversation.id));
        QVERIFY(list.model()->rowOf(conversation.id) < 0);
        QCOMPARE(desk.page.controller()->messages()->rowCount(), 0);
        list.undoRemove();
        QVERIFY(list.model()->rowOf(conversation.id) >= 0);

        QSignalSpy opened(&list, &ConversationList::openRequested);
        list.importFrom(json);
        QVERIFY(opened.wait(10'000));
        QTRY_COMPARE_WITH_TIMEOUT(desk.page.controller()->messages()->rowCount(), 2, 10'000);
        QSignalSpy failed(&list, &ConversationList::failed);
        list.importFrom(desk.folder.filePath(QStringLiteral("nothing.json")));
        QVERIFY(failed.wait(10'000));
        QFile(json).resize(20);
        list.importFrom(json);
        QVERIFY(failed.wait(10'000));
        QVERIFY(failed.last()[0].value<Problem>().title.contains(QStringLiteral("apes.json")));
    }
};

QTEST_MAIN(ChatPageTest)
#include "chat_page_test.moc"
