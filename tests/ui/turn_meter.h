// How long the thread of the window was held at most.
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <algorithm>
#include <utility>

namespace strata::ui::testing {

/// The longest time between two turns of a timer that is always due.
class TurnMeter : public QObject {
public:
    TurnMeter() {
        connect(&m_timer, &QTimer::timeout, this, [this] {
            m_longestMs = std::max(m_longestMs, static_cast<double>(m_clock.nsecsElapsed()) / 1e6);
            m_clock.restart();
        });
        m_clock.start();
        m_timer.start(1);
    }
    double restart() {
        m_clock.restart();
        return std::exchange(m_longestMs, 0);
    }

private:
    QTimer m_timer;
    QElapsedTimer m_clock;
    double m_longestMs = 0;
};

}  // namespace strata::ui::testing
