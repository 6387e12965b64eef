// What computes, chosen among what there is. A part of the page of settings.
#pragma once

#include "ui/controllers/device_types.h"
#include "ui/theme/theme.h"

#include <QButtonGroup>
#include <QHash>
#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace strata::ui {

class DeviceRow;

class DeviceSection : public QWidget {
    Q_OBJECT
public:
    explicit DeviceSection(const Theme& theme, QWidget* parent = nullptr);

    /// None of these signals.
    void setList(const DeviceList& list);
    void setChecking(bool checking);
    void setChoice(const DeviceChoice& choice);
    void setBudgets(const DeviceBudgets& budgets);
    [[nodiscard]] const DeviceChoice& choice() const noexcept { return m_choice; }
    [[nodiscard]] const DeviceBudgets& budgets() const noexcept { return m_budgets; }

signals:
    /// choice() or budgets() is another, by the user's hand.
    void changed();
    /// Also when it is shown for the first time.
    void checkRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void rebuild();
    DeviceRow& addRow(DeviceRow* row, const DeviceChoice& choice);
    void addDevice(const DeviceReport& device);
    void showChoice();
    void showStatus();
    [[nodiscard]] QString automaticNote() const;
    [[nodiscard]] QString lackText() const;

    const Theme& m_theme;
    DeviceList m_list;
    DeviceChoice m_choice;
    DeviceBudgets m_budgets;
    bool m_isKnown = false;
    bool m_isChecking = false;
    QVBoxLayout* m_rows = nullptr;
    QLabel* m_lack = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_check = nullptr;
    QButtonGroup m_group;
    QList<DeviceRow*> m_shown;
    QList<DeviceChoice> m_choices;  // by place in m_shown
};

}  // namespace strata::ui
