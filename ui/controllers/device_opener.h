// Carries out the choice of a device on the engine's thread, with an end to its patience.
#pragma once

#include "core/model/session.h"
#include "ui/controllers/device_provider.h"
#include "ui/controllers/engine_types.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>

namespace strata::ui {

/// One thread at a time.
class DeviceOpener {
public:
    /// Null: the processor is all there is.
    explicit DeviceOpener(std::shared_ptr<DeviceProvider> provider,
                          std::chrono::milliseconds patience = std::chrono::seconds(60));

    /// The device that `choice` means now; nullopt: the processor. Errors: NotFound (the chosen one is not there),
    /// Unsupported (it cannot be used), Io (no answer), Cancelled.
    [[nodiscard]] Result<std::optional<DeviceReport>> find(const DeviceChoice& choice, const std::stop_token& stop);
    /// Errors: those of the provider, Io (no answer: nothing is asked of the provider again), Cancelled.
    [[nodiscard]] Result<std::unique_ptr<Backend>> open(const QString& id, const std::stop_token& stop);
    /// Whether a driver did not answer.
    [[nodiscard]] bool isStuck() const noexcept { return m_isStuck; }

private:
    template <class Answer, class Question>
    [[nodiscard]] Result<Answer> ask(Question question, const std::stop_token& stop);

    std::shared_ptr<DeviceProvider> m_provider;
    std::chrono::milliseconds m_patience;
    bool m_isStuck = false;
};

/// Why another device than the chosen one computes, in words. `name` is the chosen one's; empty: what Automatic meant.
[[nodiscard]] Problem deviceProblem(const strata::Error& error, const QString& name, bool isStuck);
/// What befell the device while it computed.
[[nodiscard]] Problem deviceNotice(const strata::SessionNotice& notice, const QString& name);

}  // namespace strata::ui
