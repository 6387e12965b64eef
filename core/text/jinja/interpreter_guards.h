// What the interpreter changes for a while and puts back, also when it is left by a Failure.
#pragma once

#include "core/text/jinja/interpreter.h"

#include <utility>

namespace strata::jinja {

/// Enters a frame.
class Interpreter::FrameGuard {
public:
    FrameGuard(Interpreter& interpreter, std::shared_ptr<Frame> frame)
        : m_interpreter(interpreter), m_previous(std::exchange(interpreter.m_frame, std::move(frame))) {}
    /// A new frame within the current one.
    explicit FrameGuard(Interpreter& interpreter)
        : FrameGuard(interpreter, std::make_shared<Frame>(interpreter.m_frame)) {}
    FrameGuard(const FrameGuard&) = delete;
    FrameGuard& operator=(const FrameGuard&) = delete;
    ~FrameGuard() { m_interpreter.m_frame = std::move(m_previous); }

private:
    Interpreter& m_interpreter;
    std::shared_ptr<Frame> m_previous;
};

/// Collects what is written.
class Interpreter::OutputGuard {
public:
    explicit OutputGuard(Interpreter& interpreter)
        : m_interpreter(interpreter),
          m_output(interpreter.m_runtime.account()),
          m_previous(std::exchange(interpreter.m_output, &m_output)) {}
    OutputGuard(const OutputGuard&) = delete;
    OutputGuard& operator=(const OutputGuard&) = delete;
    ~OutputGuard() { m_interpreter.m_output = m_previous; }
    [[nodiscard]] MarkedText take() { return m_output.take(); }

private:
    Interpreter& m_interpreter;
    Output m_output;
    Output* m_previous;
};

}  // namespace strata::jinja
