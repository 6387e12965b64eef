// The slider that chooses the memory, with ticks where the quality was measured.
#pragma once

#include "ui/controllers/memory_controller.h"
#include "ui/memory/memory_scale.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace strata::ui {

/// Values are bytes. Arrow keys move by a step, Page keys by ten, Home and End to the ends. Screen readers get value,
/// range, step and a sentence.
class MemorySlider : public QWidget {
    Q_OBJECT
public:
    explicit MemorySlider(const Theme& theme, QWidget* parent = nullptr);

    void setRange(qint64 minimumBytes, qint64 maximumBytes);
    /// Does not signal.
    void setValue(qint64 bytes);
    void setTicks(const QList<MemoryTick>& ticks);
    /// Labels under the ticks; without them the slider is slim.
    void setTickLabels(bool shown);
    /// Agreement at the value, for the spoken text.
    void setAgreement(double agreement) { m_agreement = agreement; }

    [[nodiscard]] qint64 value() const noexcept { return m_value; }
    [[nodiscard]] qint64 minimum() const noexcept { return m_minimum; }
    [[nodiscard]] qint64 maximum() const noexcept { return m_scale.maximumBytes; }
    [[nodiscard]] qint64 step() const noexcept { return memoryStep(maximum() - minimum()); }
    [[nodiscard]] QString spokenValue() const;
    /// As the user's hand would: bounded, and signalled if it is another value.
    void moveTo(qint64 bytes);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void moved(qint64 bytes);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] QRectF area() const { return QRectF(rect()); }
    [[nodiscard]] double trackY() const;
    void drawTrack(QPainter& painter) const;
    void drawTicks(QPainter& painter) const;
    void drawHandle(QPainter& painter) const;
    [[nodiscard]] const MemoryTick* tickAt(double x) const;
    void tellReaders();

    const Theme& m_theme;
    MemoryScale m_scale;
    qint64 m_minimum = 0;
    qint64 m_value = 0;
    double m_agreement = 0;
    QList<MemoryTick> m_ticks;
    bool m_labels = true;
    bool m_dragging = false;
};

}  // namespace strata::ui
