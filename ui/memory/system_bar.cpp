#include "ui/memory/system_bar.h"

#include "ui/controllers/problem_text.h"
#include "ui/theme/live_words.h"

#include <algorithm>

namespace strata::ui {

SystemBar::SystemBar(const Theme& theme, QWidget* parent) : ThinBar(theme, parent) {
    setObjectName(QStringLiteral("systemBar"));
    followWords(theme, *this, [] { return tr("Memory of this computer"); }, &QWidget::setAccessibleName);
}

void SystemBar::setMemory(const MemorySnapshot& memory) {
    const qint64 own = memory.processBytes;
    const qint64 used = memory.systemTotalBytes - memory.systemAvailableBytes;
    setParts(memory.systemTotalBytes, {{std::max(own, used), ColourRole::OtherPrograms}, {own, ColourRole::Layer2}},
             tr("This program %1, other programs %2, free %3 of %4")
                 .arg(bytesText(own), bytesText(std::max<qint64>(used - own, 0)),
                      bytesText(memory.systemAvailableBytes), bytesText(memory.systemTotalBytes)));
}

}  // namespace strata::ui
