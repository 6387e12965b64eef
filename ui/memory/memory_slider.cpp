#include "ui/memory/memory_slider.h"

#include "ui/memory/memory_accessible.h"
#include "ui/memory/memory_words.h"
#include "ui/models/number_text.h"
#include "ui/theme/live_words.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

namespace strata::ui {
namespace {

constexpr double kTrackHeight = 4;
constexpr double kHandleRadius = 8;
constexpr double kNearTick = 8;
constexpr int kPageSteps = 10;
constexpr int kWheelNotch = 120;

}  // namespace

MemorySlider::MemorySlider(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    installMemoryAccessibility();
    setObjectName(QStringLiteral("memorySlider"));
    followWords(theme, *this, [] { return tr("Memory for the model"); }, &QWidget::setAccessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_scale.inset = kMemoryInset;
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void MemorySlider::setRange(qint64 minimumBytes, qint64 maximumBytes) {
    if (m_minimum == minimumBytes && maximum() == maximumBytes) return;
    m_minimum = minimumBytes;
    m_scale.maximumBytes = std::max(minimumBytes, maximumBytes);
    m_value = std::clamp(m_value, m_minimum, maximum());
    update();
}

void MemorySlider::setValue(qint64 bytes) {
    const qint64 bounded = std::clamp(bytes, m_minimum, maximum());
    if (m_dragging || bounded == m_value) return;
    m_value = bounded;
    update();
    tellReaders();
}

void MemorySlider::setTicks(const QList<MemoryTick>& ticks) {
    if (m_ticks == ticks) return;
    m_ticks = ticks;
    update();
}

void MemorySlider::setTickLabels(bool shown) {
    m_labels = shown;
    updateGeometry();
    update();
}

QString MemorySlider::spokenValue() const {
    return spokenMemory(m_value, maximum(), m_agreement);
}

void MemorySlider::moveTo(qint64 bytes) {
    const qint64 bounded = std::clamp(bytes, m_minimum, maximum());
    if (bounded == m_value) return;
    m_value = bounded;
    update();
    emit moved(m_value);
    tellReaders();
}

void MemorySlider::tellReaders() {
    if (!QAccessible::isActive()) return;
    QAccessibleValueChangeEvent changed(this, static_cast<double>(m_value) / 1e6);
    QAccessible::updateAccessibility(&changed);
    QAccessibleEvent words(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&words);
}

QSize MemorySlider::sizeHint() const {
    const double scale = m_theme.fontScale();
    return {qRound(240 * scale), qRound((m_labels ? 44 : 24) * scale)};
}

QSize MemorySlider::minimumSizeHint() const {
    return {100, sizeHint().height()};
}

double MemorySlider::trackY() const {
    return 12 * m_theme.fontScale();
}

void MemorySlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawTrack(painter);
    drawTicks(painter);
    if (isEnabled()) drawHandle(painter);
}

void MemorySlider::drawTrack(QPainter& painter) const {
    const double y = trackY() - kTrackHeight / 2;
    const double left = m_scale.x(area(), 0);
    const double floor = m_scale.x(area(), static_cast<double>(m_minimum));
    const double value = m_scale.x(area(), static_cast<double>(m_value));
    const double right = m_scale.x(area(), static_cast<double>(maximum()));
    const auto run = [&](double from, double to, const QBrush& brush) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(brush);
        painter.drawRoundedRect(QRectF(from, y, to - from, kTrackHeight), kTrackHeight / 2, kTrackHeight / 2);
    };
    run(left, right, m_theme.colour(ColourRole::Border));
    if (!isEnabled()) return;
    // What lies below the floor cannot be taken away.
    run(left, floor, m_theme.colour(ColourRole::SecondaryText));
    run(floor, value, m_theme.colour(ColourRole::Accent));
}

void MemorySlider::drawTicks(QPainter& painter) const {
    const double scale = m_theme.fontScale();
    painter.setFont(m_theme.font(TextStyle::Secondary));
    const QFontMetricsF metrics(painter.font());
    const double top = trackY() + 9 * scale;
    // The words end where the track does.
    const double from = m_scale.x(area(), 0);
    const double to = m_scale.x(area(), static_cast<double>(maximum()));
    double free = to;
    // From the right: the best quality is the one that must be named.
    for (auto tick = m_ticks.crbegin(); tick != m_ticks.crend(); ++tick) {
        const double x = m_scale.x(area(), static_cast<double>(tick->totalBytes));
        painter.setPen(QPen(m_theme.colour(ColourRole::SecondaryText), 1));
        painter.drawLine(QPointF(x, top), QPointF(x, top + 4 * scale));
        if (!m_labels) continue;
        if (tick->agreement < kSenseAgreement) continue;
        const QString text = percentText(tick->agreement);
        const double width = metrics.horizontalAdvance(text);
        const double left = std::clamp(x - width / 2, from, std::max(from, to - width));
        if (left + width > free) continue;
        painter.drawText(QPointF(left, top + 6 * scale + metrics.ascent()), text);
        free = left - 8 * scale;
    }
}

void MemorySlider::drawHandle(QPainter& painter) const {
    const QPointF centre(m_scale.x(area(), static_cast<double>(m_value)), trackY());
    // Filled while the keys move it.
    painter.setBrush(m_theme.colour(hasFocus() ? ColourRole::Accent : ColourRole::Surface));
    painter.setPen(QPen(m_theme.colour(ColourRole::Accent), 2));
    painter.drawEllipse(centre, kHandleRadius - 0.5, kHandleRadius - 0.5);
}

void MemorySlider::keyPressEvent(QKeyEvent* event) {
    const bool mirrored = isRightToLeft();
    switch (event->key()) {
        case Qt::Key_Left:
            return moveTo(m_value + (mirrored ? step() : -step()));
        case Qt::Key_Right:
            return moveTo(m_value + (mirrored ? -step() : step()));
        case Qt::Key_Down:
            return moveTo(m_value - step());
        case Qt::Key_Up:
            return moveTo(m_value + step());
        case Qt::Key_PageDown:
            return moveTo(m_value - kPageSteps * step());
        case Qt::Key_PageUp:
            return moveTo(m_value + kPageSteps * step());
        case Qt::Key_Home:
            return moveTo(m_minimum);
        case Qt::Key_End:
            return moveTo(maximum());
        default:
            QWidget::keyPressEvent(event);
    }
}

void MemorySlider::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
    m_dragging = true;
    moveTo(m_scale.bytes(area(), event->position().x()));
}

void MemorySlider::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragging) moveTo(m_scale.bytes(area(), event->position().x()));
}

void MemorySlider::mouseReleaseEvent(QMouseEvent*) {
    m_dragging = false;
}

void MemorySlider::wheelEvent(QWheelEvent* event) {
    if (!hasFocus()) return event->ignore();
    moveTo(m_value + event->angleDelta().y() / kWheelNotch * step());
    event->accept();
}

const MemoryTick* MemorySlider::tickAt(double x) const {
    for (const MemoryTick& tick : m_ticks)
        if (qAbs(m_scale.x(area(), static_cast<double>(tick.totalBytes)) - x) <= kNearTick) return &tick;
    return nullptr;
}

bool MemorySlider::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const MemoryTick* tick = tickAt(help->pos().x());
        const QString text = tick == nullptr
                                 ? tr("Drag to give the model more or less memory; it goes on answering")
                                 : tr("%1 MB: %2\n%3")
                                       .arg(megabytesFigure(tick->totalBytes), qualityWords(tick->agreement),
                                            qualityExplanation(tick->agreement));
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    if (event->type() == QEvent::EnabledChange || event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
        update();
    return QWidget::event(event);
}

}  // namespace strata::ui
