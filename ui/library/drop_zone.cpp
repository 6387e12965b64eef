#include "ui/library/drop_zone.h"

#include "ui/theme/live_words.h"

#include <QPainter>
#include <QPainterPath>

namespace strata::ui {
namespace {

constexpr int kHeight = 220;

}  // namespace

DropZone::DropZone(const Theme& theme, QWidget* parent) : QAbstractButton(parent), m_theme(theme) {
    setObjectName(QStringLiteral("dropZone"));
    followWords(theme, *this, [] { return tr("Drop a model here"); }, &QAbstractButton::setText);
    followWords(theme, *this, [] { return tr("Drop a model here, or choose a file"); }, &QWidget::setAccessibleName);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

QSize DropZone::sizeHint() const {
    return {qRound(400 * m_theme.fontScale()), qRound(kHeight * m_theme.fontScale())};
}

void DropZone::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool isMarked = underMouse() || hasFocus();
    const QRectF zone = QRectF(rect()).adjusted(1, 1, -1, -1);
    QPainterPath path;
    path.addRoundedRect(zone, kComposerRadius, kComposerRadius);
    painter.fillPath(path, m_theme.colour(isMarked ? ColourRole::Hover : ColourRole::Surface));
    const ColourRole edge = isMarked ? ColourRole::Accent : ColourRole::SecondaryText;
    painter.setPen(QPen(m_theme.colour(edge), 1.2, Qt::CustomDashLine));
    QPen pen = painter.pen();
    pen.setDashPattern({5, 5});
    painter.setPen(pen);
    painter.drawPath(path);
    const int icon = qRound(36 * m_theme.fontScale());
    const int line = m_theme.space(Space::Wide);
    const int top = height() / 2 - icon - m_theme.space(Space::Large);
    m_theme.icon(QStringLiteral("drop"), ColourRole::Accent).paint(&painter, (width() - icon) / 2, top, icon, icon);
    painter.setFont(m_theme.font(TextStyle::Title));
    painter.setPen(m_theme.colour(ColourRole::Text));
    const QRectF words(zone.left(), top + icon + m_theme.space(Space::Small), zone.width(), line + 4);
    painter.drawText(words, Qt::AlignCenter, text());
    painter.setFont(m_theme.font(TextStyle::Secondary));
    painter.setPen(m_theme.colour(ColourRole::SecondaryText));
    painter.drawText(words.translated(0, line + 4), Qt::AlignCenter,
                     tr("a GGUF file, a Hugging Face folder or a .strata file"));
    painter.drawText(words.translated(0, 2 * line), Qt::AlignCenter, tr("or click to choose one"));
}

}  // namespace strata::ui
