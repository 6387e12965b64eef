// What happens when the disk, the file or another program does not behave.
#include "tests/ui/store/store_fixture.h"
#include "ui/store/app_folders.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>

#include <unistd.h>

namespace strata::ui {
namespace {

using test::conversation;
using test::message;
using test::StoreFolder;

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool overwrite(const QString& path, qint64 offset, const QByteArray& bytes) {
    QFile file(path);
    return file.open(QIODevice::ReadWrite) && file.seek(offset) && file.write(bytes) == bytes.size();
}

/// A database of some pages, closed.
void fill(const StoreFolder& folder) {
    auto store = folder.open();
    STRATA_VERIFY(store);
    const ConversationId id = (*store)->addConversation(conversation(QStringLiteral("Old"))).value().id;
    for (int turn = 0; turn < 50; ++turn)
        STRATA_VERIFY((*store)->addMessage(message(id, 0, QString(2000, QChar(u'a' + turn % 26)))));
}

class DamageTest : public QObject {
    Q_OBJECT
private slots:
    void aDamagedDatabaseIsMovedAside_data() {
        QTest::addColumn<qint64>("offset");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("header") << qint64{0} << QByteArray(100, 'x');
        QTest::newRow("schema") << qint64{100} << QByteArray(3000, 'x');
        QTest::newRow("a page of rows") << qint64{6 * 4096} << QByteArray(4096, '\x7f');
    }
    void aDamagedDatabaseIsMovedAside() {
        QFETCH(qint64, offset);
        QFETCH(QByteArray, bytes);
        const StoreFolder folder;
        fill(folder);
        QVERIFY(overwrite(folder.path(), offset, bytes));
        const QByteArray damaged = contentOf(folder.path());

        const auto opened = Store::open(folder.path());
        STRATA_VERIFY(opened);
        QVERIFY(!opened->damage.isEmpty());
        QVERIFY2(opened->movedAside.startsWith(folder.path() + QStringLiteral(".damaged-")),
                 qPrintable(opened->movedAside));
        QVERIFY(contentOf(opened->movedAside) == damaged);
        QVERIFY(opened->store->conversations().value().isEmpty());
        STRATA_VERIFY(opened->store->addConversation(conversation(QStringLiteral("New"))));
    }

    void theWalGoesWithItsDatabase() {
        const StoreFolder folder;
        QFile text(folder.path());
        QVERIFY(text.open(QIODevice::WriteOnly) && text.write(QByteArray(5000, 'x')) == 5000);
        text.close();
        QVERIFY(overwrite(folder.path() + QStringLiteral("-wal"), 0, "what was not yet in it"));
        const auto opened = Store::open(folder.path());
        STRATA_VERIFY(opened);
        QCOMPARE(contentOf(opened->movedAside + QStringLiteral("-wal")), QByteArray("what was not yet in it"));
    }

    void twoDamagedDatabasesAreBothKept() {
        const StoreFolder folder;
        QStringList kept;
        for (int time = 0; time < 2; ++time) {
            QVERIFY(QFile::remove(folder.path()) || time == 0);
            QVERIFY(overwrite(folder.path(), 0, QByteArray(5000, 'x')));
            kept.append(Store::open(folder.path()).value().movedAside);
        }
        QVERIFY(QFileInfo::exists(kept[0]) && QFileInfo::exists(kept[1]) && kept[0] != kept[1]);
    }

    void aDamagedSearchIndexIsNoLoss() {
        const StoreFolder folder;
        fill(folder);
        auto store = folder.open();
        STRATA_VERIFY(store);
        {
            const auto database = Database::open(folder.path());
            STRATA_VERIFY(
                database->run(QStringLiteral("UPDATE message_words_data SET block = x'ffffffffffffffffffffffff'")));
            STRATA_VERIFY(
                database->run(QStringLiteral("UPDATE message_grams_data SET block = x'ffffffffffffffffffffffff'")));
        }
        const auto broken = (*store)->search(QStringLiteral("aaa"));
        QVERIFY(!broken);
        QCOMPARE(broken.error().kind, StoreErrorKind::DamagedIndex);
        STRATA_VERIFY((*store)->rebuildSearch());
        QVERIFY(!(*store)->search(QStringLiteral("aaa")).value().isEmpty());
    }

    void aFullDiskLosesNothing() {
        const StoreFolder folder;
        auto store = folder.open();
        STRATA_VERIFY(store);
        const ConversationId id = (*store)->addConversation(conversation(QStringLiteral("Kept"))).value().id;
        const MessageRecord kept = (*store)->addMessage(message(id, 0, QStringLiteral("kept"))).value();
        MessageRecord grown = kept;
        grown.text = QString(1'000'000, u'y');
        store->reset();

        // A limit of the database's size gives the same error (SQLITE_FULL) as a disk without space.
        store = folder.open({.database = {.maximumPages = 1}});
        STRATA_VERIFY(store);
        const auto refused = (*store)->addMessage(message(id, kept.id, QString(1'000'000, u'x')));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, StoreErrorKind::DiskFull);
        QCOMPARE((*store)->updateMessage(grown).error().kind, StoreErrorKind::DiskFull);
        QCOMPARE((*store)->messages(id).value(), QList{kept});
        QCOMPARE((*store)->conversations().value().first().leaf, kept.id);
        store->reset();

