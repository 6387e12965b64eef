#include "ui/memory/device_bar.h"

#include "ui/memory/memory_scale.h"
#include "ui/models/number_text.h"
#include "ui/theme/live_words.h"

#include <QPainter>
#include <QPainterPath>

namespace strata::ui {
namespace {

constexpr int kHeight = 8;

}  // namespace

DeviceBar::DeviceBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("deviceBar"));
    followWords(theme, *this, [] { return tr("Memory of the graphics device"); }, &QWidget::setAccessibleName);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void DeviceBar::setMemory(const DeviceInUse& device, qint64 usedBytes) {
    m_totalBytes = device.memoryBytes;
    m_usedBytes = usedBytes;
    const QString text =
        tr("The model holds %1 of the %2 of %3").arg(bytesText(usedBytes), bytesText(device.memoryBytes), device.name);
    setToolTip(text);
    setAccessibleDescription(text);
    update();
}

QSize DeviceBar::sizeHint() const {
    return {qRound(240 * m_theme.fontScale()), qRound(kHeight * m_theme.fontScale())};
}

void DeviceBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const QRectF bar = area.adjusted(kMemoryInset, 0, -kMemoryInset, 0);
    QPainterPath outline;
    outline.addRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    painter.fillPath(outline, m_theme.colour(ColourRole::Surface));
    const double end = MemoryScale{m_totalBytes, kMemoryInset}.x(area, static_cast<double>(m_usedBytes));
    painter.save();
    painter.setClipPath(outline);
    painter.fillRect(QRectF(bar.topLeft(), QPointF(end, bar.bottom())), m_theme.colour(ColourRole::Layer3));
    painter.restore();
    painter.setPen(QPen(m_theme.colour(ColourRole::Border), 1));
    painter.drawPath(outline);
}

}  // namespace strata::ui
