// What all pages of the wizard share: a title in our own type, a line below it, and a column for the rest.
#pragma once

#include "ui/theme/theme.h"

#include <QVBoxLayout>
#include <QWizardPage>

class QFormLayout;
class QLabel;

namespace strata::ui {

class StepPage : public QWizardPage {
    Q_OBJECT
public:
    StepPage(const Theme& theme, const QString& title, const QString& text, QWidget* parent = nullptr);

protected:
    [[nodiscard]] QVBoxLayout& column() noexcept { return *m_column; }
    [[nodiscard]] const Theme& theme() const noexcept { return m_theme; }
    void setStepText(const QString& text);
    void setStepTitle(const QString& title);
    /// A card with rows of name and value, added to the column.
    [[nodiscard]] QFormLayout* addFacts();
    void addFact(QFormLayout& facts, const QString& name, const QString& value);

private:
    const Theme& m_theme;
    QVBoxLayout* m_column;
    QLabel* m_title;
    QLabel* m_text;
};

/// Takes all rows away.
void clearFacts(QFormLayout& facts);

}  // namespace strata::ui
