// Memory as a thin bar without a handle: parts from the left, the rest empty, and the same in words.
#pragma once

#include "ui/theme/theme.h"

#include <QList>
#include <QWidget>

namespace strata::ui {

class ThinBar : public QWidget {
    Q_OBJECT
public:
    [[nodiscard]] QSize sizeHint() const override;

protected:
    /// From the left edge to `endBytes`; later ones lie above earlier ones.
    struct Part {
        qint64 endBytes = 0;
        ColourRole role = ColourRole::Layer3;
    };
    ThinBar(const Theme& theme, QWidget* parent);
    void setParts(qint64 totalBytes, const QList<Part>& parts, const QString& words);
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    qint64 m_totalBytes = 0;
    QList<Part> m_parts;
};

}  // namespace strata::ui
