#include "ui/chat/empty_chat.h"

#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QBoxLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace strata::ui {

EmptyChat::EmptyChat(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_grid(new QGridLayout) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme.space(Space::Wide), 0, theme.space(Space::Wide), 0);
    column->setSpacing(theme.space(Space::Medium));
    auto* greeting = new QLabel;
    followWords(theme, *greeting, [] { return tr("What would you like to know?"); }, &QLabel::setText);
    setLook(*greeting, Look::Title);
    greeting->setAlignment(Qt::AlignHCenter);
    column->addStretch(2);
    column->addWidget(greeting);
    column->addSpacing(theme.space(Space::Small));
    m_grid->setSpacing(theme.space(Space::Small));
    for (int index = 0; index < prompts().size(); ++index) m_prompts.append(makePrompt(index));
    auto* centred = new QHBoxLayout;
    centred->addStretch(1);
    centred->addLayout(m_grid, 12);
    centred->addStretch(1);
    column->addLayout(centred);
    auto* hint = new QLabel;
    const auto words = [] {
        return tr(
            "The slider decides how much memory the model may use. Move it at any time, also while it answers: "
            "more memory, better answers.");
    };
    followWords(theme, *hint, words, &QLabel::setText);
    setLook(*hint, Look::Secondary);
    hint->setAlignment(Qt::AlignHCenter);
    hint->setWordWrap(true);
    column->addSpacing(theme.space(Space::Small));
    column->addWidget(hint);
    column->addStretch(3);
    connect(&theme, &Theme::changed, this, &EmptyChat::arrange);
    arrange();
}

/// One that ends in a space waits for a text.
QStringList EmptyChat::prompts() {
    return {tr("Explain how tides work, in simple words"), tr("Write a Python function that counts words"),
            tr("Suggest a plan for a rainy weekend"), tr("Make this text shorter and clearer: ")};
}

QPushButton* EmptyChat::makePrompt(int index) {
    auto* button = new QPushButton;
    followWords(m_theme, *button, [index] { return prompts()[index].trimmed(); }, &QAbstractButton::setText);
    button->setObjectName(QStringLiteral("prompt%1").arg(index));
    button->setMinimumHeight(m_theme.space(Space::Huge) + m_theme.space(Space::Medium));
    // The grid decides how wide they are; see arrange().
    button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    connect(button, &QPushButton::clicked, this, [this, index] {
        const QString prompt = prompts()[index];
        emit promptChosen(prompt, prompt.endsWith(u' '));
    });
    return button;
}

/// Two columns where all prompts can be read in them.
void EmptyChat::arrange() {
    int widest = 0;
    for (const QPushButton* prompt : m_prompts) widest = std::max(widest, prompt->sizeHint().width());
    const int columns = width() * 6 / 7 - 3 * m_theme.space(Space::Wide) >= 2 * widest ? 2 : 1;
    for (int index = 0; index < m_prompts.size(); ++index)
        m_grid->addWidget(m_prompts[index], index / columns, index % columns);
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, columns - 1);
}

void EmptyChat::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

}  // namespace strata::ui
