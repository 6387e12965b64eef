#include "tests/ui/chat/fake_engine.h"
#include "tests/ui/chat/sample_conversation.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/composer.h"
#include "ui/chat/conversation_list.h"
#include "ui/chat/sampling_panel.h"
#include "ui/chat/search_results.h"
#include "ui/controllers/store_controller.h"
#include "ui/theme/theme.h"

#include <QDir>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <set>

using namespace strata::ui;

/// Draws the page in both themes and at two scales; STRATA_PICTURES names a folder that keeps the pictures.
class ChatPictureTest : public QObject {
    Q_OBJECT
private slots:
    void drawsBothThemes_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("scale");
        QTest::addColumn<double>("fontScale");
        QTest::newRow("light 1x") << false << 1 << 1.0;
        QTest::newRow("dark 1x") << true << 1 << 1.0;
        QTest::newRow("light 2x") << false << 2 << 1.0;
        QTest::newRow("dark 2x") << true << 2 << 1.0;
        QTest::newRow("light large type") << false << 1 << 2.0;
    }
    void drawsBothThemes() {
        QFETCH(bool, dark);
        QFETCH(int, scale);
        QFETCH(double, fontScale);
        QTemporaryDir folder;
        StoreController store(folder.filePath(QStringLiteral("strata.db")));
        EngineController engine;
        Theme theme;
        theme.setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        theme.setFontScale(fontScale);
        ChatPage page(&engine, &store, &theme);
        fake::makeReady(engine);
        MemorySnapshot memory;
        memory.contextTokens = 980;
        memory.contextLength = 8192;
        emit engine.memoryChanged(memory);
        page.resize(760 + 130, 900);
        page.setAttribute(Qt::WA_DontShowOnScreen);
        page.show();
        keep(page, scale, QStringLiteral("empty"));
        page.controller()->messages()->assign(sampleConversation(), 5);
        page.view()->layOutNow();
        page.composer()->setText(QStringLiteral("And what about rivers?"));
        QTest::qWait(700);
        keep(page, scale, QStringLiteral("end"));
        page.view()->scrollToMessage(page.controller()->messages()->nodeAt(0));
        QTest::qWait(300);
        const QImage top = keep(page, scale, QStringLiteral("top"));
        page.view()->scrollByPixels(620);
        QTest::qWait(300);
        const QImage middle = keep(page, scale, QStringLiteral("middle"));
        // Something is drawn, in more than the few colours of an empty page, and scrolling changes it.
        std::set<QRgb> colours;
        for (int y = 0; y < middle.height(); y += 2) {
            for (int x = 0; x < middle.width(); x += 2) colours.insert(middle.pixel(x, y));
        }
        QVERIFY(colours.size() > 50);
        QVERIFY(top != middle);
    }

    void drawsListAndSearch_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void drawsListAndSearch() {
        QFETCH(bool, dark);
        QTemporaryDir folder;
        StoreController store(folder.filePath(QStringLiteral("strata.db")));
        EngineController engine;
        Theme theme;
        theme.setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        ChatController chat(&engine, &store);
        fake::makeReady(engine);
        ConversationList list(&chat, &store, &theme);
        const QStringList questions{QStringLiteral("How do tides work?"),
                                    QStringLiteral("A regular expression for dates"),
                                    QStringLiteral("Plan a week in the Harz mountains without a car"),
                                    QStringLiteral("Why is the sky blue at noon and red in the evening?")};
        for (const QString& question : questions) {
            chat.newConversation();
            chat.send(question);
            fake::answer(
                engine, QStringLiteral("A short answer in which tides and other things are explained at some length."));
            QTest::qWait(150);
        }
        const auto record = [&](int row) {
            return list.model()->index(row).data(ConversationListModel::RecordRole).value<ConversationRecord>();
        };
        list.setPinned(record(list.model()->rowCount() - 1), true);
        list.setFolder(record(list.model()->rowCount() - 1), QStringLiteral("Travel"));
        list.resize(264, 620);
        list.setAttribute(Qt::WA_DontShowOnScreen);
        list.show();
        QTest::qWait(200);
        const QImage all = keep(list, 2, QStringLiteral("list"));
        list.findChild<QLineEdit*>()->setText(QStringLiteral("tides"));
        QTRY_VERIFY_WITH_TIMEOUT(list.results()->rowCount() > 0, 10'000);
        QTest::qWait(100);
        QVERIFY(keep(list, 2, QStringLiteral("search")) != all);
        SamplingPanel panel(&chat, &store, &theme);
        panel.setAttribute(Qt::WA_DontShowOnScreen);
        panel.show();
        QTest::qWait(200);
        keep(panel, 1, QStringLiteral("sampling"));
    }

private:
    static QImage keep(QWidget& page, int scale, const QString& name) {
        QImage image(page.size() * scale, QImage::Format_RGB32);
        image.setDevicePixelRatio(scale);
        image.fill(page.palette().window().color());
        page.render(&image);
        const QString folder = qEnvironmentVariable("STRATA_PICTURES");
        if (!folder.isEmpty()) {
            QDir().mkpath(folder);
            const QString row = QString::fromLatin1(QTest::currentDataTag()).replace(u' ', u'-');
            image.save(QStringLiteral("%1/chat-%2-%3.png").arg(folder, name, row));
        }
        return image;
    }
};

QTEST_MAIN(ChatPictureTest)
#include "chat_picture_test.moc"
