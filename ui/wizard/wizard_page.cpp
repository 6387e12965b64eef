#include "ui/wizard/wizard_page.h"

#include "ui/theme/style_sheet.h"

#include <QFormLayout>
#include <QFrame>
#include <QLabel>

namespace strata::ui {

StepPage::StepPage(const Theme& theme, const QString& title, const QString& text, QWidget* parent)
    : QWizardPage(parent), m_theme(theme) {
    m_column = new QVBoxLayout(this);
    const int margin = theme.space(Space::Wide);
    m_column->setContentsMargins(margin, margin, margin, theme.space(Space::Small));
    m_column->setSpacing(theme.space(Space::Large));
    auto* head = new QVBoxLayout;
    head->setSpacing(theme.space(Space::Tiny));
    m_title = new QLabel;
    setLook(*m_title, Look::Title);
    m_text = new QLabel;
    m_text->setWordWrap(true);
    setLook(*m_text, Look::Secondary);
    head->addWidget(m_title);
    head->addWidget(m_text);
    m_column->addLayout(head);
    setStepTitle(title);
    setStepText(text);
}

void StepPage::setStepTitle(const QString& title) {
    m_title->setText(title);
    setAccessibleName(title);
}

void StepPage::setStepText(const QString& text) {
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
}

QFormLayout* StepPage::addFacts() {
    auto* card = new QFrame;
    setLook(*card, Look::Card);
    auto* facts = new QFormLayout(card);
    const int margin = m_theme.space(Space::Large);
    facts->setContentsMargins(margin, margin, margin, margin);
    facts->setHorizontalSpacing(m_theme.space(Space::Wide));
    facts->setVerticalSpacing(m_theme.space(Space::Small));
    m_column->addWidget(card);
    return facts;
}

void StepPage::addFact(QFormLayout& facts, const QString& name, const QString& value) {
    if (value.isEmpty()) return;
    auto* label = new QLabel(name);
    setLook(*label, Look::Secondary);
    auto* text = new QLabel(value);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    facts.addRow(label, text);
}

void clearFacts(QFormLayout& facts) {
    while (facts.rowCount() > 0) facts.removeRow(0);
}

}  // namespace strata::ui
