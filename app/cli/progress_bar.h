// Progress of a long job on standard error: a bar with percent and estimated time on a terminal, plain lines elsewhere.
#pragma once

#include "core/base/progress.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace strata::cli {

enum class ProgressStyle : unsigned char { Silent, Lines, Bar };

struct ProgressSettings {
    ProgressStyle style = ProgressStyle::Silent;
    bool colour = false;
    std::size_t columns = 80;
    std::function<double()> seconds;  ///< a steady clock; empty: the system's

    /// A bar when standard error is a terminal that can redraw a line, else lines. NO_COLOR turns the colour off.
    [[nodiscard]] static ProgressSettings forStandardError();
};

/// Time to go, from how fast the fraction grew lately: an average whose memory fades over half a minute, so that
/// neither a slow start nor a resumed job (which begins at a fraction above 0) spoils it.
class RemainingTime {
public:
    /// `seconds` and `fraction` never fall.
    void update(double seconds, double fraction);
    /// Nothing before two reports a second apart.
    [[nodiscard]] std::optional<double> secondsLeft() const;

private:
    bool m_started = false;
    double m_seconds = 0;
    double m_fraction = 0;
    double m_weight = 0;
    double m_rate = 0;
};

/// Movable; the sink it gave must not be called after it is gone. Thread contract: sink() may be called from any
/// thread.
class ProgressBar {
public:
    /// `out` must outlive the bar.
    ProgressBar(std::ostream& out, ProgressSettings settings);
    ~ProgressBar();
    ProgressBar(ProgressBar&&) noexcept;
    ProgressBar& operator=(ProgressBar&&) noexcept;

    /// Bars redraw ten times a second at most; lines come once a second at most, and the last report never gets lost.
    [[nodiscard]] ProgressSink sink();
    /// Removes the bar, or prints the line that was held back.
    void finish();

private:
    struct State;
    std::shared_ptr<State> m_state;
};

}  // namespace strata::cli
