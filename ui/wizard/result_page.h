// Step 4: what came of it, measured.
#pragma once

#include "ui/controllers/compression_controller.h"
#include "ui/wizard/wizard_page.h"

namespace strata::ui {

class QualityPlot;

class ResultPage : public StepPage {
    Q_OBJECT
public:
    explicit ResultPage(const Theme& theme);
    void setResult(const CompressionResult& result);
    [[nodiscard]] const CompressionResult& result() const noexcept { return m_result; }

private:
    CompressionResult m_result;
    QualityPlot* m_plot;
    QFormLayout* m_facts;
};

}  // namespace strata::ui
