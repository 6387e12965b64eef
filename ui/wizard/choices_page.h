// Step 2: how good it may become, what it learns from, where it goes, and what that costs.
#pragma once

#include "ui/controllers/compression_controller.h"
#include "ui/wizard/wizard_page.h"

#include <QTimer>

class QButtonGroup;
class QComboBox;
class QLineEdit;

namespace strata::ui {

class ChoicesPage : public StepPage {
    Q_OBJECT
public:
    ChoicesPage(const Theme& theme, const QString& modelsFolder);
    void setSource(const SourceDescription& source);
    void setCost(const CompressionCost& cost);
    [[nodiscard]] CompressionOrder order() const;
    [[nodiscard]] bool isComplete() const override;
    [[nodiscard]] bool validatePage() override { return isComplete(); }

signals:
    /// Something that decides the cost has changed.
    void costWanted();

private:
    [[nodiscard]] QWidget* buildCeiling();
    [[nodiscard]] QWidget* buildEffort();
    [[nodiscard]] QWidget* buildCalibration();
    [[nodiscard]] QWidget* buildOutput();
    [[nodiscard]] QString output() const;
    /// Not before a moment without another change.
    void askCost();
    [[nodiscard]] Effort effort() const;
    void showEfforts();
    void showCost();
    void showProblem();

    QString m_modelsFolder;
    SourceDescription m_source;
    CompressionCost m_cost;
    bool m_costKnown = false;
    QTimer m_pause;
    QWidget* m_ceilings = nullptr;
    QButtonGroup* m_ceiling = nullptr;
    QFormLayout* m_form = nullptr;
    QWidget* m_efforts = nullptr;
    QButtonGroup* m_effort = nullptr;
    QComboBox* m_calibration = nullptr;
    QLineEdit* m_output = nullptr;
    QFormLayout* m_facts = nullptr;
    QLabel* m_problem = nullptr;
};

}  // namespace strata::ui
