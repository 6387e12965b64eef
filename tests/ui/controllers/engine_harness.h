// An engine controller on a small random model, and a record of what it said.
#pragma once

#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"
#include "ui/controllers/engine_controller.h"

#include <QFile>
#include <QHash>
#include <QList>
#include <QTest>
#include <algorithm>

namespace strata::ui::testing {

/// Large enough that blocks are worth counting; its answers end only when they are stopped.
inline test::TinyOptions answeringModel() {
    test::TinyOptions options;
    options.layers = 3;
    options.embedding = 128;
    options.feedForward = 256;
    options.contextLength = 4096;
    options.tied = false;
    options.seed = 3;
    options.endsTurns = false;
    return options;
}

/// Writes stacks into a folder of its own.
class StackFolder {
public:
    [[nodiscard]] QString write(std::string_view name, const test::TinyOptions& options = answeringModel()) const {
        const auto written = test::TinyModel(options).writeStack(m_folder / name, [](StackContents& contents) {
            contents.curve = {{1, 1, 40, 2, 0.3F}, {1'000'000'000, 2, 20, 0.1F, 0.98F}};
        });
        return written ? path(name) : QString();
    }
    [[nodiscard]] QString path(std::string_view name) const { return QFile::decodeName((m_folder / name).c_str()); }

private:
    test::TemporaryFolder m_folder;
};

inline AnswerRequest question(const QString& text, int maximumTokens) {
    AnswerRequest request;
    request.turns = {{Role::User, text}};
    request.sampling.temperature = 0;
    request.maximumTokens = maximumTokens;
    return request;
}

/// Listens to a controller. GUI thread.
class EngineRecord : public QObject {
public:
    explicit EngineRecord(EngineController& engine) {
        connect(&engine, &EngineController::loaded, this, [this](RequestId id) { loaded.append(id); });
        connect(&engine, &EngineController::loadFailed, this,
                [this](RequestId id, const Problem& problem) { loadProblems[id] = problem; });
        connect(&engine, &EngineController::ejected, this, [this] { ++ejections; });
        connect(&engine, &EngineController::answerStarted, this, [this](RequestId id) { started.append(id); });
        connect(&engine, &EngineController::prefillProgressed, this,
                [this](RequestId, double fraction) { prefill.append(fraction); });
        connect(&engine, &EngineController::textArrived, this, [this](RequestId id, const QString& piece) {
            text[id] += piece;
            ++updates;
        });
        connect(&engine, &EngineController::answerFinished, this,
                [this](RequestId id, const AnswerStatistics& statistics) { finished[id] = statistics; });
        connect(&engine, &EngineController::answerFailed, this,
                [this](RequestId id, const Problem& problem) { answerProblems[id] = problem; });
        connect(&engine, &EngineController::memoryFailed, this,
                [this](const Problem& problem) { memoryProblems.append(problem); });
    }
    [[nodiscard]] bool isOver(RequestId id) const { return finished.contains(id) || answerProblems.contains(id); }

    QList<RequestId> loaded;
    QHash<RequestId, Problem> loadProblems;
    int ejections = 0;
    QList<RequestId> started;
    QList<double> prefill;
    QHash<RequestId, QString> text;
    int updates = 0;
    QHash<RequestId, AnswerStatistics> finished;
    QHash<RequestId, Problem> answerProblems;
    QList<Problem> memoryProblems;
};

}  // namespace strata::ui::testing
