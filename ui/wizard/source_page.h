// Step 1: what was found in the source.
#pragma once

#include "ui/controllers/source_inspector.h"
#include "ui/wizard/wizard_page.h"

#include <QFileDialog>

class QPushButton;

namespace strata::ui {

class SourcePage : public StepPage {
    Q_OBJECT
public:
    explicit SourcePage(const Theme& theme);
    void setBusy(const QString& path);
    void setSource(const SourceDescription& source);
    [[nodiscard]] bool isComplete() const override;

signals:
    void chosen(const QString& path);

private:
    void choose(QFileDialog::FileMode mode);
    QFormLayout* m_facts;
    QLabel* m_problem;
    QPushButton* m_choose;
    bool m_usable = false;
};

}  // namespace strata::ui
