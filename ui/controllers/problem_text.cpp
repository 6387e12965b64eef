#include "ui/controllers/problem_text.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr const char* kContext = "ProblemText";

/// `%1` stands for the file's name. Where an error names no file, `plain` is said instead.
struct Words {
    ErrorCode code;
    const char* withFile;
    const char* plain;
    const char* remedy;
};

constexpr Words kWords[] = {
    {ErrorCode::InvalidArgument, QT_TRANSLATE_NOOP("ProblemText", "“%1” cannot be used here; nothing was changed."),
     QT_TRANSLATE_NOOP("ProblemText", "This cannot be done; nothing was changed."),
     QT_TRANSLATE_NOOP("ProblemText", "Choose something else; the details say why.")},
    {ErrorCode::NotFound, QT_TRANSLATE_NOOP("ProblemText", "“%1” is not there, or something in it is missing."),
     QT_TRANSLATE_NOOP("ProblemText", "Something that is needed was not found."),
     QT_TRANSLATE_NOOP("ProblemText", "Check that its disk is connected, or choose the file again.")},
    {ErrorCode::PermissionDenied, QT_TRANSLATE_NOOP("ProblemText", "The system does not allow access to “%1”."),
     QT_TRANSLATE_NOOP("ProblemText", "The system does not allow this."),
     QT_TRANSLATE_NOOP("ProblemText", "Check who owns it and its permissions, or choose another folder.")},
    {ErrorCode::AlreadyExists, QT_TRANSLATE_NOOP("ProblemText", "“%1” is there already and was left as it is."),
     QT_TRANSLATE_NOOP("ProblemText", "The file is there already and was left as it is."),
     QT_TRANSLATE_NOOP("ProblemText", "Choose another name.")},
    {ErrorCode::Io, QT_TRANSLATE_NOOP("ProblemText", "“%1” could not be read or written."),
     QT_TRANSLATE_NOOP("ProblemText", "Reading or writing failed."),
     QT_TRANSLATE_NOOP("ProblemText", "Check the disk and its connection, then try again.")},
    {ErrorCode::DiskFull, QT_TRANSLATE_NOOP("ProblemText", "The disk is full: “%1” could not be written."),
     QT_TRANSLATE_NOOP("ProblemText", "The disk is full; what was there before is still there."),
     QT_TRANSLATE_NOOP("ProblemText", "Free some space or choose another disk, then try again.")},
    {ErrorCode::OutOfMemory, QT_TRANSLATE_NOOP("ProblemText", "The computer has too little memory left for “%1”."),
     QT_TRANSLATE_NOOP("ProblemText", "The computer has too little memory left; nothing was lost."),
     QT_TRANSLATE_NOOP("ProblemText", "Close other programs, or give the model less memory.")},
    {ErrorCode::BadMagic, QT_TRANSLATE_NOOP("ProblemText", "“%1” is not a model."),
     QT_TRANSLATE_NOOP("ProblemText", "This is not a model."),
     QT_TRANSLATE_NOOP("ProblemText", "Choose a .strata or a .gguf file.")},
    {ErrorCode::Truncated, QT_TRANSLATE_NOOP("ProblemText", "“%1” is incomplete: its end is missing."),
     QT_TRANSLATE_NOOP("ProblemText", "The file is incomplete: its end is missing."),
     QT_TRANSLATE_NOOP("ProblemText", "Wait until it has been copied, or download or copy it again.")},
    {ErrorCode::Corrupt, QT_TRANSLATE_NOOP("ProblemText", "“%1” is damaged and cannot be used."),
     QT_TRANSLATE_NOOP("ProblemText", "The file is damaged and cannot be used."),
     QT_TRANSLATE_NOOP("ProblemText", "Download, copy or compress it again.")},
    {ErrorCode::ChecksumMismatch,
     QT_TRANSLATE_NOOP("ProblemText", "“%1” has changed since it was made: its checksum is wrong."),
     QT_TRANSLATE_NOOP("ProblemText", "The data has changed since it was made: its checksum is wrong."),
     QT_TRANSLATE_NOOP("ProblemText", "Download, copy or compress it again; if that does not help, check the disk.")},
    {ErrorCode::Unsupported, QT_TRANSLATE_NOOP("ProblemText", "This version of Strata cannot use “%1”."),
     QT_TRANSLATE_NOOP("ProblemText", "This version of Strata cannot do that."),
     QT_TRANSLATE_NOOP("ProblemText", "Choose another model, or update Strata; the details say what it lacks.")},
    {ErrorCode::BudgetTooSmall, QT_TRANSLATE_NOOP("ProblemText", "“%1” cannot run in so little memory."),
     QT_TRANSLATE_NOOP("ProblemText", "The model cannot run in so little memory."),
     QT_TRANSLATE_NOOP("ProblemText", "Move the memory slider up, or choose a smaller model.")},
    {ErrorCode::ContextFull, QT_TRANSLATE_NOOP("ProblemText", "The conversation is longer than “%1” can read."),
     QT_TRANSLATE_NOOP("ProblemText", "The conversation is longer than the model can read; all of it is kept."),
     QT_TRANSLATE_NOOP("ProblemText", "Start a new chat, or choose another overflow policy or a longer context.")},
    {ErrorCode::Template, QT_TRANSLATE_NOOP("ProblemText", "The chat template in “%1” does not work."),
     QT_TRANSLATE_NOOP("ProblemText", "The model's chat template does not work with this conversation."),
     QT_TRANSLATE_NOOP("ProblemText", "Try without a system prompt, or choose another model.")},
    {ErrorCode::Cancelled, QT_TRANSLATE_NOOP("ProblemText", "“%1” was cancelled; what was done so far is kept."),
     QT_TRANSLATE_NOOP("ProblemText", "This was cancelled; what was done so far is kept."), nullptr},
};

const Words& wordsFor(ErrorCode code) {
    const auto found = std::ranges::find(kWords, code, &Words::code);
    return found != std::end(kWords) ? *found : kWords[0];
}

QString translated(const char* text) {
    return text == nullptr ? QString() : QCoreApplication::translate(kContext, text);
}

}  // namespace

Problem problemFrom(const strata::Error& error) {
    const Words& words = wordsFor(error.code);
    const QString name = QFileInfo(QString::fromStdString(error.file)).fileName();
    Problem problem;
    problem.title = name.isEmpty() ? translated(words.plain) : translated(words.withFile).arg(name);
    problem.detail = QString::fromStdString(error.message());
    problem.remedy = translated(words.remedy);
    return problem;
}

}  // namespace strata::ui
