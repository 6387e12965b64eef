// What the tests of compression share: a tiny source in a folder of its own, and a fast set of options.
#pragma once

#include "core/base/file.h"
#include "core/compress/compressor.h"
#include "tests/support/sample_source.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace strata::test {

inline std::string bytesOf(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
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
