// One connection to an SQLite database, for the thread that opened it.
#pragma once

#include "ui/store/store_error.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>
#include <optional>

namespace strata::ui {

struct DatabaseOptions {
    int busyTimeoutMs = 5000;  ///< how long to wait for another program's write
    int maximumPages = 0;      ///< size at which writes fail with DiskFull; 0 = the disk's
};

/// Opens, sets the pragmas (foreign_keys, WAL, synchronous = FULL, busy_timeout) and closes. Move-only; all calls, the
/// destructor included, from the thread that called open(). Queries must not outlive it.
class Database {
public:
    /// Creates file and folder where they are missing. Errors: CannotOpen, ReadOnly, Busy, Corrupt, DiskFull.
    [[nodiscard]] static StoreResult<Database> open(const QString& path, const DatabaseOptions& options = {});
    Database(Database&& other) noexcept;
    Database& operator=(Database&& other) noexcept;
    ~Database();

    /// Runs one statement with `values` for its question marks, in order.
    [[nodiscard]] StoreResult<QSqlQuery> query(const QString& sql, const QVariantList& values = {}) const;
    [[nodiscard]] StoreResult<void> run(const QString& sql, const QVariantList& values = {}) const;
    /// First column of the first row; an invalid value when there is no row.
    [[nodiscard]] StoreResult<QVariant> value(const QString& sql, const QVariantList& values = {}) const;
    /// Runs statements that end with a line `-- end`. Nothing is executed behind the last such line.
    [[nodiscard]] StoreResult<void> runScript(const QString& script) const;

private:
    explicit Database(QString name) : m_name(std::move(name)) {}
    [[nodiscard]] StoreResult<void> configure(const DatabaseOptions& options) const;
    [[nodiscard]] QSqlDatabase connection() const { return QSqlDatabase::database(m_name, false); }
    QString m_name;  ///< of Qt's connection; empty = moved from
};

/// A write: everything up to commit(), or nothing. Takes the write lock at once (BEGIN IMMEDIATE), so that two programs
/// wait for each other instead of failing half-way.
class Transaction {
public:
    [[nodiscard]] static StoreResult<Transaction> begin(const Database& database);
    Transaction(Transaction&& other) noexcept : m_database(std::exchange(other.m_database, nullptr)) {}
    ~Transaction();
    [[nodiscard]] StoreResult<void> commit();

private:
    explicit Transaction(const Database& database) : m_database(&database) {}
    const Database* m_database;
};

/// The statements of a script; see Database::runScript().
[[nodiscard]] QStringList scriptStatements(const QString& script);

/// Never a null string, which SQLite would keep as NULL; without the characters that the store itself uses as marks
/// (U+0002, U+0003), U+0000, at which SQLite's functions would stop, and halves of characters.
[[nodiscard]] QString storable(const QString& text);

}  // namespace strata::ui
