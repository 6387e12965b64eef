// Codes for the tiny model by plain rounding: no feedback, no search. For tests only.
#pragma once

#include "tests/support/tiny_model.h"

namespace strata::test {

/// Uniform cells over +-3.5 deviations: the first p bits of a code index the middles of 2^p cells.
[[nodiscard]] std::vector<LevelTable> uniformTables(unsigned planes);
/// Fills blocks and decoded of a nested matrix from dense.
void encodeNestedPlainly(TinyMatrix& matrix, const Rotation& rotation, const std::vector<LevelTable>& tables);
/// Fills blocks and decoded of a bitstack matrix: signs, mean magnitudes of rows and columns, small further ranks.
void encodeBitstackPlainly(TinyMatrix& matrix, const std::vector<float>& channelScales);

}  // namespace strata::test
