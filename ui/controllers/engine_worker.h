// What happens on the engine's thread: loading, answering, letting go.
#pragma once

#include "core/model/chat_prompt.h"
#include "core/model/session.h"
#include "ui/controllers/device_opener.h"
#include "ui/controllers/engine_types.h"
#include "ui/controllers/memory_watch.h"

#include <QObject>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace strata::ui {

/// The user's limit on the memory of the device with this id, as sessions take it.
[[nodiscard]] std::uint64_t deviceLimitBytes(const DeviceBudgets& budgets, const QString& id);

/// Lives on the engine's thread; its members are called there, one at a time. Work ends early by its stop token.
class EngineWorker : public QObject {
    Q_OBJECT
public:
    /// `watch` must outlive it. Without devices the processor computes.
    EngineWorker(MemoryWatch& watch, std::shared_ptr<DeviceProvider> devices);
    ~EngineWorker() override;

    void load(RequestId request, const QString& path, const EngineOptions& options, const std::stop_token& stop);
    void eject();
    void answer(RequestId request, const AnswerRequest& asked, const std::stop_token& stop);

signals:
    void loadProgressed(strata::ui::RequestId request, double fraction);
    void loaded(strata::ui::RequestId request, const strata::ui::StackSummary& stack, qint64 contextLength,
                const strata::ui::DeviceInUse& device);
    /// Before loaded(): the processor computes, and the chosen device does not.
    void deviceFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);
    void loadFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);
    void ejected();
    void prefillProgressed(strata::ui::RequestId request, double fraction);
    void textArrived(strata::ui::RequestId request, const QString& text);
    void answerFinished(strata::ui::RequestId request, const strata::ui::AnswerStatistics& statistics);
    void answerFailed(strata::ui::RequestId request, const strata::ui::Problem& problem);

private:
    struct Prompt {
        std::vector<TokenId> ids;
        std::size_t keepTokens = 0;
    };
    [[nodiscard]] Result<void> open(RequestId request, const QString& path, const EngineOptions& options,
                                    const std::stop_token& stop);
    /// Whether a session on the chosen device is open. Tells why not.
    [[nodiscard]] bool openOnDevice(RequestId request, const std::shared_ptr<const StackFile>& stack,
                                    const EngineOptions& options, const JobContext& context);
    [[nodiscard]] Result<Prompt> buildPrompt(const AnswerRequest& asked) const;
    [[nodiscard]] Result<Prompt> plainPrompt(const AnswerRequest& asked) const;
    [[nodiscard]] AnswerStatistics statistics(const Generation& generation, double firstTokenMs) const;
    void letGo();

    MemoryWatch& m_watch;
    DeviceOpener m_devices;
    DeviceInUse m_inUse;
    std::uint64_t m_deviceLimitBytes = MemoryBudget::kUnlimited;
    std::shared_ptr<Session> m_session;
    StackSummary m_summary;
    Result<ChatPrompt> m_prompt;
};

}  // namespace strata::ui
