// The whole computer's memory, thin: this program, the others, what is free.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/memory/thin_bar.h"

namespace strata::ui {

class SystemBar : public ThinBar {
    Q_OBJECT
public:
    explicit SystemBar(const Theme& theme, QWidget* parent = nullptr);
    void setMemory(const MemorySnapshot& memory);
};

}  // namespace strata::ui
