// The empty library: a place that says what to drop, and opens a file dialogue when it is clicked.
#pragma once

#include "ui/theme/theme.h"

#include <QAbstractButton>

namespace strata::ui {

class DropZone : public QAbstractButton {
    Q_OBJECT
public:
    explicit DropZone(const Theme& theme, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
};

}  // namespace strata::ui
