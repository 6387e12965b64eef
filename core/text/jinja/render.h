// Rendering of a parsed template with variables, and with the bounds and the time that tests and fuzzers choose.
#pragma once

#include "core/base/result.h"
#include "core/text/jinja/ast.h"
#include "core/text/jinja/runtime.h"

#include <memory>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace strata::jinja {

struct RenderOptions {
    Limits limits;
    Clock clock;  ///< empty: the system's local time
    /// What stands under the key "content" of an object in the array `messages`, at any depth, came from users.
    bool markContent = false;
};

/// Errors: Template ("line 3: ...").
[[nodiscard]] Result<std::unique_ptr<const Template>> parse(std::string_view source);
/// `variables` must be an object. Errors: Template ("line 3: ...").
[[nodiscard]] Result<MarkedText> render(const Template& parsed, const nlohmann::ordered_json& variables,
                                        const RenderOptions& options = {});

}  // namespace strata::jinja
