// Private to core/io: a bounds-checked reader over bytes, for GGUF's little-endian numbers and strings.
#pragma once

#include "core/io/gguf.h"
#include "core/io/quoted_name.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace strata {

static_assert(std::endian::native == std::endian::little, "GGUF numbers are little-endian and are read in place");

/// Walks forward over `bytes`. Every read either succeeds or returns false and moves nothing.
class ByteCursor {
public:
    explicit ByteCursor(std::span<const std::byte> bytes) noexcept : m_bytes(bytes) {}

    [[nodiscard]] std::uint64_t position() const noexcept { return m_position; }
    [[nodiscard]] std::uint64_t remaining() const noexcept { return m_bytes.size() - m_position; }

    template <class T>
    [[nodiscard]] bool read(T& into) noexcept {
        static_assert(std::is_arithmetic_v<T>);
        if (remaining() < sizeof(T)) return false;
        std::memcpy(&into, m_bytes.data() + m_position, sizeof(T));
        m_position += sizeof(T);
        return true;
    }

    [[nodiscard]] bool skip(std::uint64_t count) noexcept {
        if (remaining() < count) return false;
        m_position += count;
        return true;
    }

    /// A 64-bit length and that many bytes; `into` is a view of them.
    [[nodiscard]] bool readString(std::string_view& into) noexcept {
        std::uint64_t length = 0;
        const std::uint64_t start = m_position;
        if (!read(length) || remaining() < length) {
            m_position = start;
            return false;
        }
        into = {reinterpret_cast<const char*>(m_bytes.data() + m_position), static_cast<std::size_t>(length)};
        m_position += length;
        return true;
    }

    /// The bytes from `start` up to here.
    [[nodiscard]] std::span<const std::byte> since(std::uint64_t start) const noexcept {
        return m_bytes.subspan(start, m_position - start);
    }

private:
    std::span<const std::byte> m_bytes;
    std::uint64_t m_position = 0;
};

/// Bytes of one number of this type; 0 for strings, arrays and unknown types.
[[nodiscard]] std::uint64_t ggufNumberBytes(GgufType type) noexcept;

/// Reads a number, a bool or a string (not an array) into `into`; false when the bytes end first.
[[nodiscard]] bool readGgufScalar(ByteCursor& cursor, GgufType type, GgufValue& into);

}  // namespace strata
