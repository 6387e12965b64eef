// Checks a stack's keys against each other and against its tensors, and fills a StackFile.
#pragma once

#include "core/stack/stack_file.h"

#include <functional>

namespace strata {

class StackParser {
public:
    /// Reads `into.size()` bytes at an offset of the file.
    using Reader = std::function<Result<void>(std::uint64_t offset, std::span<std::byte> into)>;

    /// Errors name the field; the caller adds the file.
    [[nodiscard]] static Result<std::shared_ptr<const StackFile>> parse(GgufFile gguf, File file, const Reader& reader);

private:
    explicit StackParser(StackFile& stack, const Reader& reader) : m_stack(stack), m_reader(reader) {}
    [[nodiscard]] Result<void> run();
    [[nodiscard]] Result<void> checkVersion() const;
    [[nodiscard]] Result<void> readMatrices();
    [[nodiscard]] Result<void> readOrder();
    [[nodiscard]] Result<void> placeBlocks();
    [[nodiscard]] Result<void> readDense();
    [[nodiscard]] Result<void> readDenseTensor(const GgufTensor& tensor, std::uint64_t checksum);
    [[nodiscard]] Result<void> readTables();
    [[nodiscard]] Result<void> readCurve();
    [[nodiscard]] Result<void> checkCompleteness() const;
    void countPrefixes();

    StackFile& m_stack;
    const Reader& m_reader;
    std::size_t m_denseCount = 0;
};

}  // namespace strata
