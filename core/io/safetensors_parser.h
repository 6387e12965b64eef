// Private to core/io: the parser of safetensors headers.
#pragma once

#include "core/io/safetensors.h"

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace strata {

/// Fills a SafetensorsFile from its bytes. One use per object.
class SafetensorsParser {
public:
    explicit SafetensorsParser(SafetensorsFile& file) noexcept : m_file(file) {}
    [[nodiscard]] Result<void> run();

private:
    [[nodiscard]] Result<std::string_view> headerText();
    [[nodiscard]] Result<void> readMetadata(const nlohmann::json& metadata);
    [[nodiscard]] Result<void> readTensor(const std::string& name, const nlohmann::json& entry);
    [[nodiscard]] Result<void> readType(const std::string& field, const nlohmann::json& entry,
                                        SafetensorsTensor& tensor);
    [[nodiscard]] Result<void> readShape(const std::string& field, const nlohmann::json& entry,
                                         SafetensorsTensor& tensor);
    [[nodiscard]] Result<void> readOffsets(const std::string& field, const nlohmann::json& entry,
                                           SafetensorsTensor& tensor);
    [[nodiscard]] Result<void> checkLayout();

    SafetensorsFile& m_file;
    std::uint64_t m_dataOffset = 0;
};

}  // namespace strata
