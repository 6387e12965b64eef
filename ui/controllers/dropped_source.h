// What it is that was dropped on the window, opened from the file manager or named on the command line.
#pragma once

#include "ui/controllers/engine_types.h"

#include <QMetaType>
#include <QString>
#include <QStringList>

namespace strata::ui {

enum class SourceKind : int {
    None,          ///< not a model; `problem` says what it is
    Stack,         ///< to be added to the library
    Gguf,          ///< to be compressed
    HuggingFace,   ///< a folder to be compressed
    Bitstack,      ///< a published checkpoint, whose blocks are taken over
    Conversation,  ///< an exported chat (JSON); only inspectSource() tells
};

struct DroppedSource {
    SourceKind kind = SourceKind::None;
    QStringList paths;     ///< several stacks, else one file or folder
    QString name;          ///< for people: "Llama-3.2-1B"
    qint64 sizeBytes = 0;  ///< of its weights on disk
    Problem problem;       ///< of None
};

/// Looks at names and at the first bytes of files: some milliseconds, but from a disk; not on the GUI thread.
[[nodiscard]] DroppedSource classifyDrop(const QStringList& paths);

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::DroppedSource)
