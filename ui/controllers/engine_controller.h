// The window's only road to a loaded model: orders go to the engine's own thread, facts come back as queued signals.
#pragma once

#include "ui/controllers/engine_types.h"

#include <QObject>
#include <memory>

namespace strata::ui {

class EngineWorker;

/// Lives on the GUI thread; no call waits. Owns the engine's thread, which ends with it. A later load() replaces an
/// earlier one; answers asked for while a model is loading begin when it is ready.
class EngineController : public QObject {
    Q_OBJECT
public:
    explicit EngineController(QObject* parent = nullptr);
    ~EngineController() override;

    [[nodiscard]] EngineState state() const noexcept;
    /// The stack that is loaded or being loaded; empty path when there is none.
    [[nodiscard]] const StackSummary& stack() const noexcept;
    [[nodiscard]] const MemorySnapshot& memory() const noexcept;

    RequestId load(const QString& stackPath, const EngineOptions& options);
    void eject();
    RequestId answer(const AnswerRequest& request);
    /// Ends the answer in hand after its present token, and forgets those that wait.
    void stop();

    /// Moves the slider: takes effect between two tokens. Values below the floor mean the floor.
    void setMemory(qint64 totalBytes);
    /// Drops to the floor, remembering where the slider was. `pause` also holds an answer until restoreMemory().
    void yieldMemory(bool pause);
    void restoreMemory();
    [[nodiscard]] bool isYielded() const noexcept;

signals:
    void stateChanged(strata::ui::EngineState state);
    void loadProgressed(strata::ui::RequestId request, double fraction);
    void loaded(strata::ui::RequestId request, const strata::ui::StackSummary& stack);
    void loadFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);
    void ejected();

    void answerStarted(strata::ui::RequestId request);
    /// Prompt tokens evaluated so far, for long prompts.
    void prefillProgressed(strata::ui::RequestId request, double fraction);
    /// What is new since the last one; about 30 times a second.
    void textArrived(strata::ui::RequestId request, const QString& text);
    void answerFinished(strata::ui::RequestId request, const strata::ui::AnswerStatistics& statistics);
    void answerFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);

    void memoryChanged(const strata::ui::MemorySnapshot& memory);
    void yieldedChanged(bool yielded);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui
