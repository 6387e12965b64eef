// std::visit with one lambda per alternative.
#pragma once

namespace strata::jinja {

template <class... F>
struct Overload : F... {
    using F::operator()...;
};

}  // namespace strata::jinja
