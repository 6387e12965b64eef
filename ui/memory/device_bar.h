// The memory of a device's own, thin: what the model takes of it.
#pragma once

#include "ui/controllers/device_types.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace strata::ui {

class DeviceBar : public QWidget {
    Q_OBJECT
public:
    explicit DeviceBar(const Theme& theme, QWidget* parent = nullptr);
    void setMemory(const DeviceInUse& device, qint64 usedBytes);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    qint64 m_totalBytes = 0;
    qint64 m_usedBytes = 0;
};

}  // namespace strata::ui
