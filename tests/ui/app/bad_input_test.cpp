// What must not be believed, given to the program's own window: each is answered with words that say what to do, and
// nothing is lost.
#include "core/stack/stack_keys.h"
#include "tests/support/temporary_folder.h"
#include "tests/ui/app/window_driver.h"
#include "ui/chat/chat_page.h"
#include "ui/models/chat_tree_model.h"
#include "ui/window/notice_bar.h"
#include "ui/window/sidebar.h"
#include "ui/wizard/compress_wizard.h"

#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTest>
#include <csignal>

#include <sys/resource.h>

namespace strata::ui::testing {
namespace {

class BadInputTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        m_stack = writeTalkingStack(m_files / "Tiny.strata");
        QVERIFY(!m_stack.isEmpty());
    }
    void init() { m_folder = std::make_unique<test::TemporaryFolder>(); }
    void cleanup() {
        m_driver.reset();
        m_folder.reset();
    }

    void whatIsNoModelIsToldSo_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("title");
        QTest::newRow("pictures") << u"holidays"_qs << u"“holidays” holds pictures (2) and no model."_qs;
        QTest::newRow("empty") << u"empty.gguf"_qs << u"“empty.gguf” is empty (0 bytes)."_qs;
        QTest::newRow("vanished") << u"gone.gguf"_qs << u"“gone.gguf” is not there any more."_qs;
        QTest::newRow("cut off") << u"cut.strata"_qs << u"“cut.strata” is incomplete: its end is missing."_qs;
        QTest::newRow("newer") << u"newer.strata"_qs << u"“newer.strata” was made by a newer version of Strata."_qs;
    }
    void whatIsNoModelIsToldSo() {
        QFETCH(QString, name);
        QFETCH(QString, title);
        makeFiles();
        open();
        m_driver->drop({path(name)}, QPoint(300, 200));
        QTRY_COMPARE_WITH_TIMEOUT(m_driver->notice(), title, kWaitMs);
        QVERIFY2(noticeText().size() > title.size() + 10, qPrintable(noticeText()));
        QVERIFY(m_driver->wizard() == nullptr);
    }

    void aModelThatVanishesIsMissedInWords() {
        const QString stack = path(u"Tiny.strata"_qs);
        QVERIFY(QFile::copy(m_stack, stack));
        open();
        m_driver->application().open({stack});
        QTRY_VERIFY_WITH_TIMEOUT(rows(database(), u"SELECT path FROM stacks"_qs).size() == 1, kWaitMs);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->child("memorySlider")->isVisible(), kWaitMs);
        m_driver.reset();
        QVERIFY(QFile::remove(stack));
        open();
        m_driver->window().showPage(Page::Library);
        const auto isTold = [&] {
            for (const QLabel* label : m_driver->window().findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains(u"Tiny.strata"_qs) &&
                    label->text().contains(u"not there"_qs))
                    return true;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isTold(), kWaitMs);
    }

    void aPasteOfBinaryIsRefused() {
        open();
        QByteArray bytes(4096, '\0');
        for (qsizetype index = 0; index < bytes.size(); ++index) bytes[index] = static_cast<char>(index * 37);
        QGuiApplication::clipboard()->setText(QString::fromLatin1(bytes));
        m_driver->press(Qt::Key_V, Qt::ControlModifier);
        expectRefusal(u"not text"_qs);
    }

    void aPromptOf10MegabytesIsRefused() {
        open();
        QGuiApplication::clipboard()->setText(u"tides "_qs.repeated(10 * 1024 * 1024 / 6));
        m_driver->press(Qt::Key_V, Qt::ControlModifier);
        expectRefusal(u"too long"_qs);
    }

    void aDatabaseOfANewerVersionIsLeftAlone() {
        open();
        QTRY_VERIFY_WITH_TIMEOUT(QFileInfo::exists(database()), kWaitMs);
        m_driver.reset();
        change(database(), u"PRAGMA user_version = 9999"_qs);
        const QByteArray before = bytesOf(database());
        open();
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->notice().contains(u"newer version of Strata"_qs), kWaitMs);
        QVERIFY(noticeText().contains(u"Update Strata"_qs));
        m_driver.reset();
        QCOMPARE(bytesOf(database()), before);
    }

    void twoWindowsOnOneDatabaseKeepBothTheirWords() {
        open();
        m_driver->application().open({m_stack});
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->child("memorySlider")->isVisible(), kWaitMs);
        WindowDriver other(data());
        other.chat().controller()->send(u"from the other window"_qs);
        m_driver->chat().controller()->send(u"from the first window"_qs);
        const auto texts = [this] {
            return rows(database(), u"SELECT text FROM messages WHERE role = 1 ORDER BY text"_qs);
        };
        QTRY_COMPARE_WITH_TIMEOUT(
            texts(), (QList<QVariantList>{{u"from the first window"_qs}, {u"from the other window"_qs}}), kWaitMs);
        m_driver->chat().controller()->stop();
        QCOMPARE(m_driver->notice(), QString());
        QCOMPARE(other.notice(), QString());
    }

    void aFullDiskLosesNothingThatWasSaved() {
        open();
        m_driver->application().open({m_stack});
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->child("memorySlider")->isVisible(), kWaitMs);
        m_driver->chat().controller()->send(u"before"_qs);
        QTRY_VERIFY_WITH_TIMEOUT(m_driver->lastAnswer().size() > 20, kWaitMs);
        m_driver->chat().controller()->stop();
        QTRY_COMPARE_WITH_TIMEOUT(m_driver->chat().controller()->state(), ChatController::State::Idle, kWaitMs);
        {
            // No file may become longer than the log of the database is now.
            const FileLimit full(QFileInfo(database() + u"-wal"_qs).size());
            m_driver->chat().controller()->send(u"words "_qs.repeated(20'000));
            QTRY_VERIFY_WITH_TIMEOUT(!m_driver->notice().isEmpty(), kWaitMs);
            QVERIFY2(noticeText().contains(u"full"_qs) || noticeText().contains(u"saved"_qs), qPrintable(noticeText()));
            m_driver->chat().controller()->stop();
            QTRY_COMPARE_WITH_TIMEOUT(m_driver->chat().controller()->state(), ChatController::State::Idle, kWaitMs);
        }
        m_driver.reset();
        QCOMPARE(rows(database(), u"SELECT text FROM messages WHERE role = 1"_qs).first().first().toString(),
                 u"before"_qs);
        QCOMPARE(rows(database(), u"PRAGMA integrity_check"_qs), QList<QVariantList>{{u"ok"_qs}});
    }

private:
    /// A disk that is full: writing beyond fails for the whole process while it lives.
    class FileLimit {
    public:
        explicit FileLimit(qint64 bytes) {
            std::signal(SIGXFSZ, SIG_IGN);
            getrlimit(RLIMIT_FSIZE, &m_before);
            const rlimit limit{static_cast<rlim_t>(bytes), m_before.rlim_max};
            setrlimit(RLIMIT_FSIZE, &limit);
        }
        ~FileLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }
        FileLimit(const FileLimit&) = delete;
        FileLimit& operator=(const FileLimit&) = delete;

    private:
        rlimit m_before{};
    };

    [[nodiscard]] QString path(const QString& name) const {
        return QFile::decodeName(m_folder->path().c_str()) + u'/' + name;
    }
    [[nodiscard]] QString data() const { return path(u"data"_qs); }
    [[nodiscard]] QString database() const { return foldersIn(data()).database(); }
    void open() { m_driver = std::make_unique<WindowDriver>(data()); }
    [[nodiscard]] QString noticeText() {
        QStringList texts;
        for (const QLabel* label : m_driver->window().notices().findChildren<QLabel*>())
            if (label->isVisible()) texts.append(label->text());
        return texts.join(u' ');
    }
    void expectRefusal(const QString& word) {
        const auto isTold = [&] {
            for (const QLabel* label : m_driver->chat().findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains(word) &&
                    label->text().contains(u"Nothing was pasted"_qs))
                    return true;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isTold(), kWaitMs);
        QVERIFY(m_driver->child<QPlainTextEdit>("composerText")->toPlainText().isEmpty());
    }
    void put(const QString& name, const QByteArray& bytes) const {
        QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    }
    void makeFiles() const {
        put(u"holidays/1.jpg"_qs, "\xFF\xD8\xFF\xE0 JFIF");
        put(u"holidays/2.jpg"_qs, "\xFF\xD8\xFF\xE0 JFIF");
        put(u"empty.gguf"_qs, {});
        const QByteArray bytes = bytesOf(m_stack);
        put(u"cut.strata"_qs, bytes.left(bytes.size() - 1000));
        // The version of the format, in the file's head.
        const QByteArray key(keys::kVersion.data(), static_cast<qsizetype>(keys::kVersion.size()));
        QByteArray newer = bytes;
        newer[newer.indexOf(key) + key.size() + 4] = 99;
        put(u"newer.strata"_qs, newer);
    }
    static QByteArray bytesOf(const QString& name) {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    static void change(const QString& database, const QString& statement) {
        {
            QSqlDatabase connection = QSqlDatabase::addDatabase(u"QSQLITE"_qs, u"change"_qs);
            connection.setDatabaseName(database);
            QVERIFY(connection.open());
            QVERIFY(QSqlQuery(connection).exec(statement));
        }
        QSqlDatabase::removeDatabase(u"change"_qs);
    }

    test::TemporaryFolder m_files;
    QString m_stack;
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<WindowDriver> m_driver;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_MAIN(strata::ui::testing::BadInputTest)
#include "bad_input_test.moc"
