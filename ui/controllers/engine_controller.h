// The window's only road to a loaded model: orders go to the engine's own thread, facts come back as queued signals.
#pragma once

#include "ui/controllers/engine_types.h"

#include <QObject>
#include <memory>

namespace strata::ui {

class DeviceProvider;
class EngineWorker;

/// Lives on the GUI thread; no call waits. Owns the engine's thread, which ends with it. A later load() replaces an
/// earlier one; answers asked for while a model is loading begin when it is ready.
class EngineController : public QObject {
    Q_OBJECT
public:
    /// Without devices the processor computes, whatever is chosen.
    explicit EngineController(std::shared_ptr<DeviceProvider> devices = nullptr, QObject* parent = nullptr,
                              const GovernorOptions& deviceOptions = GovernorOptions::forDevice());
    ~EngineController() override;

    [[nodiscard]] EngineState state() const noexcept;
    /// The stack that is loaded or being loaded; empty path when there is none.
    [[nodiscard]] const StackSummary& stack() const noexcept;
    [[nodiscard]] const MemorySnapshot& memory() const noexcept;
    /// What computes; the processor where no model is loaded.
    [[nodiscard]] const DeviceInUse& device() const noexcept;

    RequestId load(const QString& stackPath, const EngineOptions& options);
    void eject();
    RequestId answer(const AnswerRequest& request);
    /// Ends the answer in hand after its present token, and forgets those that wait: each of them is answerFinished(),
    /// stopped, without a token.
    void stop();
    /// While a model is on its way (it is being compressed or downloaded), answers wait although none is loading.
    void setModelExpected(bool expected);

    /// Moves the slider: takes effect between two tokens. Values below the floor mean the floor, 0 and those from
    /// memory().fullBytes on mean everything. Ends a yield.
    void setMemory(qint64 totalBytes);
    /// Where the slider is, however far the memory has followed; 0 = everything.
    [[nodiscard]] qint64 wantedMemory() const noexcept;
    /// The most that a model may take of each device's own memory; of the one that computes, at once. It takes less
    /// while the device has no room for it: memory().deviceChange says so.
    void setDeviceBudgets(const DeviceBudgets& budgets);
    /// Drops the weights to the floor, remembering where the slider was; the context stays. `pause` also holds an
    /// answer until restoreMemory(), and then until the blocks are back.
    void yieldMemory(bool pause);
    void restoreMemory();
    [[nodiscard]] bool isYielded() const noexcept;
    /// Yielded with `pause`.
    [[nodiscard]] bool holdsAnswers() const noexcept;

signals:
    void stateChanged(strata::ui::EngineState state);
    void loadProgressed(strata::ui::RequestId request, double fraction);
    void loaded(strata::ui::RequestId request, const strata::ui::StackSummary& stack);
    void loadFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);
    void ejected();
    /// After loaded(): the chosen device cannot be used, or is lost, and the processor computes; or it gives less than
    /// it may. device() says what computes now.
    void deviceFailed(const strata::ui::Problem& problem);

    void answerStarted(strata::ui::RequestId request);
    /// Prompt tokens evaluated so far, for long prompts.
    void prefillProgressed(strata::ui::RequestId request, double fraction);
    /// What is new since the last one; about 30 times a second.
    void textArrived(strata::ui::RequestId request, const QString& text);
    void answerFinished(strata::ui::RequestId request, const strata::ui::AnswerStatistics& statistics);
    void answerFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);

    /// Also once a second without a model, with what the system has.
    void memoryChanged(const strata::ui::MemorySnapshot& memory);
    /// The blocks that the slider asks for cannot be loaded; the model goes on with those it has.
    void memoryFailed(const strata::ui::Problem& problem);
    void yieldedChanged(bool yielded);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui
