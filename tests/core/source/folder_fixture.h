// A copy of a folder from tests/data that a test may damage.
#pragma once

#include "core/base/file.h"
#include "core/source/model_files.h"
#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <functional>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace strata::test {

class FolderFixture : public testing::Test {
protected:
    explicit FolderFixture(const char* original) : m_path(m_root / "model") {
        std::filesystem::copy(std::filesystem::path(STRATA_TEST_DATA) / original, m_path,
                              std::filesystem::copy_options::recursive);
    }
    void write(const char* name, std::string_view text) { ASSERT_TRUE(writeFileAtomically(m_path / name, text)); }
    void remove(const char* name) { ASSERT_TRUE(std::filesystem::remove(m_path / name)); }
    /// Changes one of the JSON files.
    void edit(const char* name, const std::function<void(nlohmann::json&)>& change) {
        nlohmann::json value = nlohmann::json::parse(readTextFile(m_path / name).value());
        change(value);
        std::filesystem::remove(m_path / name);
        write(name, value.dump());
    }
    /// What opening the folder ends with; fails the test when it opens.
    [[nodiscard]] Error refused() {
        const auto opened = ModelFiles::open(m_path);
        EXPECT_FALSE(opened) << "opened";
        return opened ? Error{} : opened.error();
    }
    void expectRefused(ErrorCode code, std::string_view words) {
        const Error error = refused();
        EXPECT_EQ(errorCodeName(error.code), errorCodeName(code)) << error.message();
        EXPECT_NE(error.message().find(words), std::string::npos) << error.message();
        EXPECT_NE(error.message().find(m_root.path().string()), std::string::npos) << error.message();
    }
    TemporaryFolder m_root;
    std::filesystem::path m_path;
};

/// All values of a tensor.
[[nodiscard]] inline std::vector<float> valuesOf(const ModelFiles& files, const char* name) {
    const GgufTensor* tensor = files.findTensor(name);
    EXPECT_NE(tensor, nullptr) << name;
    std::vector<float> values(tensor->elementCount());
    EXPECT_TRUE(files.rows(*tensor, 0, values.size() / tensor->shape[0], values));
    return values;
}

}  // namespace strata::test
