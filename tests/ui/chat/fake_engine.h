// An EngineController that does what a test says: it stands in for the real one at link time.
#pragma once

#include "ui/controllers/engine_controller.h"

namespace strata::ui::fake {

struct Engine {
    EngineState state = EngineState::Empty;
    StackSummary stack;
    MemorySnapshot memory;
    DeviceInUse device;
    QList<AnswerRequest> asked;
    RequestId last = 0;
    int stops = 0;
    bool holds = false;  ///< answers, while the memory is yielded
};

[[nodiscard]] Engine& of(const EngineController& controller);
void become(EngineController& controller, EngineState state);
/// A model is loaded and ready.
void makeReady(EngineController& controller);
/// Starts the answer that was asked for last, says `words`, and ends it.
void answer(EngineController& controller, const QString& words, bool stopped = false);

}  // namespace strata::ui::fake
