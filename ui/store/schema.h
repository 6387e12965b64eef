// Bringing a database to the present schema: numbered steps from one list, which create and upgrade alike.
#pragma once

#include "ui/store/database.h"

#include <QList>

namespace strata::ui {

/// One step: from the version before it to `version`. `script` as Database::runScript().
struct Migration {
    int version = 0;
    QString name;
    QString script;
};

/// resources/migrations/NNNN_*.sql, in order, numbered from 1 without a gap.
[[nodiscard]] QList<Migration> builtInMigrations();

/// Whether the file is ours and sound. Errors: Foreign, NewerSchema, Corrupt; the file is not changed.
[[nodiscard]] StoreResult<void> checkDatabase(const Database& database, const QList<Migration>& migrations);

/// Runs what is missing, each step and its `user_version` in one transaction; before the first, a database that has
/// content is copied to PATH.before-vN (N = the version that is being replaced). A step that fails leaves the version
/// before it. Another program may do the same at the same time.
[[nodiscard]] StoreResult<void> migrate(const Database& database, const QString& path,
                                        const QList<Migration>& migrations);

[[nodiscard]] StoreResult<int> schemaVersion(const Database& database);

}  // namespace strata::ui
