// The stack, drawn: measured weights in the colours of their layers, KV cache, scratch, and the target as a ghost.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/memory/memory_scale.h"
#include "ui/theme/theme.h"

#include <QVariantAnimation>
#include <QWidget>
#include <array>

namespace strata::ui {

/// One part of the bar, in order from the left.
struct MemorySegment {
    ColourRole role = ColourRole::Layer0;
    double bytes = 0;
    [[nodiscard]] bool operator==(const MemorySegment&) const = default;
};

/// The segments of a snapshot: each layer is a sixth of the full weights, deep ones first.
[[nodiscard]] QList<MemorySegment> memorySegments(const MemorySnapshot& memory, qint64 fullWeightBytes);

class MemoryBar : public QWidget {
    Q_OBJECT
public:
    explicit MemoryBar(const Theme& theme, QWidget* parent = nullptr);
    /// `wantedBytes` is where the slider stands.
    void setMemory(const MemorySnapshot& memory, qint64 fullWeightBytes, qint64 wantedBytes, qint64 maximumBytes);
    [[nodiscard]] const MemorySnapshot& memory() const noexcept { return m_memory; }
    /// What is on the screen now: on its way to memory() while it moves.
    [[nodiscard]] QList<MemorySegment> shownSegments() const { return memorySegments(m_shown, m_fullWeightBytes); }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    void advance(double share);
    void describe();
    [[nodiscard]] QRectF barRect() const;
    [[nodiscard]] QString segmentText(double x) const;

    const Theme& m_theme;
    MemoryScale m_scale;
    MemorySnapshot m_memory;
    MemorySnapshot m_from;
    MemorySnapshot m_shown;
    qint64 m_fullWeightBytes = 0;
    qint64 m_wantedBytes = 0;
    QVariantAnimation m_motion;
};

}  // namespace strata::ui
