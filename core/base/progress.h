// Progress of a long job, and the way to stop it.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace strata {

/// One report. `done` of `total` are units of work of the named stage (bytes, layers, windows); total 0 = unknown.
struct Progress {
    std::string_view stage;  ///< short, for people: "Calibrating", "Compressing layers"
    double fraction = 0;     ///< of the whole job, 0..1, never falling
    std::string detail;      ///< "layer 12 of 30, error 0.8 %"; may be empty
    double stepError = -1;   ///< relative error of the step that has just been finished, 0..1; below 0: none was
};

/// Called from the thread that runs the job, some tens of times a second at most. Must not block.
using ProgressSink = std::function<void(const Progress&)>;

/// What every long operation takes: where to report, and when to give up (ErrorCode::Cancelled).
struct JobContext {
    ProgressSink progress;  ///< may be empty
    std::stop_token stop;   ///< default: cannot be stopped
    void report(std::string_view stage, double fraction, std::string detail = {}) const {
        if (progress) progress({stage, fraction, std::move(detail)});
    }
};

}  // namespace strata
