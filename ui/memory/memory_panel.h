// The right column: how much memory the model has, what that costs in quality, and the slider that changes it.
#pragma once

#include "ui/controllers/memory_controller.h"
#include "ui/theme/theme.h"

#include <QFrame>

class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QRadioButton;
class QToolButton;

namespace strata::ui {

class DeviceBar;
class MemoryBar;
class MemorySlider;
class QualityPlot;
class SystemBar;

class MemoryPanel : public QFrame {
    Q_OBJECT
public:
    MemoryPanel(MemoryController& controller, const Theme& theme, QWidget* parent = nullptr);
    [[nodiscard]] MemorySlider& slider() noexcept { return *m_slider; }
    /// One line below the controls, for what happened by itself; empty takes it away.
    void setNote(const QString& text);

signals:
    void collapseRequested();

private:
    void build();
    [[nodiscard]] QWidget* buildHeader();
    [[nodiscard]] QWidget* buildBody();
    [[nodiscard]] QWidget* buildFigure();
    [[nodiscard]] QWidget* buildChoice();
    [[nodiscard]] QWidget* buildModes();
    [[nodiscard]] QWidget* buildDevice();
    [[nodiscard]] QWidget* buildSystem();
    void connectControls();
    void refresh();
    void refreshFigure();
    void refreshChoice();
    void refreshDevice();
    void refreshYield();
    [[nodiscard]] QString legend() const;

    MemoryController& m_controller;
    const Theme& m_theme;
    QLabel* m_figure = nullptr;
    QLabel* m_of = nullptr;
    QLabel* m_quality = nullptr;
    MemoryBar* m_bar = nullptr;
    MemorySlider* m_slider = nullptr;
    QDoubleSpinBox* m_spin = nullptr;
    QLabel* m_speed = nullptr;
    QLabel* m_legend = nullptr;
    QRadioButton* m_fixed = nullptr;
    QRadioButton* m_leaveFree = nullptr;
    QDoubleSpinBox* m_leaveFreeSize = nullptr;
    QualityPlot* m_plot = nullptr;
    QLabel* m_deviceText = nullptr;
    DeviceBar* m_device = nullptr;
    QLabel* m_deviceNote = nullptr;
    SystemBar* m_system = nullptr;
    QLabel* m_systemText = nullptr;
    QLabel* m_note = nullptr;
    QPushButton* m_yield = nullptr;
};

}  // namespace strata::ui
