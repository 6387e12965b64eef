#include "ui/memory/memory_panel.h"

#include "ui/controllers/memory_guard.h"
#include "ui/controllers/problem_text.h"
#include "ui/memory/device_bar.h"
#include "ui/memory/memory_bar.h"
#include "ui/memory/memory_slider.h"
#include "ui/memory/memory_words.h"
#include "ui/memory/quality_plot.h"
#include "ui/memory/system_bar.h"
#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"

#include <QButtonGroup>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

constexpr double kMegabyte = 1e6;
constexpr double kGigabyte = 1e9;
// Below this, a megabyte is too coarse a step.
constexpr qint64 kSmallModel = 20'000'000;

QLabel* makeLabel(Look look, const char* name) {
    auto* label = new QLabel;
    label->setObjectName(QLatin1String(name));
    setLook(*label, look);
    return label;
}

QWidget* inset(QWidget* widget) {
    widget->layout()->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    return widget;
}

QHBoxLayout* row(QWidget* widget, int spacing) {
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

QVBoxLayout* column(QWidget* widget, int spacing) {
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing);
    return layout;
}

}  // namespace

MemoryPanel::MemoryPanel(MemoryController& controller, const Theme& theme, QWidget* parent)
    : QFrame(parent), m_controller(controller), m_theme(theme) {
    setObjectName(QStringLiteral("memoryPanel"));
    followWords(m_theme, *this, [] { return tr("Memory"); }, &QWidget::setAccessibleName);
    setLook(*this, Look::Sidebar);
    build();
    connectControls();
    refresh();
}

void MemoryPanel::build() {
    auto* outer = new QVBoxLayout(this);
    // What shares the scale keeps an inset of its own for the slider's handle; the rest gets the same here.
    const int margin = m_theme.space(Space::Large);
    outer->setContentsMargins(margin - kMemoryInset, margin, margin - kMemoryInset, margin);
    outer->setSpacing(m_theme.space(Space::Small));
    outer->addWidget(inset(buildHeader()));
    outer->addWidget(buildBody(), 1);
    m_yield = new QPushButton;
    m_yield->setObjectName(QStringLiteral("yieldButton"));
    auto* last = new QHBoxLayout;
    last->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    last->addWidget(m_yield);
    outer->addLayout(last);
}

