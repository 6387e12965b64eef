// Large models without large files: a sparse one of 16 GB, and a header with as many tokens as the largest
// vocabularies.
#pragma once

#include "core/io/gguf.h"
#include "tests/core/io/io_support.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace strata {

/// 16 tensors of 1 GiB, all holes; false where the file system cannot hold such a file.
inline bool writeSparseModel(const std::filesystem::path& path) {
    constexpr std::uint64_t kTensorBytes = 1ull << 30;
    GgufWriter writer;
    for (int layer = 0; layer < 16; ++layer)
        writer.addTensor("blk." + std::to_string(layer), GgmlType::F16, {1u << 14, 1u << 15}, kTensorBytes);
    const auto header = writer.header();
    writeBytes(path, header);
    std::error_code failed;
    std::filesystem::resize_file(path, header.size() + 16 * kTensorBytes, failed);
    return !failed;
}

inline std::vector<std::string> manyTokens() {
    std::vector<std::string> tokens;
    for (int token = 0; token < 280000; ++token) tokens.push_back("token number " + std::to_string(token));
    return tokens;
}

inline std::vector<std::byte> headerOf(std::span<const std::string> tokens) {
    GgufWriter writer;
    writer.add("tokenizer.ggml.tokens", tokens);
    return writer.header();
}

}  // namespace strata
