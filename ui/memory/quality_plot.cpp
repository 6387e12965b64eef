#include "ui/memory/quality_plot.h"

#include "ui/memory/memory_accessible.h"
#include "ui/memory/memory_words.h"
#include "ui/theme/live_words.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

namespace strata::ui {

QualityPlot::QualityPlot(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    installMemoryAccessibility();
    setObjectName(QStringLiteral("qualityPlot"));
    followWords(theme, *this, [] { return tr("Quality over memory"); }, &QWidget::setAccessibleName);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_scale.inset = kMemoryInset;
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void QualityPlot::setCurve(const QList<MemoryTick>& points, qint64 maximumBytes) {
    if (m_points == points && m_scale.maximumBytes == maximumBytes) return;
    m_points = points;
    m_scale.maximumBytes = maximumBytes;
    update();
}

void QualityPlot::setCurrent(qint64 totalBytes, double agreement) {
    if (m_current == MemoryTick{totalBytes, agreement}) return;
    m_current = {totalBytes, agreement};
    update();
}

QString QualityPlot::spokenText() const {
    return spokenMemory(m_current.totalBytes, m_scale.maximumBytes, m_current.agreement);
}

QSize QualityPlot::sizeHint() const {
    return {qRound(240 * m_theme.fontScale()), qRound(112 * m_theme.fontScale())};
}

QSize QualityPlot::minimumSizeHint() const {
    return {120, sizeHint().height()};
}

QRectF QualityPlot::plotRect() const {
    const double text = QFontMetricsF(m_theme.font(TextStyle::Secondary)).height();
    return QRectF(rect()).adjusted(0, text * 0.6, 0, -text - 2);
}

QPointF QualityPlot::place(double bytes, double agreement) const {
    const QRectF plot = plotRect();
    return {m_scale.x(plot, bytes), plot.bottom() - agreement * plot.height()};
}

QPolygonF QualityPlot::line() const {
    QPolygonF line;
    for (const MemoryTick& point : m_points) line << place(static_cast<double>(point.totalBytes), point.agreement);
    return line;
}

void QualityPlot::drawAxes(QPainter& painter) const {
    const QRectF plot = plotRect();
    painter.setFont(m_theme.font(TextStyle::Secondary));
    const QFontMetricsF metrics(painter.font());
    painter.setPen(QPen(m_theme.colour(ColourRole::Border), 1));
    const double left = m_scale.x(plot, 0);
    const double right = m_scale.x(plot, static_cast<double>(m_scale.maximumBytes));
    for (const double level : {0.0, 0.5, 1.0}) {
        const double y = qRound(plot.bottom() - level * plot.height()) + 0.5;
        painter.drawLine(QPointF(left, y), QPointF(right, y));
    }
    painter.setPen(m_theme.colour(ColourRole::SecondaryText));
    painter.drawText(QPointF(left, plot.top() + metrics.ascent() + 2), tr("100 %"));
    const QString most = tr("%1 MB").arg(megabytesFigure(m_scale.maximumBytes));
    painter.drawText(QPointF(left, height() - metrics.descent()), tr("0"));
    painter.drawText(QPointF(right - metrics.horizontalAdvance(most), height() - metrics.descent()), most);
}

void QualityPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    drawAxes(painter);
    if (m_points.isEmpty()) return;
    const QPolygonF curve = line();
    const QColor accent = m_theme.colour(ColourRole::Accent);
    QPainterPath under;
    under.addPolygon(curve);
    under.lineTo(curve.last().x(), plotRect().bottom());
    under.lineTo(curve.first().x(), plotRect().bottom());
    QColor wash = accent;
    wash.setAlphaF(0.10F);
    painter.fillPath(under, wash);
    painter.setPen(QPen(accent, 1.6));
    painter.drawPolyline(curve);
    painter.setBrush(m_theme.colour(ColourRole::Surface));
    painter.setPen(QPen(accent, 1.2));
    for (const QPointF& point : curve) painter.drawEllipse(point, 2, 2);
    if (m_current.agreement <= 0) return;
    const QPointF now = place(static_cast<double>(m_current.totalBytes), m_current.agreement);
    painter.setPen(QPen(m_theme.colour(ColourRole::SecondaryText), 1, Qt::DotLine));
    painter.drawLine(now, QPointF(now.x(), plotRect().bottom()));
    painter.setPen(QPen(m_theme.colour(ColourRole::Surface), 2));
    painter.setBrush(accent);
    painter.drawEllipse(now, 5.5, 5.5);
}

bool QualityPlot::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), qualityExplanation(m_current.agreement), this);
    return true;
}

}  // namespace strata::ui
