// The whole computer's memory, thin: this program, the others, what is free.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace strata::ui {

class SystemBar : public QWidget {
    Q_OBJECT
public:
    explicit SystemBar(const Theme& theme, QWidget* parent = nullptr);
    void setMemory(const MemorySnapshot& memory);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme& m_theme;
    MemorySnapshot m_memory;
};

}  // namespace strata::ui
