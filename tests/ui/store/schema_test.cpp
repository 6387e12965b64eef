#include "ui/store/schema.h"

#include "tests/ui/store/store_fixture.h"

#include <QFileInfo>

namespace strata::ui {
namespace {

using test::conversation;
using test::message;
using test::StoreFolder;

StoreResult<void> makeVersion(const QString& path, const QList<Migration>& migrations) {
    STRATA_TRY(const Database database, Database::open(path));
    return migrate(database, path, migrations);
}

QStringList tablesOf(const QString& path) {
    const auto database = Database::open(path);
    auto rows = database->query(QStringLiteral("SELECT name FROM sqlite_master ORDER BY name"));
    QStringList names;
    while (rows->next()) names.append(rows->value(0).toString());
    return names;
}

class SchemaTest : public QObject {
    Q_OBJECT
private slots:
    void theListHasNoGap() {
        const QList<Migration> migrations = builtInMigrations();
        QVERIFY(migrations.size() >= 3);
        for (qsizetype at = 0; at < migrations.size(); ++at) {
            QCOMPARE(migrations[at].version, at + 1);
            QVERIFY2(!scriptStatements(migrations[at].script).isEmpty(), qPrintable(migrations[at].name));
        }
    }

    void statementsEndWhereMarked() {
        const QString script = QStringLiteral(
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n  INSERT INTO b VALUES (';');\n  SELECT 1;\nEND;\n  -- end \n"
            "-- a note\nSELECT 2;\n-- end\nSELECT 'not executed';\n");
        const QStringList statements = scriptStatements(script);
        QCOMPARE(statements.size(), 2);
        QVERIFY(statements[0].startsWith(QStringLiteral("CREATE TRIGGER")) &&
                statements[0].endsWith(QStringLiteral("END;")));
        QVERIFY(statements[1].endsWith(QStringLiteral("SELECT 2;")));
    }

    void aFreshDatabaseNeedsNoBackup() {
        const StoreFolder folder;
        STRATA_VERIFY(folder.open());
        QVERIFY(!QFileInfo::exists(folder.path() + QStringLiteral(".before-v1")));
        const auto database = Database::open(folder.path());
        QCOMPARE(schemaVersion(*database).value(), builtInMigrations().last().version);
        QCOMPARE(database->value(QStringLiteral("PRAGMA journal_mode")).value().toString(), QStringLiteral("wal"));
        QCOMPARE(database->value(QStringLiteral("PRAGMA foreign_keys")).value().toInt(), 1);
    }

    void everyOldVersionUpgrades_data() {
        QTest::addColumn<int>("version");
        for (int version = 1; version < builtInMigrations().last().version; ++version)
            QTest::addRow("%d", version) << version;
    }
    void everyOldVersionUpgrades() {
        QFETCH(int, version);
        const StoreFolder fresh;
        STRATA_VERIFY(fresh.open());
        const StoreFolder folder;
        STRATA_VERIFY(makeVersion(folder.path(), builtInMigrations().first(version)));
        {
            const auto old = Database::open(folder.path());
            STRATA_VERIFY(
                old->run(QStringLiteral("INSERT INTO conversations (title, folder, pinned, created_ms, "
                                        "updated_ms, stack_path, leaf, system_prompt, preset_name, draft) "
                                        "VALUES ('Old words', '', 0, 1, 2, '', 0, '', '', '')")));
        }
        {
            auto store = folder.open();
            STRATA_VERIFY(store);
            QCOMPARE((*store)->conversations().value().first().title, QStringLiteral("Old words"));
            QCOMPARE((*store)->search(QStringLiteral("old")).value().size(), 1);
            QVERIFY((*store)->settings());
        }
        QCOMPARE(tablesOf(folder.path()), tablesOf(fresh.path()));
        const auto backup = Database::open(QStringLiteral("%1.before-v%2").arg(folder.path()).arg(version + 1));
        QCOMPARE(schemaVersion(*backup).value(), version);
        QCOMPARE(backup->value(QStringLiteral("SELECT title FROM conversations")).value().toString(),
                 QStringLiteral("Old words"));
    }

    void aFailingStepKeepsTheOldVersion() {
        const StoreFolder folder;
        STRATA_VERIFY(folder.open());
        const QStringList before = tablesOf(folder.path());
        StoreOptions options;
        const int next = options.migrations.last().version + 1;
        options.migrations.append(
            {next, QStringLiteral("good.sql"), QStringLiteral("CREATE TABLE added (id INTEGER);\n-- end\n")});
        options.migrations.append(
            {next + 1, QStringLiteral("bad.sql"),
             QStringLiteral("CREATE TABLE half (id INTEGER);\n-- end\nCREATE NONSENSE;\n-- end\n")});
        const auto store = folder.open(options);
        QVERIFY(!store);
        QVERIFY2(store.error().detail.startsWith(QStringLiteral("bad.sql: ")), qPrintable(store.error().detail));
        const auto database = Database::open(folder.path());
        QCOMPARE(schemaVersion(*database).value(), next);
        QVERIFY(tablesOf(folder.path()).contains(QStringLiteral("added")));
        QVERIFY(!tablesOf(folder.path()).contains(QStringLiteral("half")));
        QCOMPARE(tablesOf(folder.path()).size(), before.size() + 1);
    }

    void aNewerSchemaIsRefusedAndLeftAlone() {
        const StoreFolder folder;
        STRATA_VERIFY(folder.open());
        {
            const auto database = Database::open(folder.path());
            STRATA_VERIFY(database->run(QStringLiteral("PRAGMA user_version = 99")));
        }
        const auto store = folder.open();
        QVERIFY(!store);
        QCOMPARE(store.error().kind, StoreErrorKind::NewerSchema);
        QVERIFY(store.error().detail.contains(QStringLiteral("99")));
        QCOMPARE(schemaVersion(*Database::open(folder.path())).value(), 99);
        QCOMPARE(QDir(QFileInfo(folder.path()).path()).entryList({QStringLiteral("*.damaged*")}).size(), 0);
    }

    void aDatabaseOfAnotherProgramIsLeftAlone() {
        const StoreFolder folder;
        {
            const auto database = Database::open(folder.path());
            STRATA_VERIFY(database->run(QStringLiteral("CREATE TABLE recipes (name TEXT)")));
        }
        const auto store = folder.open();
        QVERIFY(!store);
        QCOMPARE(store.error().kind, StoreErrorKind::Foreign);
        QCOMPARE(tablesOf(folder.path()), QStringList{QStringLiteral("recipes")});
    }

    void twoProgramsMigrateAtTheSameTime() {
        const StoreFolder folder;
        const auto one = Database::open(folder.path());
        const auto two = Database::open(folder.path());
        STRATA_VERIFY(migrate(*one, folder.path(), builtInMigrations().first(1)));
        STRATA_VERIFY(migrate(*two, folder.path(), builtInMigrations()));
        STRATA_VERIFY(migrate(*one, folder.path(), builtInMigrations()));
        QCOMPARE(schemaVersion(*one).value(), builtInMigrations().last().version);
    }
};

}  // namespace
}  // namespace strata::ui

QTEST_GUILESS_MAIN(strata::ui::SchemaTest)
#include "schema_test.moc"
