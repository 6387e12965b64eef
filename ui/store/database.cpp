#include "ui/store/database.h"

#include <QDir>
#include <QFileInfo>
#include <QSqlError>
#include <atomic>

namespace strata::ui {
namespace {

StoreErrorKind kindOf(const QSqlError& error) {
    // Result codes of sqlite3.h; the extended ones have the primary ones in their low byte.
    constexpr int kCorruptVirtualTable = 267;
    const int code = error.nativeErrorCode().toInt();
    if (code == kCorruptVirtualTable) return StoreErrorKind::DamagedIndex;
    switch (code & 0xff) {
        case 3:   // SQLITE_PERM
        case 14:  // SQLITE_CANTOPEN
            return StoreErrorKind::CannotOpen;
        case 5:  // SQLITE_BUSY
        case 6:  // SQLITE_LOCKED
            return StoreErrorKind::Busy;
        case 8:  // SQLITE_READONLY
            return StoreErrorKind::ReadOnly;
        case 11:  // SQLITE_CORRUPT
        case 26:  // SQLITE_NOTADB
            return StoreErrorKind::Corrupt;
        case 13:  // SQLITE_FULL
            return StoreErrorKind::DiskFull;
        default:
            return StoreErrorKind::Failed;
    }
}

std::unexpected<StoreError> failure(const QSqlError& error) {
    return std::unexpected(StoreError{kindOf(error), error.text()});
}

QString nextName() {
    static std::atomic<int> counter = 0;
    return QStringLiteral("strata-store-%1").arg(++counter);
}

}  // namespace

StoreResult<Database> Database::open(const QString& path, const DatabaseOptions& options) {
    const QString folder = QFileInfo(path).absolutePath();
    if (!QDir().mkpath(folder))
        return std::unexpected(StoreError{StoreErrorKind::CannotOpen, QStringLiteral("cannot create ") + folder});
    Database database(nextName());
    QSqlDatabase connection = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), database.m_name);
    connection.setDatabaseName(path);
    connection.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(options.busyTimeoutMs));
    if (!connection.open()) {
        StoreError error{kindOf(connection.lastError()), connection.lastError().text()};
        if (error.kind == StoreErrorKind::Failed) error.kind = StoreErrorKind::CannotOpen;
        return std::unexpected(std::move(error));
    }
    STRATA_CHECK(database.configure(options));
    return database;
}

StoreResult<void> Database::configure(const DatabaseOptions& options) const {
    STRATA_CHECK(run(QStringLiteral("PRAGMA busy_timeout = %1").arg(options.busyTimeoutMs)));
    STRATA_CHECK(run(QStringLiteral("PRAGMA foreign_keys = ON")));
    STRATA_TRY(const QVariant mode, value(QStringLiteral("PRAGMA journal_mode = WAL")));
    if (mode.toString() != QStringLiteral("wal"))
        return std::unexpected(StoreError{StoreErrorKind::ReadOnly, QStringLiteral("the disk does not allow a WAL")});
    if (options.maximumPages > 0)
        STRATA_CHECK(run(QStringLiteral("PRAGMA max_page_count = %1").arg(options.maximumPages)));
    // FULL and not NORMAL: an answer that is being written must outlive a power cut, too, but for its last second.
    return run(QStringLiteral("PRAGMA synchronous = FULL"));
}

Database::Database(Database&& other) noexcept : m_name(std::exchange(other.m_name, {})) {}

Database& Database::operator=(Database&& other) noexcept {
    std::swap(m_name, other.m_name);
    return *this;
}

Database::~Database() {
    if (m_name.isEmpty()) return;
    connection().close();
    QSqlDatabase::removeDatabase(m_name);
}

StoreResult<QSqlQuery> Database::query(const QString& sql, const QVariantList& values) const {
    QSqlQuery query(connection());
    query.setForwardOnly(true);
    if (values.isEmpty()) {
        if (!query.exec(sql)) return failure(query.lastError());
        return query;
    }
    if (!query.prepare(sql)) return failure(query.lastError());
    for (const QVariant& value : values) query.addBindValue(value);
    if (!query.exec()) return failure(query.lastError());
    return query;
}

StoreResult<void> Database::run(const QString& sql, const QVariantList& values) const {
    STRATA_TRY([[maybe_unused]] const QSqlQuery done, query(sql, values));
    return {};
}

StoreResult<QVariant> Database::value(const QString& sql, const QVariantList& values) const {
    STRATA_TRY(QSqlQuery rows, query(sql, values));
    if (rows.next()) return rows.value(0);
    if (rows.lastError().isValid()) return failure(rows.lastError());
    return QVariant();
}

StoreResult<void> Database::runScript(const QString& script) const {
    for (const QString& statement : scriptStatements(script)) STRATA_CHECK(run(statement));
    return {};
}

StoreResult<Transaction> Transaction::begin(const Database& database) {
    STRATA_CHECK(database.run(QStringLiteral("BEGIN IMMEDIATE")));
    return Transaction(database);
}

Transaction::~Transaction() {
    // Some errors (a full disk) have rolled back already; rolling back twice is refused and harmless.
    if (m_database != nullptr) static_cast<void>(m_database->run(QStringLiteral("ROLLBACK")));
}

StoreResult<void> Transaction::commit() {
    STRATA_CHECK(m_database->run(QStringLiteral("COMMIT")));
    m_database = nullptr;
    return {};
}

QStringList scriptStatements(const QString& script) {
    QStringList statements;
    QString statement;
    for (const QString& line : script.split(u'\n')) {
        if (line.trimmed() != QStringLiteral("-- end")) {
            statement += line + u'\n';
            continue;
        }
        statements.append(statement.trimmed());
        statement.clear();
    }
    return statements;
}

QString storable(const QString& text) {
    QString kept = text.isNull() ? QStringLiteral("") : text;
    if (!kept.isValidUtf16()) kept = QString::fromUtf8(kept.toUtf8());
    for (const char16_t mark : {u'\0', u'\2', u'\3'})
        if (kept.contains(mark)) kept.replace(mark, QChar::ReplacementCharacter);
    return kept;
}

}  // namespace strata::ui
