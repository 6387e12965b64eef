#include "ui/chat/context_meter.h"

#include "ui/models/number_text.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <algorithm>

namespace strata::ui {

ContextMeter::ContextMeter(Theme* theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(theme, &Theme::changed, this, [this] { setTokens(m_tokens, m_length); });
    setTokens(0, 0);
}

void ContextMeter::setTokens(int tokens, int length) {
    m_tokens = std::clamp(tokens, 0, std::max(0, length));
    m_length = length;
    const QString sentence = tr("Context: %1 of %2 tokens").arg(countText(m_tokens), countText(m_length));
    setToolTip(sentence);
    setAccessibleName(sentence);
    setVisible(length > 0);
    updateGeometry();
    update();
}

QString ContextMeter::words() const {
    const int percent = m_length > 0 ? static_cast<int>(100LL * m_tokens / m_length) : 0;
    return tr("Context %1 %").arg(percent);
}

QSize ContextMeter::sizeHint() const {
    const QFontMetrics metrics(m_theme->font(TextStyle::Secondary));
    return {metrics.horizontalAdvance(words()) + metrics.height() + m_theme->space(Space::Small), metrics.height() + 2};
}

void ContextMeter::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const qreal size = height() - 6;
    const QRectF ring(2, 3, size, size);
    const double share = m_length > 0 ? static_cast<double>(m_tokens) / m_length : 0;
    // Nearly full is said in another colour, and always in figures.
    const QColor colour = m_theme->colour(share > 0.9 ? ColourRole::Error : ColourRole::Accent);
    painter.setPen(QPen(m_theme->colour(ColourRole::Border), 2.5));
    painter.drawEllipse(ring);
    painter.setPen(QPen(colour, 2.5, Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, 90 * 16, -qRound(share * 360 * 16));
    painter.setPen(m_theme->colour(ColourRole::SecondaryText));
    painter.setFont(m_theme->font(TextStyle::Secondary));
    painter.drawText(rect().adjusted(qRound(size) + m_theme->space(Space::Small), 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter, words());
}

}  // namespace strata::ui
