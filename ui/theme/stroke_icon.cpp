#include "ui/theme/stroke_icon.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPointer>
#include <QSvgRenderer>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr double kDisabledOpacity = 0.45;

class StrokeIconEngine : public QIconEngine {
public:
    StrokeIconEngine(const Theme& theme, QByteArray drawing, ColourRole role)
        : m_theme(&theme), m_drawing(std::move(drawing)), m_role(role) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        if (!m_theme) return;
        QByteArray drawing = m_drawing;
        drawing.replace("currentColor", m_theme->colour(m_role).name().toLatin1());
        QSvgRenderer renderer(drawing);
        painter->save();
        if (mode == QIcon::Disabled) painter->setOpacity(painter->opacity() * kDisabledOpacity);
        // Wider than high: the drawing stands at the left, and what is left over is the gap before a text.
        const double side = std::min(rect.width(), rect.height());
        renderer.render(painter, QRectF(rect.x(), rect.y() + (rect.height() - side) / 2, side, side));
        painter->restore();
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }
    [[nodiscard]] QIconEngine* clone() const override { return new StrokeIconEngine(*this); }

private:
    QPointer<const Theme> m_theme;
    QByteArray m_drawing;
    ColourRole m_role;
};

}  // namespace

QIcon strokeIcon(const Theme& theme, const QString& name, ColourRole role) {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QIcon(new StrokeIconEngine(theme, file.readAll(), role));
}

}  // namespace strata::ui
