#include "ui/memory/system_bar.h"

#include "ui/controllers/problem_text.h"
#include "ui/memory/memory_scale.h"
#include "ui/theme/live_words.h"

#include <QPainter>
#include <QPainterPath>

namespace strata::ui {
namespace {

constexpr int kHeight = 8;

}  // namespace

SystemBar::SystemBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("systemBar"));
    followWords(theme, *this, [] { return tr("Memory of this computer"); }, &QWidget::setAccessibleName);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void SystemBar::setMemory(const MemorySnapshot& memory) {
    m_memory = memory;
    const qint64 used = memory.systemTotalBytes - memory.systemAvailableBytes;
    const QString text =
        tr("This program %1, other programs %2, free %3 of %4")
            .arg(bytesText(memory.processBytes), bytesText(std::max<qint64>(used - memory.processBytes, 0)),
                 bytesText(memory.systemAvailableBytes), bytesText(memory.systemTotalBytes));
    setToolTip(text);
    setAccessibleDescription(text);
    update();
}

QSize SystemBar::sizeHint() const {
    return {qRound(240 * m_theme.fontScale()), qRound(kHeight * m_theme.fontScale())};
}

void SystemBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const QRectF bar = area.adjusted(kMemoryInset, 0, -kMemoryInset, 0);
    QPainterPath outline;
    outline.addRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    painter.fillPath(outline, m_theme.colour(ColourRole::Surface));
    const MemoryScale scale{m_memory.systemTotalBytes, kMemoryInset};
    const double own = scale.x(area, static_cast<double>(m_memory.processBytes));
    const double used = scale.x(area, static_cast<double>(m_memory.systemTotalBytes - m_memory.systemAvailableBytes));
    painter.save();
    painter.setClipPath(outline);
    painter.fillRect(QRectF(QPointF(bar.left(), bar.top()), QPointF(std::max(own, used), bar.bottom())),
                     m_theme.colour(ColourRole::OtherPrograms));
    painter.fillRect(QRectF(QPointF(bar.left(), bar.top()), QPointF(own, bar.bottom())),
                     m_theme.colour(ColourRole::Layer2));
    painter.restore();
    painter.setPen(QPen(m_theme.colour(ColourRole::Border), 1));
    painter.drawPath(outline);
}

}  // namespace strata::ui