        store = folder.open();
        STRATA_VERIFY(store);
        STRATA_VERIFY((*store)->updateMessage(grown));
        QCOMPARE((*store)->messages(id).value(), QList{grown});
    }

    void twoProgramsReadAndWrite() {
        const StoreFolder folder;
        auto one = folder.open();
        auto two = folder.open();
        STRATA_VERIFY(one);
        STRATA_VERIFY(two);
        const qint64 version = (*two)->foreignVersion().value();
        STRATA_VERIFY((*two)->addConversation(conversation(QStringLiteral("from two"))));
        QCOMPARE((*two)->foreignVersion().value(), version);
        STRATA_VERIFY((*one)->addConversation(conversation(QStringLiteral("from one"))));
        QVERIFY((*two)->foreignVersion().value() != version);
        QCOMPARE((*one)->conversations().value().size(), 2);
        QCOMPARE((*two)->conversations().value().size(), 2);
    }

    void anotherProgramsWriteIsWaitedForAndThenSaid() {
        const StoreFolder folder;
        auto store = folder.open({.database = {.busyTimeoutMs = 50}});
        STRATA_VERIFY(store);
        const auto other = Database::open(folder.path());
        {
            const auto transaction = Transaction::begin(*other);
            STRATA_VERIFY(transaction);
            const auto refused = (*store)->addConversation({});
            QVERIFY(!refused);
            QCOMPARE(refused.error().kind, StoreErrorKind::Busy);
            STRATA_VERIFY((*store)->conversations());
        }
        STRATA_VERIFY((*store)->addConversation({}));
    }

    void aFolderThatCannotBeMade() {
        const StoreFolder folder;
        QVERIFY(overwrite(folder.file(QStringLiteral("file")), 0, "x"));
        const auto store = Store::open(folder.file(QStringLiteral("file/strata.db")));
        QVERIFY(!store);
        QCOMPARE(store.error().kind, StoreErrorKind::CannotOpen);
    }

    void aFolderInItsPlace() {
        const StoreFolder folder;
        QVERIFY(QDir().mkpath(folder.path()));
        const auto store = folder.open();
        QVERIFY(!store);
        QCOMPARE(store.error().kind, StoreErrorKind::CannotOpen);
        QVERIFY(QFileInfo(folder.path()).isDir());
    }

    void aFileThatMayNotBeWritten() {
        if (::geteuid() == 0) QSKIP("the administrator may write everything");
        const StoreFolder folder;
        fill(folder);
        const QString parent = QFileInfo(folder.path()).path();
        QVERIFY(QFile::setPermissions(folder.path(), QFile::ReadOwner));
        QVERIFY(QFile::setPermissions(parent, QFile::ReadOwner | QFile::ExeOwner));
        const auto store = folder.open();
        QVERIFY(QFile::setPermissions(parent, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
        QVERIFY(!store);
        QVERIFY(store.error().kind == StoreErrorKind::ReadOnly || store.error().kind == StoreErrorKind::CannotOpen);
    }

    void foldersFollowTheEnvironment() {
        const StoreFolder folder;
        qputenv("XDG_DATA_HOME", QFile::encodeName(folder.file(QStringLiteral("d"))));
        qputenv("XDG_CONFIG_HOME", QFile::encodeName(folder.file(QStringLiteral("c"))));
        qputenv("XDG_CACHE_HOME", QFile::encodeName(folder.file(QStringLiteral("k"))));
        const AppFolders folders = AppFolders::standard();
        QCOMPARE(folders.data, folder.file(QStringLiteral("d/strata")));
        QCOMPARE(folders.config, folder.file(QStringLiteral("c/strata")));
        QCOMPARE(folders.cache, folder.file(QStringLiteral("k/strata")));
        QCOMPARE(folders.models, folder.file(QStringLiteral("d/strata/models")));
        QCOMPARE(folders.database(), folder.file(QStringLiteral("d/strata/strata.db")));
        QVERIFY(folders.create());
        QVERIFY(QFileInfo(folders.models).isDir());
        QCOMPARE(QFileInfo(folders.data).permissions() & (QFile::ReadOther | QFile::ReadGroup), QFile::Permissions());
    }

    void portableFoldersLieBesideTheProgram() {
        const StoreFolder folder;
        const AppFolders folders = AppFolders::portable(folder.file(QStringLiteral("stick")));
        for (const QString& path : {folders.data, folders.config, folders.cache, folders.models, folders.database()})
            QVERIFY(path.startsWith(folder.file(QStringLiteral("stick/strata-data"))));
        QVERIFY(folders.create());
        QVERIFY(overwrite(folder.file(QStringLiteral("file")), 0, "x"));
        QVERIFY(!AppFolders::portable(folder.file(QStringLiteral("file"))).create());
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::DamageTest)
#include "damage_test.moc"
