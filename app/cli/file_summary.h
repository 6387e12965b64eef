// What is inside a model file, for `info`.
#pragma once

#include "app/cli/json_output.h"
#include "core/source/model_files.h"
#include "core/stack/stack_file.h"

#include <string>

namespace strata::cli {

/// Name, family, parameters, shape, tokenizer, template and licence; tensors by type. Fields that the file does not
/// have are null. `allTensors` adds every tensor with type and shape.
[[nodiscard]] Json describeSource(const ModelFiles& source, bool allTensors);

/// The same of a stack, with its codec, range and curve instead of tensor types.
[[nodiscard]] Json describeStack(const StackFile& stack, bool allTensors);

/// Either of them as text for people.
[[nodiscard]] std::string summaryText(const Json& summary);

}  // namespace strata::cli
