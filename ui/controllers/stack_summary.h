// What a stack is, read from its header: for the library, and for a model that has just been loaded.
#pragma once

#include "core/stack/stack_file.h"
#include "ui/controllers/engine_types.h"

#include <QString>
#include <expected>

namespace strata::ui {

/// Of an open stack. Any thread.
[[nodiscard]] StackSummary stackSummary(const strata::StackFile& stack);

/// Opens the file, reads its header (milliseconds, but from a disk: not on the GUI thread) and closes it. The problem
/// tells apart an empty file, a stack of a newer version and a model that was not compressed yet.
[[nodiscard]] std::expected<StackSummary, Problem> readStackSummary(const QString& path);

}  // namespace strata::ui
