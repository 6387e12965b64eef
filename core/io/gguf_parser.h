// Private to core/io: the parser of GGUF headers. Nothing it reads is used before it was checked against the file.
#pragma once

#include "core/io/gguf.h"
#include "core/io/gguf_cursor.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace strata {

/// Fills a GgufFile from its bytes. One use per object.
class GgufParser {
public:
    GgufParser(GgufFile& file, GgufReadOptions options) noexcept
        : m_file(file), m_options(options), m_cursor(file.m_bytes) {}
    [[nodiscard]] Result<void> run();

private:
    [[nodiscard]] Result<void> readHeader();
    [[nodiscard]] Result<void> checkVersion() const;
    [[nodiscard]] Result<void> readMetadata();
    [[nodiscard]] Result<void> readPair();
    [[nodiscard]] Result<void> readValue(std::string_view key, GgufValue& into);
    [[nodiscard]] Result<void> readArray(const std::string& field, GgufArray& into, int depth);
    [[nodiscard]] Result<void> skipElements(const std::string& field, const GgufArray& array, int depth);
    [[nodiscard]] Result<void> skipFixed(const std::string& field, const GgufArray& array);
    [[nodiscard]] Result<void> indexMetadata();
    [[nodiscard]] Result<void> readAlignment();
    [[nodiscard]] Result<void> readTensors();
    [[nodiscard]] Result<void> readTensor();
    [[nodiscard]] Result<void> readShape(const std::string& field, GgufTensor& tensor);
    [[nodiscard]] Result<void> measure(const std::string& field, GgufTensor& tensor) const;
    [[nodiscard]] Result<void> placeTensors();
    [[nodiscard]] Result<void> placeTensor(GgufTensor& tensor) const;
    [[nodiscard]] Result<void> indexTensors();
    [[nodiscard]] Result<void> checkOverlaps() const;

    GgufFile& m_file;
    GgufReadOptions m_options;
    ByteCursor m_cursor;
    std::uint64_t m_tensorCount = 0;
    std::uint64_t m_metadataCount = 0;
};

}  // namespace strata