/// Scrolls where the window is low or the text large; what gives memory back stays in sight.
QWidget* MemoryPanel::buildBody() {
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("memoryScroll"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* body = new QWidget;
    auto* layout = column(body, m_theme.space(Space::Small));
    layout->addWidget(inset(buildFigure()));
    m_bar = new MemoryBar(m_theme);
    layout->addWidget(m_bar);
    m_slider = new MemorySlider(m_theme);
    layout->addWidget(m_slider);
    layout->addWidget(inset(buildChoice()));
    m_legend = makeLabel(Look::Secondary, "memoryLegend");
    m_legend->setWordWrap(true);
    m_legend->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    layout->addWidget(m_legend);
    layout->addWidget(inset(buildModes()));
    layout->addSpacing(m_theme.space(Space::Small));
    m_plot = new QualityPlot(m_theme);
    layout->addWidget(m_plot);
    layout->addStretch(1);
    layout->addWidget(buildDevice());
    layout->addWidget(buildSystem());
    m_note = makeLabel(Look::Secondary, "memoryNote");
    m_note->setWordWrap(true);
    m_note->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    m_note->hide();
    layout->addWidget(m_note);
    scroll->setWidget(body);
    return scroll;
}

QWidget* MemoryPanel::buildHeader() {
    auto* header = new QWidget;
    auto* layout = row(header, m_theme.space(Space::Small));
    auto* title = makeLabel(Look::Title, "memoryTitle");
    followWords(m_theme, *title, [] { return tr("Memory"); }, &QLabel::setText);
    auto* close = new QToolButton;
    close->setObjectName(QStringLiteral("collapseMemory"));
    close->setIcon(m_theme.icon(QStringLiteral("panel_right"), ColourRole::SecondaryText));
    keepIconSize(m_theme, *close, QSize(20, 20));
    followWords(
        m_theme, *close,
        [this] { return m_theme.shortcuts().withKeys(tr("Hide the memory panel"), ShortcutAction::ToggleMemory); },
        &QWidget::setToolTip);
    followWords(m_theme, *close, [] { return tr("Hide the memory panel"); }, &QWidget::setAccessibleName);
    connect(close, &QToolButton::clicked, this, &MemoryPanel::collapseRequested);
    layout->addWidget(title, 1);
    layout->addWidget(close);
    return header;
}

QWidget* MemoryPanel::buildFigure() {
    auto* box = new QWidget;
    auto* outer = column(box, 0);
    auto* line = new QWidget;
    auto* layout = row(line, m_theme.space(Space::Small));
    m_figure = makeLabel(Look::Figure, "memoryFigure");
    m_of = makeLabel(Look::Secondary, "memoryOf");
    // Both stand on one line: the small text is raised by what the large one's descenders take more.
    m_of->setContentsMargins(0, 0, 0, m_theme.space(Space::Tiny) + 1);
    layout->addWidget(m_figure, 0, Qt::AlignBottom);
    layout->addWidget(m_of, 1, Qt::AlignBottom);
    m_quality = makeLabel(Look::Secondary, "memoryQuality");
    m_quality->setWordWrap(true);
    outer->addWidget(line);
    outer->addWidget(m_quality);
    return box;
}

QWidget* MemoryPanel::buildChoice() {
    auto* box = new QWidget;
    auto* layout = row(box, m_theme.space(Space::Small));
    m_spin = new QDoubleSpinBox;
    m_spin->setObjectName(QStringLiteral("memorySpin"));
    followWords(m_theme, *m_spin, [] { return tr("Memory in megabytes"); }, &QWidget::setAccessibleName);
    followWords(m_theme, *m_spin, [] { return tr(" MB"); }, &QDoubleSpinBox::setSuffix);
    m_spin->setKeyboardTracking(false);
    m_spin->setDecimals(0);
    m_speed = makeLabel(Look::Secondary, "memorySpeed");
    followWords(m_theme, *m_speed, [] { return tr("From the answers of this session"); }, &QWidget::setToolTip);
    layout->addWidget(m_spin);
    layout->addStretch(1);
    layout->addWidget(m_speed);
    return box;
}

QWidget* MemoryPanel::buildModes() {
    auto* box = new QWidget;
    auto* layout = column(box, m_theme.space(Space::Tiny));
    m_fixed = new QRadioButton;
    followWords(m_theme, *m_fixed, [] { return tr("Fixed"); }, &QAbstractButton::setText);
    m_fixed->setObjectName(QStringLiteral("modeFixed"));
    followWords(m_theme, *m_fixed, [] { return tr("The model keeps what the slider says"); }, &QWidget::setToolTip);
    m_leaveFree = new QRadioButton;
    followWords(m_theme, *m_leaveFree, [] { return tr("Leave free"); }, &QAbstractButton::setText);
    m_leaveFree->setObjectName(QStringLiteral("modeLeaveFree"));
    followWords(
        m_theme, *m_leaveFree,
        [] { return tr("The model gives memory back when other programs need it, and takes it again later"); },
        &QWidget::setToolTip);
    // They stand in different boxes, and one excludes the other all the same.
    auto* modes = new QButtonGroup(this);
    modes->addButton(m_fixed);
    modes->addButton(m_leaveFree);
    m_leaveFreeSize = new QDoubleSpinBox;
    m_leaveFreeSize->setObjectName(QStringLiteral("leaveFreeSize"));
    followWords(
        m_theme, *m_leaveFreeSize, [] { return tr("Memory to leave free, in gigabytes"); },
        &QWidget::setAccessibleName);
    followWords(m_theme, *m_leaveFreeSize, [] { return tr(" GB"); }, &QDoubleSpinBox::setSuffix);
    m_leaveFreeSize->setDecimals(1);
    m_leaveFreeSize->setSingleStep(0.5);
    m_leaveFreeSize->setRange(0.1, 1000);
    m_leaveFreeSize->setKeyboardTracking(false);
    auto* line = new QWidget;
    auto* inner = row(line, m_theme.space(Space::Small));
    inner->addWidget(m_leaveFree);
    inner->addStretch(1);
    inner->addWidget(m_leaveFreeSize);
    layout->addWidget(m_fixed);
    layout->addWidget(line);
    return box;
}

QWidget* MemoryPanel::buildDevice() {
    auto* box = new QWidget;
    box->setObjectName(QStringLiteral("deviceBox"));
    auto* layout = column(box, m_theme.space(Space::Tiny));
    m_deviceText = makeLabel(Look::Secondary, "deviceText");
    m_deviceText->setTextFormat(Qt::PlainText);
    m_deviceText->setWordWrap(true);
    m_deviceText->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    m_device = new DeviceBar(m_theme);
    m_deviceNote = makeLabel(Look::Secondary, "deviceNote");
    m_deviceNote->setWordWrap(true);
    m_deviceNote->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    layout->addWidget(m_deviceText);
    layout->addWidget(m_device);
    layout->addWidget(m_deviceNote);
    return box;
}

QWidget* MemoryPanel::buildSystem() {
    auto* box = new QWidget;
    auto* layout = column(box, m_theme.space(Space::Tiny));
    m_system = new SystemBar(m_theme);
    m_systemText = makeLabel(Look::Secondary, "systemText");
    m_systemText->setWordWrap(true);
    m_systemText->setContentsMargins(kMemoryInset, 0, kMemoryInset, 0);
    layout->addWidget(m_systemText);
    layout->addWidget(m_system);
    return box;
}

void MemoryPanel::connectControls() {
    connect(&m_controller, &MemoryController::changed, this, &MemoryPanel::refresh);
    connect(&m_theme, &Theme::changed, this, &MemoryPanel::refresh);
    connect(m_slider, &MemorySlider::moved, &m_controller, &MemoryController::setWanted);
    connect(m_spin, &QDoubleSpinBox::valueChanged, this, [this](double megabytes) {
        // The box shows whole megabytes: its ends mean the slider's.
        const bool atTop = megabytes >= m_spin->maximum();
        m_controller.setWanted(atTop ? m_controller.maximumBytes() : qRound64(megabytes * kMegabyte));
    });
    const auto takeChoice = [this] {
        m_controller.setChoice({m_leaveFree->isChecked() ? strata::MemoryMode::LeaveFree : strata::MemoryMode::Fixed,
                                qRound64(m_leaveFreeSize->value() * kGigabyte)});
    };
    connect(m_leaveFree, &QRadioButton::toggled, this, takeChoice);
    connect(m_leaveFreeSize, &QDoubleSpinBox::valueChanged, this, takeChoice);
    connect(m_yield, &QPushButton::clicked, &m_controller, &MemoryController::toggleYield);
}

void MemoryPanel::setNote(const QString& text) {
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void MemoryPanel::refresh() {
    refreshFigure();
    refreshChoice();
    refreshDevice();
    refreshYield();
    const MemorySnapshot& memory = m_controller.memory();
    m_bar->setMemory(memory, m_controller.stack().fullWeightBytes, m_controller.wantedBytes(),
                     m_controller.maximumBytes());
    m_legend->setText(legend());
    m_legend->setVisible(m_controller.hasModel());
    m_plot->setCurve(m_controller.ticks(), m_controller.maximumBytes());
    m_plot->setCurrent(m_controller.stack().fullWeightBytes > 0 ? memory.weightBytes + m_controller.besideBytes() : 0,
                       m_controller.agreementNow());
    m_plot->setVisible(m_controller.hasModel() && !m_controller.stack().curve.isEmpty());
    m_system->setMemory(memory);
    m_systemText->setText(tr("%1 free on this computer").arg(bytesText(memory.systemAvailableBytes)));
}

void MemoryPanel::refreshFigure() {
    const MemorySnapshot& memory = m_controller.memory();
    m_figure->parentWidget()->setVisible(m_controller.hasModel());
    if (!m_controller.hasModel()) {
        m_quality->setText(tr("No model is loaded. Its memory is chosen here, also while it answers."));
        m_quality->setToolTip({});
        return;
    }
    m_figure->setText(megabytesFigure(memory.totalBytes()));
    m_of->setText(tr("MB of %1").arg(megabytesFigure(m_controller.maximumBytes())));
    const double agreement = m_controller.agreementNow();
    QString words = qualityWords(agreement);
    if (!memory.settled) words = tr("%1 · loading").arg(words.isEmpty() ? tr("quality unknown") : words);
    m_quality->setText(words);
    m_quality->setToolTip(qualityExplanation(agreement));
}

void MemoryPanel::refreshChoice() {
    const bool enabled = m_controller.hasModel();
    const qint64 wanted = m_controller.wantedBytes();
    m_slider->setEnabled(enabled);
    m_slider->setVisible(enabled);
    m_spin->parentWidget()->setVisible(enabled);
    m_slider->setRange(m_controller.minimumBytes(), m_controller.maximumBytes());
    m_slider->setTicks(m_controller.ticks());
    m_slider->setAgreement(m_controller.agreement(wanted));
    m_slider->setValue(wanted);
    const QSignalBlocker quiet(m_spin);
    const bool isSmall = m_controller.maximumBytes() < kSmallModel;
    m_spin->setDecimals(isSmall ? 2 : 0);
    m_spin->setSingleStep(static_cast<double>(m_slider->step()) / kMegabyte);
    m_spin->setRange(static_cast<double>(m_controller.minimumBytes()) / kMegabyte,
                     static_cast<double>(m_controller.maximumBytes()) / kMegabyte);
    if (!m_spin->hasFocus() || qAbs(m_spin->value() * kMegabyte - static_cast<double>(wanted)) > kMegabyte)
        m_spin->setValue(static_cast<double>(wanted) / kMegabyte);
    m_speed->setText(speedWords(m_controller.expectedTokensPerSecond(wanted)));
    const MemoryChoice& choice = m_controller.choice();
    const QSignalBlocker quietMode(m_leaveFree);
    const QSignalBlocker quietSize(m_leaveFreeSize);
    (choice.mode == strata::MemoryMode::LeaveFree ? m_leaveFree : m_fixed)->setChecked(true);
    m_leaveFreeSize->setEnabled(choice.mode == strata::MemoryMode::LeaveFree);
    if (!m_leaveFreeSize->hasFocus()) m_leaveFreeSize->setValue(static_cast<double>(choice.leaveFreeBytes) / kGigabyte);
}

void MemoryPanel::refreshDevice() {
    const DeviceInUse& device = m_controller.device();
    m_deviceText->parentWidget()->setVisible(m_controller.hasModel());
    m_device->setVisible(device.hasOwnMemory);
    const qint64 used = m_controller.memory().deviceBytes;
    const QString name = shortDeviceName(device.name);
    // A number stays with its unit.
    const auto whole = [](qint64 bytes) { return bytesText(bytes).replace(u' ', QChar::Nbsp); };
    if (device.isProcessor()) {
        m_deviceText->setText(tr("The processor computes"));
    } else if (!device.hasOwnMemory) {
        m_deviceText->setText(tr("%1 computes").arg(name));
    } else {
        m_deviceText->setText(tr("%1 computes, with %2 of its %3").arg(name, whole(used), whole(device.memoryBytes)));
    }
    m_deviceText->setToolTip(device.name);
    m_device->setMemory(device, used);
    m_deviceNote->setText(deviceReasonText(m_controller.memory().deviceChange));
    m_deviceNote->setVisible(!m_deviceNote->text().isEmpty());
}

void MemoryPanel::refreshYield() {
    const bool yielded = m_controller.isYielded();
    m_yield->setEnabled(m_controller.hasModel());
    m_yield->setText(yielded ? tr("Take memory back") : tr("Yield memory"));
    setButtonIcon(m_theme, *m_yield, m_theme.icon(yielded ? QStringLiteral("restore") : QStringLiteral("yield")));
    const QString words =
        yielded ? tr("Load the blocks again and go on") : tr("Give almost all of it to other programs at once");
    m_yield->setToolTip(m_theme.shortcuts().withKeys(words, ShortcutAction::YieldMemory));
}

QString MemoryPanel::legend() const {
    const MemorySnapshot& memory = m_controller.memory();
    // Neither at a space nor, where a language has none, between two signs.
    const auto unbroken = [](QString words) {
        for (qsizetype at = words.size() - 1; at > 0; --at) words.insert(at, QChar(0x2060));
        return words.replace(u' ', QChar::Nbsp).toHtmlEscaped();
    };
    const auto entry = [this, unbroken](ColourRole role, const QString& words) {
        return QStringLiteral("<span style=\"color:%1\">&#9632;</span>&nbsp;%2")
            .arg(m_theme.colour(role).name(), unbroken(words));
    };
    return entry(ColourRole::Layer2, tr("weights %1").arg(bytesText(memory.weightBytes))) + QLatin1String(" &nbsp; ") +
           entry(ColourRole::KvCache, tr("context %1").arg(bytesText(memory.kvBytes))) + QLatin1String(" &nbsp; ") +
           entry(ColourRole::Scratch, tr("scratch %1").arg(bytesText(memory.scratchBytes)));
}

}  // namespace strata::ui
