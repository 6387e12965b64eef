#include "ui/wizard/error_plot.h"

#include "ui/models/number_text.h"

#include <QPainter>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr int kHeight = 120;
constexpr int kLeastBars = 12;
constexpr int kTitleGap = 8;

}  // namespace

ErrorPlot::ErrorPlot(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("errorPlot"));
    setAccessibleName(tr("Error by layer"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void ErrorPlot::setErrors(const QList<CompressionError>& errors) {
    m_errors = errors;
    if (!errors.isEmpty())
        setAccessibleDescription(
            tr("%n layer(s), the last with an error of %1 %", nullptr, static_cast<int>(errors.size()))
                .arg(roughText(errors.last().percent)));
    update();
}

QSize ErrorPlot::sizeHint() const {
    return {qRound(320 * m_theme.fontScale()), qRound(kHeight * m_theme.fontScale())};
}

void ErrorPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(m_theme.font(TextStyle::Secondary));
    const QFontMetricsF metrics(painter.font());
    const QRectF plot = QRectF(rect()).adjusted(0, metrics.height() + kTitleGap, 0, -1);
    painter.setPen(m_theme.colour(ColourRole::SecondaryText));
    double most = 0;
    for (const CompressionError& error : m_errors) most = std::max(most, error.percent);
    const QString title = m_errors.isEmpty() ? tr("Error by layer: the first one is under way")
                                             : tr("Error by layer, up to %1 %").arg(roughText(most));
    painter.drawText(QPointF(0, metrics.ascent()), title);
    painter.setPen(QPen(m_theme.colour(ColourRole::Border), 1));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    if (most <= 0) return;
    const double pitch = plot.width() / static_cast<double>(std::max<qsizetype>(m_errors.size(), kLeastBars));
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_theme.colour(ColourRole::Layer3));
    for (qsizetype index = 0; index < m_errors.size(); ++index) {
        const double height = m_errors[index].percent / most * plot.height();
        painter.drawRoundedRect(QRectF(plot.left() + static_cast<double>(index) * pitch, plot.bottom() - height,
                                       std::max(pitch - 2, 1.0), height),
                                1.5, 1.5);
    }
}

}  // namespace strata::ui
