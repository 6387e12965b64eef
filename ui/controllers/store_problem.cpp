#include "ui/controllers/store_problem.h"

#include <QCoreApplication>
#include <algorithm>

namespace strata::ui {
namespace {

struct Words {
    StoreErrorKind kind;
    const char* title;
    const char* remedy;
};

constexpr Words kWords[] = {
    {StoreErrorKind::CannotOpen, QT_TRANSLATE_NOOP("StoreProblem", "Your conversations cannot be opened."),
     QT_TRANSLATE_NOOP("StoreProblem", "Check that the folder is there and that you may read and write it.")},
    {StoreErrorKind::ReadOnly,
     QT_TRANSLATE_NOOP("StoreProblem", "The folder with your conversations cannot be written."),
     QT_TRANSLATE_NOOP("StoreProblem", "Check its permissions; what is stored already is safe.")},
    {StoreErrorKind::Busy, QT_TRANSLATE_NOOP("StoreProblem", "Another program is holding your conversations."),
     QT_TRANSLATE_NOOP("StoreProblem", "Close the other window or wait for it, then try again; nothing was lost.")},
    {StoreErrorKind::Corrupt, QT_TRANSLATE_NOOP("StoreProblem", "The file with your conversations is damaged."),
     QT_TRANSLATE_NOOP("StoreProblem", "Start Strata again: the file is put aside, not deleted, and a new one begun.")},
    {StoreErrorKind::DamagedIndex, QT_TRANSLATE_NOOP("StoreProblem", "The search index is damaged."),
     QT_TRANSLATE_NOOP("StoreProblem", "Start Strata again; your conversations are safe.")},
    {StoreErrorKind::Foreign,
     QT_TRANSLATE_NOOP("StoreProblem", "The file that should hold your conversations belongs to another program."),
     QT_TRANSLATE_NOOP("StoreProblem", "Move that file away; it was not changed.")},
    {StoreErrorKind::NewerSchema,
     QT_TRANSLATE_NOOP("StoreProblem", "Your conversations were written by a newer version of Strata."),
     QT_TRANSLATE_NOOP("StoreProblem", "Update Strata to open them; the file was not changed.")},
    {StoreErrorKind::DiskFull, QT_TRANSLATE_NOOP("StoreProblem", "The disk is full: the last change was not saved."),
     QT_TRANSLATE_NOOP("StoreProblem", "Free some space; everything saved before is safe.")},
    {StoreErrorKind::NotFound, QT_TRANSLATE_NOOP("StoreProblem", "What was to be changed is not there any more."),
     QT_TRANSLATE_NOOP("StoreProblem", "It may have been removed in another window.")},
    {StoreErrorKind::Failed, QT_TRANSLATE_NOOP("StoreProblem", "The last change could not be saved."),
     QT_TRANSLATE_NOOP("StoreProblem", "Try again; everything saved before is safe.")},
};

QString translated(const char* text) {
    return QCoreApplication::translate("StoreProblem", text);
}

}  // namespace

Problem problemFrom(const StoreError& error, const QString& path) {
    const auto found = std::ranges::find(kWords, error.kind, &Words::kind);
    const Words& words = found != std::end(kWords) ? *found : *std::rbegin(kWords);
    return {translated(words.title), path + QStringLiteral(": ") + error.detail, translated(words.remedy)};
}

Problem movedAsideProblem(const QString& aside, const QString& damage) {
    return {translated(QT_TRANSLATE_NOOP("StoreProblem",
                                         "The file with your conversations was damaged; Strata has begun a new one.")),
            damage, translated(QT_TRANSLATE_NOOP("StoreProblem", "The damaged file was kept as %1.")).arg(aside)};
}

}  // namespace strata::ui
