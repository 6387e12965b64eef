// The devices of this machine, for the window.
#pragma once

#include "ui/controllers/device_provider.h"

namespace strata::app {

class SystemDevices : public ui::DeviceProvider {
public:
    [[nodiscard]] ui::DeviceList list() override;
    [[nodiscard]] Result<std::unique_ptr<Backend>> makeBackend(const QString& id) override;
};

/// Null where this build has no GPU support.
[[nodiscard]] std::shared_ptr<ui::DeviceProvider> systemDevices();

}  // namespace strata::app
