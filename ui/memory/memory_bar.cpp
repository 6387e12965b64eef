#include "ui/memory/memory_bar.h"

#include "ui/controllers/problem_text.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <cmath>

namespace strata::ui {
namespace {

constexpr int kLayers = 6;
constexpr int kBarHeight = 30;
constexpr double kSeam = 1.5;

qint64 between(qint64 from, qint64 to, double share) {
    return from + std::llround(static_cast<double>(to - from) * share);
}

bool isWeights(ColourRole role) {
    return role >= ColourRole::Layer0 && role <= ColourRole::Layer5;
}

}  // namespace

QList<MemorySegment> memorySegments(const MemorySnapshot& memory, qint64 fullWeightBytes) {
    QList<MemorySegment> segments;
    const double layer = std::max(1.0, static_cast<double>(fullWeightBytes) / kLayers);
    double left = static_cast<double>(memory.weightBytes);
    for (int index = 0; index < kLayers && left > 0; ++index) {
        const double bytes = index + 1 < kLayers ? std::min(left, layer) : left;
        segments.append({static_cast<ColourRole>(static_cast<int>(ColourRole::Layer0) + index), bytes});
        left -= bytes;
    }
    if (memory.kvBytes > 0) segments.append({ColourRole::KvCache, static_cast<double>(memory.kvBytes)});
    if (memory.scratchBytes > 0) segments.append({ColourRole::Scratch, static_cast<double>(memory.scratchBytes)});
    return segments;
}

MemoryBar::MemoryBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("memoryBar"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_scale.inset = kMemoryInset;
    m_motion.setStartValue(0.0);
    m_motion.setEndValue(1.0);
    m_motion.setEasingCurve(QEasingCurve::OutCubic);
    connect(&m_motion, &QVariantAnimation::valueChanged, this,
            [this](const QVariant& value) { advance(value.toDouble()); });
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
    describe();
}

void MemoryBar::setMemory(const MemorySnapshot& memory, qint64 fullWeightBytes, qint64 wantedBytes,
                          qint64 maximumBytes) {
    m_wantedBytes = wantedBytes;
    m_fullWeightBytes = fullWeightBytes;
    m_scale.maximumBytes = std::max(maximumBytes, memory.totalBytes());
    const bool moves = memory.weightBytes != m_memory.weightBytes || memory.kvBytes != m_memory.kvBytes ||
                       memory.scratchBytes != m_memory.scratchBytes;
    m_memory = memory;
    describe();
    if (!moves) return update();
    m_from = m_shown;
    m_motion.stop();
    if (m_theme.animationMs() == 0 || !isVisible()) return advance(1);
    m_motion.setDuration(m_theme.animationMs());
    m_motion.start();
}

void MemoryBar::advance(double share) {
    m_shown = m_memory;
    m_shown.weightBytes = between(m_from.weightBytes, m_memory.weightBytes, share);
    m_shown.kvBytes = between(m_from.kvBytes, m_memory.kvBytes, share);
    m_shown.scratchBytes = between(m_from.scratchBytes, m_memory.scratchBytes, share);
    update();
}

void MemoryBar::describe() {
    setAccessibleName(tr("Memory in use"));
    setAccessibleDescription(
        tr("weights %1, context %2, scratch %3")
            .arg(bytesText(m_memory.weightBytes), bytesText(m_memory.kvBytes), bytesText(m_memory.scratchBytes)));
}

QSize MemoryBar::sizeHint() const {
    return {qRound(240 * m_theme.fontScale()), qRound(kBarHeight * m_theme.fontScale())};
}

QSize MemoryBar::minimumSizeHint() const {
    return {120, sizeHint().height()};
}

QRectF MemoryBar::barRect() const {
    return QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
}

void MemoryBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = barRect();
    const QRectF bar(area.left() + m_scale.inset, area.top(), area.width() - 2 * m_scale.inset, area.height());
    QPainterPath outline;
    outline.addRoundedRect(bar, kRadius, kRadius);
    painter.fillPath(outline, m_theme.colour(ColourRole::Hover));
    painter.save();
    painter.setClipPath(outline);
    double bytes = 0;
    for (const MemorySegment& segment : shownSegments()) {
        const double left = m_scale.x(area, bytes);
        bytes += segment.bytes;
        const double right = m_scale.x(area, bytes);
        // Seams between the layers, as between strata; not where a layer is thinner than its seam.
        const double seam = right - left > 4 ? kSeam : 0;
        painter.fillRect(QRectF(left, bar.top(), right - left - seam, bar.height()), m_theme.colour(segment.role));
    }
    const double end = m_scale.x(area, bytes);
    const double target = m_scale.x(area, static_cast<double>(m_wantedBytes));
    if (target > end + 1) {
        QColor ghost = m_theme.colour(ColourRole::Layer3);
        ghost.setAlphaF(0.28F);
        painter.fillRect(QRectF(end, bar.top(), target - end, bar.height()), QBrush(ghost, Qt::BDiagPattern));
        painter.setPen(QPen(m_theme.colour(ColourRole::Layer3), 1, Qt::DashLine));
        painter.drawLine(QPointF(target, bar.top()), QPointF(target, bar.bottom()));
    }
    painter.restore();
    painter.setPen(QPen(m_theme.colour(ColourRole::Border), 1));
    painter.drawPath(outline);
}

QString MemoryBar::segmentText(double x) const {
    double bytes = 0;
    for (const MemorySegment& segment : shownSegments()) {
        bytes += segment.bytes;
        if (x > m_scale.x(barRect(), bytes)) continue;
        if (isWeights(segment.role)) return tr("Weights: %1").arg(bytesText(m_memory.weightBytes));
        if (segment.role == ColourRole::KvCache)
            return tr("Context (what the model remembers of the chat): %1").arg(bytesText(m_memory.kvBytes));
        return tr("Scratch (room to compute in): %1").arg(bytesText(m_memory.scratchBytes));
    }
    return x <= m_scale.x(barRect(), static_cast<double>(m_wantedBytes)) ? tr("On its way from the disk")
                                                                         : tr("Not loaded");
}

bool MemoryBar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    if (m_memory.totalBytes() > 0) QToolTip::showText(help->globalPos(), segmentText(help->pos().x()), this);
    return true;
}

}  // namespace strata::ui
