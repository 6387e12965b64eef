#include "ui/store/store.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>

namespace strata::ui {
namespace {

/// Renames the database with its WAL, whose content belongs to it. Gives the new path, or nothing when that failed.
QString moveAside(const QString& path) {
    const QString time = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    QString aside = path + QStringLiteral(".damaged-") + time;
    for (int copy = 2; QFileInfo::exists(aside); ++copy)
        aside = QStringLiteral("%1.damaged-%2-%3").arg(path, time).arg(copy);
    if (!QFile::rename(path, aside)) return {};
    for (const QString& suffix : {QStringLiteral("-wal"), QStringLiteral("-shm")})
        if (QFileInfo::exists(path + suffix) && !QFile::rename(path + suffix, aside + suffix)) return {};
    return aside;
}

/// Looks before SQLite does: it would empty a WAL that it finds beside something else than a database.
bool isSomethingElse(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.size() > 0 && !file.read(16).startsWith("SQLite format 3");
}

}  // namespace

StoreResult<std::unique_ptr<Store>> Store::openSound(const QString& path, const StoreOptions& options) {
    if (isSomethingElse(path))
        return std::unexpected(
            StoreError{StoreErrorKind::Corrupt, QStringLiteral("it does not begin like a database")});
    STRATA_TRY(Database database, Database::open(path, options.database));
    STRATA_CHECK(checkDatabase(database, options.migrations));
    STRATA_CHECK(migrate(database, path, options.migrations));
    STRATA_TRY(const SearchIndex search, SearchIndex::prepare(database, options.allowFts));
    return std::unique_ptr<Store>(new Store(std::move(database), search));
}

StoreResult<Store::Opened> Store::open(const QString& path, const StoreOptions& options) {
    Opened opened;
    auto store = openSound(path, options);
    if (!store && store.error().kind == StoreErrorKind::Corrupt) {
        opened.damage = store.error().detail;
        opened.movedAside = moveAside(path);
        if (opened.movedAside.isEmpty()) return std::unexpected(store.error());
        store = openSound(path, options);
    }
    if (!store) return std::unexpected(store.error());
    opened.store = *std::move(store);
    return opened;
}

StoreResult<void> Store::change(const QString& sql, const QVariantList& values) {
    STRATA_TRY(const QSqlQuery done, m_database.query(sql, values));
    if (done.numRowsAffected() > 0) return {};
    return std::unexpected(StoreError{StoreErrorKind::NotFound, QStringLiteral("no such row")});
}

StoreResult<qint64> Store::foreignVersion() const {
    STRATA_TRY(const QVariant version, m_database.value(QStringLiteral("PRAGMA data_version")));
    return version.toLongLong();
}

StoreResult<QList<SearchHit>> Store::search(const QString& words) const {
    return m_search.search(m_database, words);
}

}  // namespace strata::ui
