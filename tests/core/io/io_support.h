// What the tests of core/io share: files of tests/data, a scratch folder, and raw headers byte by byte.
#pragma once

#include "tests/support/temporary_folder.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace strata {

inline std::filesystem::path dataPath(const std::string& name) {
    return std::filesystem::path(STRATA_TEST_DATA) / name;
}

inline std::vector<std::byte> readBytes(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    return {bytes, bytes + text.size()};
}

inline void writeBytes(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    EXPECT_TRUE(file) << path;
}

/// Bytes of a header, valid or not, one field after another.
class RawBytes {
public:
    template <class T>
    RawBytes& number(T value) {
        const auto* bytes = reinterpret_cast<const std::byte*>(&value);
        m_bytes.insert(m_bytes.end(), bytes, bytes + sizeof value);
        return *this;
    }
    RawBytes& u8(std::uint8_t value) { return number(value); }
    RawBytes& u32(std::uint32_t value) { return number(value); }
    RawBytes& u64(std::uint64_t value) { return number(value); }
    RawBytes& text(std::string_view characters) {
        for (const char character : characters) u8(static_cast<std::uint8_t>(character));
        return *this;
    }
    RawBytes& string(std::string_view characters) { return u64(characters.size()).text(characters); }
    RawBytes& zeros(std::size_t count) {
        m_bytes.resize(m_bytes.size() + count);
        return *this;
    }
    RawBytes& padTo(std::size_t alignment) { return zeros((alignment - m_bytes.size() % alignment) % alignment); }
    /// "GGUF", version, tensor count, metadata count.
    RawBytes& ggufHeader(std::uint64_t tensors, std::uint64_t pairs, std::uint32_t version = 3) {
        return text("GGUF").u32(version).u64(tensors).u64(pairs);
    }
    RawBytes& tensorInfo(std::string_view name, std::initializer_list<std::uint64_t> shape, std::uint32_t type,
                         std::uint64_t offset) {
        string(name).u32(static_cast<std::uint32_t>(shape.size()));
        for (const std::uint64_t extent : shape) u64(extent);
        return u32(type).u64(offset);
    }
    [[nodiscard]] std::span<const std::byte> bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }

private:
    std::vector<std::byte> m_bytes;
};

}  // namespace strata
