// How an operation on the database failed. Text for people is made by StoreController.
#pragma once

#include "core/base/result.h"

#include <QString>
#include <expected>

namespace strata::ui {

enum class StoreErrorKind : int {
    CannotOpen,    ///< no such folder, no access
    ReadOnly,      ///< the file or its folder cannot be written
    Busy,          ///< another program holds the database longer than we wait
    Corrupt,       ///< not a database, or a damaged one
    DamagedIndex,  ///< the search index is; everything else is sound
    Foreign,       ///< a database of another program
    NewerSchema,   ///< made by a newer version of this program
    DiskFull,      ///< nothing was written
    NotFound,      ///< no row of that number
    Failed,        ///< anything else; `detail` has SQLite's words
};

struct StoreError {
    StoreErrorKind kind = StoreErrorKind::Failed;
    QString detail;
};

template <class T>
using StoreResult = std::expected<T, StoreError>;

}  // namespace strata::ui
