// One thing that can compute, to be chosen: its name, what it is, how much of its memory a model may take, and details.
#pragma once

#include "ui/controllers/device_types.h"
#include "ui/theme/theme.h"

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QRadioButton;
class QToolButton;
class QVBoxLayout;

namespace strata::ui {

/// Words are said when it is built: make another one in another language.
class DeviceRow : public QWidget {
    Q_OBJECT
public:
    DeviceRow(const Theme& theme, const QString& name, const QString& objectName);
    /// The same of a device that is there.
    DeviceRow(const Theme& theme, const DeviceReport& device, const QString& objectName);

    [[nodiscard]] QRadioButton& radio() noexcept { return *m_radio; }
    void setNote(const QString& text);
    /// 0 = all that is free. Does not signal. Nothing happens where the device has no memory of its own.
    void setBudget(qint64 bytes);
    void setDetailsOpen(bool open);
    [[nodiscard]] bool areDetailsOpen() const noexcept;

signals:
    void budgetChosen(qint64 bytes);

private:
    void addBudget(const DeviceReport& device, const QString& objectName);
    void addDetails(const DeviceReport& device, const QString& objectName);

    const Theme& m_theme;
    QVBoxLayout* m_below = nullptr;
    QRadioButton* m_radio = nullptr;
    QLabel* m_note = nullptr;
    QDoubleSpinBox* m_budget = nullptr;
    QToolButton* m_disclose = nullptr;
    QLabel* m_details = nullptr;
};

/// "graphics card · 8 GB of its own, 7 GB of it free".
[[nodiscard]] QString deviceNote(const DeviceReport& device);
/// What was found and which way is taken, as a table in HTML.
[[nodiscard]] QString deviceDetails(const DeviceReport& device);

}  // namespace strata::ui
