// A small drawing of layers, in the colours of the stack.
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

namespace strata::ui {

/// Decoration: screen readers pass it by.
class StrataGlyph : public QWidget {
    Q_OBJECT
public:
    explicit StrataGlyph(const Theme& theme, int sizePixels = 40, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    int m_size;
};

}  // namespace strata::ui
