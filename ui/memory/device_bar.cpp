#include "ui/memory/device_bar.h"

#include "ui/models/number_text.h"
#include "ui/theme/live_words.h"

namespace strata::ui {

DeviceBar::DeviceBar(const Theme& theme, QWidget* parent) : ThinBar(theme, parent) {
    setObjectName(QStringLiteral("deviceBar"));
    followWords(theme, *this, [] { return tr("Memory of the graphics device"); }, &QWidget::setAccessibleName);
}

void DeviceBar::setMemory(const DeviceInUse& device, qint64 usedBytes) {
    setParts(
        device.memoryBytes, {{usedBytes, ColourRole::Layer3}},
        tr("The model holds %1 of the %2 of %3").arg(bytesText(usedBytes), bytesText(device.memoryBytes), device.name));
}

}  // namespace strata::ui
