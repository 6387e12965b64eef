#include "core/io/gguf.h"

#include <bit>
#include <cassert>
#include <string>

namespace strata {

namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr std::uint32_t kVersion = 3;

template <class T>
void append(std::string& to, T value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void appendString(std::string& to, std::string_view text) {
    append(to, std::uint64_t{text.size()});
    to.append(text);
}

std::uint64_t alignUp(std::uint64_t value, std::uint64_t alignment) noexcept {
    return (value + alignment - 1) / alignment * alignment;
}

}  // namespace

GgufWriter::GgufWriter(std::uint32_t alignment) : m_alignment(alignment) {
    assert(std::has_single_bit(alignment));
    add("general.alignment", alignment);
}

void GgufWriter::begin(std::string_view key, GgufType type) {
    appendString(m_metadata, key);
    append(m_metadata, static_cast<std::uint32_t>(type));
    ++m_metadataCount;
}

void GgufWriter::add(std::string key, std::uint32_t value) {
    begin(key, GgufType::Uint32);
    append(m_metadata, value);
}

void GgufWriter::add(std::string key, std::uint64_t value) {
    begin(key, GgufType::Uint64);
    append(m_metadata, value);
}

void GgufWriter::add(std::string key, std::int32_t value) {
    begin(key, GgufType::Int32);
    append(m_metadata, value);
}

void GgufWriter::add(std::string key, float value) {
    begin(key, GgufType::Float32);
    append(m_metadata, value);
}

void GgufWriter::add(std::string key, bool value) {
    begin(key, GgufType::Bool);
    append(m_metadata, static_cast<std::uint8_t>(value));
}

void GgufWriter::add(std::string key, std::string_view value) {
    begin(key, GgufType::String);
    appendString(m_metadata, value);
}

void GgufWriter::add(std::string key, std::span<const std::string> values) {
    begin(key, GgufType::Array);
    append(m_metadata, static_cast<std::uint32_t>(GgufType::String));
    append(m_metadata, std::uint64_t{values.size()});
    for (const std::string& value : values) appendString(m_metadata, value);
}

template <class T>
void GgufWriter::addNumbers(std::string_view key, GgufType type, std::span<const T> values) {
    begin(key, GgufType::Array);
    append(m_metadata, static_cast<std::uint32_t>(type));
    append(m_metadata, std::uint64_t{values.size()});
    m_metadata.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

void GgufWriter::add(std::string key, std::span<const std::int32_t> values) {
    addNumbers(key, GgufType::Int32, values);
}
void GgufWriter::add(std::string key, std::span<const std::uint32_t> values) {
    addNumbers(key, GgufType::Uint32, values);
}
void GgufWriter::add(std::string key, std::span<const std::uint64_t> values) {
    addNumbers(key, GgufType::Uint64, values);
}
void GgufWriter::add(std::string key, std::span<const std::int8_t> values) {
    addNumbers(key, GgufType::Int8, values);
}
void GgufWriter::add(std::string key, std::span<const std::uint8_t> values) {
    addNumbers(key, GgufType::Uint8, values);
}
void GgufWriter::add(std::string key, std::span<const float> values) {
    addNumbers(key, GgufType::Float32, values);
}

void GgufWriter::addCopy(const GgufFile& source, std::string_view key) {
    const GgufValue* value = source.find(key);
    if (!value || key == "general.alignment") return;
    begin(key, value->type);
    m_metadata.append(reinterpret_cast<const char*>(value->bytes.data()), value->bytes.size());
}

void GgufWriter::addTensor(std::string name, GgmlType type, std::vector<std::uint64_t> shape, std::uint64_t sizeBytes) {
    appendString(m_infos, name);
    append(m_infos, static_cast<std::uint32_t>(shape.size()));
    for (const std::uint64_t extent : shape) append(m_infos, extent);
    append(m_infos, static_cast<std::uint32_t>(type));
    append(m_infos, m_dataBytes);
    m_offsets.push_back(m_dataBytes);
    m_dataBytes = alignUp(m_dataBytes + sizeBytes, m_alignment);
}

std::uint64_t GgufWriter::headerBytes() const noexcept {
    constexpr std::uint64_t kFixedBytes = 4 + 4 + 8 + 8;
    return alignUp(kFixedBytes + m_metadata.size() + m_infos.size(), m_alignment);
}

std::vector<std::byte> GgufWriter::header() const {
    std::string text;
    text.reserve(headerBytes());
    append(text, kMagic);
    append(text, kVersion);
    append(text, std::uint64_t{m_offsets.size()});
    append(text, m_metadataCount);
    text += m_metadata;
    text += m_infos;
    text.resize(headerBytes());
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
    return {bytes, bytes + text.size()};
}

std::uint64_t GgufWriter::tensorOffset(std::size_t index) const {
    return headerBytes() + m_offsets.at(index);
}

}  // namespace strata
