// Making nodes of expressions, whose height is bounded.
#pragma once

#include "core/text/jinja/ast.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace strata::jinja {

// A tree as deep as this is no template; evaluation recurses once per level.
inline constexpr int kMaximumHeight = 250;

[[nodiscard]] inline int heightOf(const ExpressionPtr& expression) {
    return expression ? expression->height : 0;
}

[[nodiscard]] inline int heightOf(const CallArguments& arguments) {
    int height = std::max(heightOf(arguments.spread), heightOf(arguments.keywordSpread));
    for (const auto& value : arguments.positional) height = std::max(height, heightOf(value));
    for (const auto& [name, value] : arguments.keywords) height = std::max(height, heightOf(value));
    return height;
}

/// `below`: the height of the highest child.
template <class Node>
[[nodiscard]] ExpressionPtr make(Node node, int line, int below = 0) {
    if (below >= kMaximumHeight) raise("an expression is nested too deeply", line);
    auto expression = std::make_unique<Expression>();
    expression->node = std::move(node);
    expression->line = line;
    expression->height = below + 1;
    return expression;
}

}  // namespace strata::jinja
