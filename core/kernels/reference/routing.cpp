// Which experts a token goes to. Scalar in every table: a few hundred values per token.
#include "core/kernels/operators.h"

#include <algorithm>
#include <cmath>

namespace strata::reference {

void selectExperts(const float* logits, const RouterShape& shape, RoutedExpert* out) {
    // The largest logits have the largest probabilities: an insertion into a sorted row of `used` places.
    for (std::size_t expert = 0; expert < shape.experts; ++expert) {
        std::size_t place = std::min(expert, shape.used);
        while (place > 0 && logits[expert] > out[place - 1].weight) --place;
        if (place == shape.used) continue;
        const std::size_t last = std::min(expert, shape.used - 1);
        std::copy_backward(out + place, out + last, out + last + 1);
        out[place] = {static_cast<std::uint32_t>(expert), logits[expert]};
    }
    const double largest = static_cast<double>(out[0].weight);
    double sum = 0;
    const float* const end = shape.normalised ? logits : logits + shape.experts;
    for (const float* logit = logits; logit < end; ++logit) sum += std::exp(static_cast<double>(*logit) - largest);
    for (std::size_t place = 0; shape.normalised && place < shape.used; ++place)
        sum += std::exp(static_cast<double>(out[place].weight) - largest);
    for (std::size_t place = 0; place < shape.used; ++place)
        out[place].weight = static_cast<float>(std::exp(static_cast<double>(out[place].weight) - largest) / sum);
}

}  // namespace strata::reference
