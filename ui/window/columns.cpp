#include "ui/window/columns.h"

#include <QPainter>
#include <QResizeEvent>

namespace strata::ui {

Columns::Columns(const Theme& theme, QWidget* left, QWidget* centre, QWidget* right, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_centre(centre) {
    centre->setParent(this);
    prepare(Side::Left, left, kListWidth);
    prepare(Side::Right, right, kMemoryWidth);
    connect(&theme, &Theme::changed, this, [this] {
        update(Side::Left, false);
        update(Side::Right, false);
        place();
    });
}

void Columns::prepare(Side side, QWidget* widget, int width) {
    Part& entry = part(side);
    entry.widget = widget;
    entry.width = width;
    widget->setParent(this);
    entry.motion = new QVariantAnimation(this);
    entry.motion->setEasingCurve(QEasingCurve::OutCubic);
    connect(entry.motion, &QVariantAnimation::valueChanged, this, [this, side](const QVariant& value) {
        part(side).share = value.toDouble();
        place();
    });
}

bool Columns::isNarrow() const noexcept {
    return width() < kWideFrom * m_theme.fontScale();
}

bool Columns::isOpen(Side side) const noexcept {
    return part(side).shown;
}

void Columns::setOpen(Side side, bool open) {
    Part& entry = part(side);
    if (isNarrow()) {
        entry.openWhenNarrow = open;
        // There is room for one.
        Part& other = part(side == Side::Left ? Side::Right : Side::Left);
        if (open) other.openWhenNarrow = false;
    } else {
        entry.wanted = open;
    }
    update(Side::Left, true);
    update(Side::Right, true);
}

void Columns::setWanted(Side side, bool wanted) {
    part(side).wanted = wanted;
    update(side, false);
    place();
}

void Columns::update(Side side, bool animate) {
    Part& entry = part(side);
    const bool open = isNarrow() ? entry.openWhenNarrow : entry.wanted;
    const double goal = open ? 1 : 0;
    entry.motion->stop();
    if (animate && m_theme.animationMs() > 0 && isVisible() && !qFuzzyCompare(entry.share + 1, goal + 1)) {
        entry.motion->setStartValue(entry.share);
        entry.motion->setEndValue(goal);
        entry.motion->setDuration(m_theme.animationMs());
        entry.motion->start();
    } else {
        entry.share = goal;
        place();
    }
    if (entry.shown == open) return;
    entry.shown = open;
    emit openChanged(side, open);
}

void Columns::place() {
    const double scale = m_theme.fontScale();
    const int left = qRound(m_left.width * scale);
    const int right = qRound(m_right.width * scale);
    const int shownLeft = qRound(left * m_left.share);
    const int shownRight = qRound(right * m_right.share);
    // They slide in from outside rather than being squeezed; one pixel between is the hairline.
    m_left.widget->setGeometry(shownLeft - left, 0, left, height());
    m_right.widget->setGeometry(width() - shownRight, 0, right, height());
    m_left.widget->setVisible(shownLeft > 0);
    m_right.widget->setVisible(shownRight > 0);
    const int from = shownLeft > 0 ? shownLeft + 1 : 0;
    const int to = shownRight > 0 ? width() - shownRight - 1 : width();
    m_centre->setGeometry(from, 0, std::max(to - from, 0), height());
    QWidget::update();
}

void Columns::resizeEvent(QResizeEvent* event) {
    const bool wasNarrow = event->oldSize().width() < kWideFrom * m_theme.fontScale();
    if (wasNarrow != isNarrow()) m_left.openWhenNarrow = m_right.openWhenNarrow = false;
    update(Side::Left, false);
    update(Side::Right, false);
    place();
}

void Columns::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(m_theme.colour(ColourRole::Border));
    if (m_left.widget->isVisible()) painter.drawLine(m_centre->x() - 1, 0, m_centre->x() - 1, height());
    const int right = m_centre->x() + m_centre->width();
    if (m_right.widget->isVisible()) painter.drawLine(right, 0, right, height());
}

}  // namespace strata::ui
