#include "ui/library/strata_glyph.h"

#include <QPainter>

namespace strata::ui {

StrataGlyph::StrataGlyph(const Theme& theme, int sizePixels, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_size(sizePixels) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize StrataGlyph::sizeHint() const {
    const int size = qRound(m_size * m_theme.fontScale());
    return {size, size};
}

void StrataGlyph::paintEvent(QPaintEvent*) {
    constexpr int kLayers = 6;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const double pitch = static_cast<double>(height()) / kLayers;
    for (int layer = 0; layer < kLayers; ++layer) {
        painter.setBrush(m_theme.colour(static_cast<ColourRole>(static_cast<int>(ColourRole::Layer0) + layer)));
        const double width = this->width() * (1 - 0.12 * layer);
        const QRectF bar(0, height() - (layer + 1) * pitch, width, pitch * 0.78);
        painter.drawRoundedRect(bar, bar.height() / 3, bar.height() / 3);
    }
}

}  // namespace strata::ui
