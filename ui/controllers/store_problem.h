// Failures of the database in words for people.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/store/store_error.h"

#include <QString>

namespace strata::ui {

/// `path` is the database's. In the user's language.
[[nodiscard]] Problem problemFrom(const StoreError& error, const QString& path);

/// What to tell when a damaged database was moved to `aside`.
[[nodiscard]] Problem movedAsideProblem(const QString& aside, const QString& damage);

}  // namespace strata::ui
