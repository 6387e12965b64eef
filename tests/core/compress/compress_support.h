// What the tests of compression share: a tiny source in a folder of its own, and a fast set of options.
#pragma once

#include "core/base/file.h"
#include "core/compress/compressor.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace strata::test {

inline std::string bytesOf(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// STRATA_SAMPLE_GGUF, or models/SmolLM2-135M-Instruct.Q4_1.gguf in the tree; nullopt when it is not there.
inline std::optional<std::filesystem::path> sampleSource() {
    const char* named = std::getenv("STRATA_SAMPLE_GGUF");
    const std::filesystem::path path =
        named != nullptr && *named != '\0'
            ? std::filesystem::path(named)
            : std::filesystem::path(STRATA_SOURCE_DIR) / "models/SmolLM2-135M-Instruct.Q4_1.gguf";
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored) ? std::optional(path) : std::nullopt;
}

/// Ten windows of text: the least that is accepted, so that a run takes a fraction of a second.
inline std::string shortCalibrationText() {
    std::string text;
    for (int line = 0; text.size() < 11 * 512 * 2; ++line)
        text += "Line " + std::to_string(line * line) + " tells of the weather on the other side of the hill.\n";
    return text;
}

class CompressFixture : public testing::Test {
protected:
    explicit CompressFixture(TinyOptions model = {}) : m_model(std::move(model)) {
        EXPECT_TRUE(m_model.writeGguf(source()));
        EXPECT_TRUE(writeFileAtomically(m_folder / "text.txt", shortCalibrationText()));
    }
    [[nodiscard]] std::filesystem::path source() const { return m_folder / "tiny.gguf"; }
    [[nodiscard]] CompressOptions options(std::string_view output = "out.strata") const {
        CompressOptions options;
        options.source = source();
        options.output = m_folder / output;
        options.calibration = m_folder / "text.txt";
        options.planes = 3;
        options.vocabularyPlanes = 4;
        options.threads = 1;
        return options;
    }
    [[nodiscard]] static std::filesystem::path partial(const CompressOptions& options) {
        return options.output.string() + ".partial";
    }
    [[nodiscard]] static std::string compressed(const CompressOptions& options) {
        const auto report = compress(options);
        EXPECT_TRUE(report) << report.error().message();
        return bytesOf(options.output);
    }
    TinyModel m_model;
    TemporaryFolder m_folder;
};

}  // namespace strata::test
