#include "ui/memory/thin_bar.h"

#include "ui/memory/memory_scale.h"

#include <QPainter>
#include <QPainterPath>

namespace strata::ui {
namespace {

constexpr int kHeight = 8;

}  // namespace

ThinBar::ThinBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void ThinBar::setParts(qint64 totalBytes, const QList<Part>& parts, const QString& words) {
    m_totalBytes = totalBytes;
    m_parts = parts;
    setToolTip(words);
    setAccessibleDescription(words);
    update();
}

QSize ThinBar::sizeHint() const {
    return {qRound(240 * m_theme.fontScale()), qRound(kHeight * m_theme.fontScale())};
}

void ThinBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const QRectF bar = area.adjusted(kMemoryInset, 0, -kMemoryInset, 0);
    QPainterPath outline;
    outline.addRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    painter.fillPath(outline, m_theme.colour(ColourRole::Surface));
    const MemoryScale scale{m_totalBytes, kMemoryInset};
    painter.save();
    painter.setClipPath(outline);
    for (const Part& part : m_parts) {
        const QPointF end(scale.x(area, static_cast<double>(part.endBytes)), bar.bottom());
        painter.fillRect(QRectF(bar.topLeft(), end), m_theme.colour(part.role));
    }
    painter.restore();
    painter.setPen(QPen(m_theme.colour(ColourRole::Border), 1));
    painter.drawPath(outline);
}

}  // namespace strata::ui
