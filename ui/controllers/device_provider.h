// What the window is handed by whoever knows devices: app.
#pragma once

#include "core/backend.h"
#include "ui/controllers/device_types.h"

#include <memory>

namespace strata::ui {

/// Any thread, also several at once. Each call may take seconds, or, with a broken driver, for ever: nobody calls it on
/// the GUI thread, or waits for it without end.
class DeviceProvider {
public:
    virtual ~DeviceProvider() = default;
    [[nodiscard]] virtual DeviceList list() = 0;
    /// Errors: NotFound where no device has this id, and those of the device.
    [[nodiscard]] virtual Result<std::unique_ptr<Backend>> makeBackend(const QString& id) = 0;
};

}  // namespace strata::ui
