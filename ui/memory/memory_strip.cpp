#include "ui/memory/memory_strip.h"

#include "ui/memory/memory_slider.h"
#include "ui/memory/memory_words.h"
#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace strata::ui {
namespace {

QToolButton* iconButton(const Theme& theme, const char* icon, const char* name) {
    auto* button = new QToolButton;
    button->setObjectName(QLatin1String(name));
    button->setIcon(theme.icon(QLatin1String(icon), ColourRole::SecondaryText));
    keepIconSize(theme, *button, QSize(20, 20));
    return button;
}

}  // namespace

MemoryStrip::MemoryStrip(MemoryController& controller, const Theme& theme, QWidget* parent)
    : QFrame(parent), m_controller(controller), m_theme(theme) {
    setObjectName(QStringLiteral("memoryStrip"));
    followWords(theme, *this, [] { return tr("Memory"); }, &QWidget::setAccessibleName);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme.space(Space::Large), 0, theme.space(Space::Small), theme.space(Space::Small));
    layout->setSpacing(theme.space(Space::Small));
    m_figure = new QLabel;
    setLook(*m_figure, Look::Secondary);
    m_quality = new QLabel;
    setLook(*m_quality, Look::Secondary);
    m_slider = new MemorySlider(theme);
    m_slider->setObjectName(QStringLiteral("memoryStripSlider"));
    m_slider->setTickLabels(false);
    m_yield = iconButton(theme, "yield", "stripYield");
    auto* expand = iconButton(theme, "panel_right", "expandMemory");
    followWords(
        theme, *expand,
        [this] { return m_theme.shortcuts().withKeys(tr("Show the memory panel"), ShortcutAction::ToggleMemory); },
        &QWidget::setToolTip);
    followWords(theme, *expand, [] { return tr("Show the memory panel"); }, &QWidget::setAccessibleName);
    layout->addWidget(m_figure);
    layout->addWidget(m_slider, 1);
    layout->addWidget(m_quality);
    layout->addWidget(m_yield);
    layout->addWidget(expand);
    connect(m_slider, &MemorySlider::moved, &controller, &MemoryController::setWanted);
    connect(m_yield, &QToolButton::clicked, &controller, &MemoryController::toggleYield);
    connect(expand, &QToolButton::clicked, this, &MemoryStrip::expandRequested);
    connect(&controller, &MemoryController::changed, this, &MemoryStrip::refresh);
    connect(&theme, &Theme::changed, this, &MemoryStrip::refresh);
    refresh();
}

void MemoryStrip::refresh() {
    const bool hasModel = m_controller.hasModel();
    const qint64 wanted = m_controller.wantedBytes();
    m_figure->setText(hasModel ? tr("%1 of %2 MB")
                                     .arg(megabytesFigure(m_controller.memory().totalBytes()),
                                          megabytesFigure(m_controller.maximumBytes()))
                               : tr("No model"));
    m_quality->setText(hasModel ? qualityWords(m_controller.agreementNow()) : QString());
    m_quality->setToolTip(qualityExplanation(m_controller.agreementNow()));
    m_slider->setEnabled(hasModel);
    m_slider->setRange(m_controller.minimumBytes(), m_controller.maximumBytes());
    m_slider->setTicks(m_controller.ticks());
    m_slider->setAgreement(m_controller.agreement(wanted));
    m_slider->setValue(wanted);
    const bool yielded = m_controller.isYielded();
    m_yield->setEnabled(hasModel);
    m_yield->setIcon(
        m_theme.icon(yielded ? QStringLiteral("restore") : QStringLiteral("yield"), ColourRole::SecondaryText));
    const QString words = yielded ? tr("Take memory back") : tr("Yield memory");
    m_yield->setToolTip(m_theme.shortcuts().withKeys(words, ShortcutAction::YieldMemory));
    m_yield->setAccessibleName(words);
}

}  // namespace strata::ui
