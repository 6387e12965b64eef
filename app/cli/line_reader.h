// Lines of a terminal or a pipe, read by a thread of their own so that they arrive while the model answers.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace strata::cli {

/// Reads `descriptor` until its end, an error or destruction. Both functions are called on the reading thread.
class LineReader {
public:
    LineReader(int descriptor, std::function<void(std::string)> onLine, std::function<void()> onEnd);
    /// Stops reading at once; a line that is half typed is lost.
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace strata::cli
