#include "ui/store/schema.h"

#include <QDir>
#include <QFile>

namespace strata::ui {
namespace {

constexpr int kApplicationId = 0x53747261;  // "Stra", in the header of the file

StoreResult<void> backUp(const Database& database, const QString& path, int version) {
    const QString backup = QStringLiteral("%1.before-v%2").arg(path).arg(version + 1);
    const QString aside = backup + QStringLiteral(".tmp");
    QFile::remove(aside);
    // A snapshot of what is committed, the WAL included; a copy of the file would lack it.
    auto copied = database.run(QStringLiteral("VACUUM INTO ?"), {aside});
    if (copied && (!QFile::exists(backup) || QFile::remove(backup)) && QFile::rename(aside, backup)) return {};
    QFile::remove(aside);
    if (!copied) return copied;
    return std::unexpected(StoreError{StoreErrorKind::ReadOnly, QStringLiteral("cannot write ") + backup});
}

StoreResult<void> runStep(const Database& database, const Migration& step) {
    STRATA_TRY(Transaction transaction, Transaction::begin(database));
    STRATA_TRY(const int version, schemaVersion(database));
    // Another program has done this step since we looked.
    if (version >= step.version) return {};
    if (auto done = database.runScript(step.script); !done)
        return std::unexpected(StoreError{done.error().kind, step.name + QStringLiteral(": ") + done.error().detail});
    STRATA_CHECK(database.run(QStringLiteral("PRAGMA application_id = %1").arg(kApplicationId)));
    STRATA_CHECK(database.run(QStringLiteral("PRAGMA user_version = %1").arg(step.version)));
    return transaction.commit();
}

}  // namespace

QList<Migration> builtInMigrations() {
    QList<Migration> migrations;
    const QDir folder(QStringLiteral(":/migrations"));
    for (const QString& name : folder.entryList({QStringLiteral("????_*.sql")}, QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            migrations.append({name.left(4).toInt(), name, QString::fromUtf8(file.readAll())});
    }
    return migrations;
}

StoreResult<int> schemaVersion(const Database& database) {
    STRATA_TRY(const QVariant version, database.value(QStringLiteral("PRAGMA user_version")));
    return version.toInt();
}

StoreResult<void> checkDatabase(const Database& database, const QList<Migration>& migrations) {
    STRATA_TRY(const QVariant tables, database.value(QStringLiteral("SELECT count(*) FROM sqlite_master")));
    STRATA_TRY(const QVariant id, database.value(QStringLiteral("PRAGMA application_id")));
    STRATA_TRY(const int version, schemaVersion(database));
    if (tables.toInt() > 0 && id.toInt() != kApplicationId)
        return std::unexpected(StoreError{StoreErrorKind::Foreign, QStringLiteral("its application_id is not ours")});
    const int newest = migrations.isEmpty() ? 0 : migrations.last().version;
    if (version > newest)
        return std::unexpected(
            StoreError{StoreErrorKind::NewerSchema,
                       QStringLiteral("schema version %1; this program knows up to %2").arg(version).arg(newest)});
    STRATA_TRY(const QVariant check, database.value(QStringLiteral("PRAGMA quick_check(1)")));
    if (check.toString() != QStringLiteral("ok"))
        return std::unexpected(StoreError{StoreErrorKind::Corrupt, check.toString()});
    return {};
}

StoreResult<void> migrate(const Database& database, const QString& path, const QList<Migration>& migrations) {
    STRATA_TRY(const int version, schemaVersion(database));
    const int newest = migrations.isEmpty() ? 0 : migrations.last().version;
    if (version > 0 && version < newest) STRATA_CHECK(backUp(database, path, version));
    for (const Migration& step : migrations)
        if (step.version > version) STRATA_CHECK(runStep(database, step));
    return {};
}

}  // namespace strata::ui
