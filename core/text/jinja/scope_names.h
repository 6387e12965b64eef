// Which names a block hides before it assigns them.
#pragma once

#include "core/text/jinja/ast.h"

namespace strata::jinja {

/// Jinja decides at compile time where a name of a block comes from: one that the block assigns before reading it is
/// not yet defined at the block's start, even for a macro or a loop inside that runs before the assignment. Fills
/// Scope::hidden throughout the template.
void nameScopes(Template& parsed);

}  // namespace strata::jinja
