#include "ui/memory/memory_scale.h"

namespace strata::ui {

qint64 memoryStep(qint64 rangeBytes) noexcept {
    qint64 step = 1000;
    for (int factor = 2; step * 100 < rangeBytes; factor = factor == 2 ? 5 : factor == 5 ? 10 : 2)
        step = factor == 2 ? step * 2 : factor == 5 ? step / 2 * 5 : step / 5 * 10;
    return step;
}

}  // namespace strata::ui
