// The memory panel collapsed: figure, slider and yield in one slim line under the composer.
#pragma once

#include "ui/controllers/memory_controller.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QLabel;
class QToolButton;

namespace strata::ui {

class MemorySlider;

class MemoryStrip : public QFrame {
    Q_OBJECT
public:
    MemoryStrip(MemoryController& controller, const Theme& theme, QWidget* parent = nullptr);
    [[nodiscard]] MemorySlider& slider() noexcept { return *m_slider; }

signals:
    void expandRequested();

private:
    void refresh();

    MemoryController& m_controller;
    const Theme& m_theme;
    QLabel* m_figure = nullptr;
    MemorySlider* m_slider = nullptr;
    QLabel* m_quality = nullptr;
    QToolButton* m_yield = nullptr;
};

}  // namespace strata::ui
