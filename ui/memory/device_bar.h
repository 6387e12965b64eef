// The memory of a device's own, thin: what the model takes of it.
#pragma once

#include "ui/controllers/device_types.h"
#include "ui/memory/thin_bar.h"

namespace strata::ui {

class DeviceBar : public ThinBar {
    Q_OBJECT
public:
    explicit DeviceBar(const Theme& theme, QWidget* parent = nullptr);
    void setMemory(const DeviceInUse& device, qint64 usedBytes);
};

}  // namespace strata::ui
