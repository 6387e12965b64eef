#include "core/kernels/rotation.h"

#include "core/base/random.h"
#include "core/kernels/operators.h"

#include <bit>
#include <cassert>

namespace strata {

Rotation::Rotation(std::vector<std::int8_t> signs)
    : m_signs(signs.begin(), signs.end()),
      m_blockSize(signs.empty() ? 1 : std::size_t{1} << std::countr_zero(signs.size())) {}

Rotation Rotation::random(std::size_t size, std::uint64_t seed) {
    Random random(seed);
    std::vector<std::int8_t> signs(size);
    for (std::int8_t& sign : signs) sign = (random.next() >> 63) != 0 ? std::int8_t{-1} : std::int8_t{1};
    return Rotation(std::move(signs));
}

std::vector<std::int8_t> Rotation::storedSigns() const {
    std::vector<std::int8_t> signs;
    signs.reserve(m_signs.size());
    for (const float sign : m_signs) signs.push_back(sign < 0 ? std::int8_t{-1} : std::int8_t{1});
    return signs;
}

void Rotation::apply(std::span<float> x) const noexcept {
    assert(x.size() == size());
    reference::rotate(*this, x.data());
}

void Rotation::applyInverse(std::span<float> x) const noexcept {
    assert(x.size() == size());
    reference::rotateInverse(*this, x.data());
}

}  // namespace strata
