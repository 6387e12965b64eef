// Quality over memory, small: the measured curve and where the model stands on it.
#pragma once

#include "ui/controllers/memory_controller.h"
#include "ui/memory/memory_scale.h"
#include "ui/theme/theme.h"

#include <QPolygonF>
#include <QWidget>

namespace strata::ui {

class QualityPlot : public QWidget {
    Q_OBJECT
public:
    explicit QualityPlot(const Theme& theme, QWidget* parent = nullptr);
    void setCurve(const QList<MemoryTick>& points, qint64 maximumBytes);
    void setCurrent(qint64 totalBytes, double agreement);
    [[nodiscard]] QString spokenText() const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRectF plotRect() const;
    [[nodiscard]] QPointF place(double bytes, double agreement) const;
    [[nodiscard]] QPolygonF line() const;
    void drawAxes(QPainter& painter) const;

    const Theme& m_theme;
    MemoryScale m_scale;
    QList<MemoryTick> m_points;
    MemoryTick m_current;
};

}  // namespace strata::ui
