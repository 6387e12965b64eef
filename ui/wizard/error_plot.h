// The error of every layer compressed so far, as it grows.
#pragma once

#include "ui/controllers/compression_controller.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace strata::ui {

class ErrorPlot : public QWidget {
    Q_OBJECT
public:
    explicit ErrorPlot(const Theme& theme, QWidget* parent = nullptr);
    void setErrors(const QList<CompressionError>& errors);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    QList<CompressionError> m_errors;
};

}  // namespace strata::ui
