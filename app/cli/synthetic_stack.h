// Random weights in the shape of a known model, for measuring speed without the model.
#pragma once

#include "core/base/progress.h"
#include "core/stack/stack_file.h"

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace strata::cli {

/// What decides the speed of a model of the llama family.
struct ModelShape {
    std::string_view name;
    std::size_t layers = 0;
    std::size_t embedding = 0;
    std::size_t heads = 0;
    std::size_t kvHeads = 0;
    std::size_t headDim = 0;
    std::size_t feedForward = 0;
    std::size_t vocabulary = 0;
    std::size_t contextLength = 0;
    bool tied = false;  ///< the embedding is the output head too
};

/// smollm2-135m, llama-3.2-1b, llama-3.1-8b, and tiny, for tests.
[[nodiscard]] std::span<const ModelShape> modelShapes() noexcept;

/// A stack of that shape with `planes` planes of every matrix, embedding and head included: random codes, level tables
/// of evenly spaced values, blocks in order of level. Its file is written to the system's folder for temporary files
/// (as large as the weights) and has no name any more when this returns, so that it goes with the process.
/// Errors: those of writeStack and StackFile::open; Cancelled.
[[nodiscard]] Result<std::shared_ptr<const StackFile>> syntheticStack(const ModelShape& shape, unsigned planes,
                                                                      const JobContext& context = {});

}  // namespace strata::cli
