// The one exception of the template engine. It never leaves render.cpp, where it becomes an Error: an evaluator recurses
// through dozens of small functions, and a Result in each would hide what they compute.
#pragma once

#include <string>
#include <utility>

namespace strata::jinja {

/// Why a template could not be parsed or rendered. `line` is 1-based; 0 = not known yet, the evaluator fills it in.
struct Failure {
    std::string reason;
    int line = 0;
};

[[noreturn]] inline void raise(std::string reason, int line = 0) {
    throw Failure{std::move(reason), line};
}

}  // namespace strata::jinja
