// A test with a folder of its own.
#pragma once

#include "tests/support/temporary_folder.h"

#include <iterator>

#include <gtest/gtest.h>

namespace strata::test {

class FolderTest : public testing::Test {
protected:
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder.path(); }
    [[nodiscard]] std::size_t entries() const {
        const std::filesystem::directory_iterator all(folder());
        return static_cast<std::size_t>(std::distance(begin(all), end(all)));
    }

private:
    TemporaryFolder m_folder;
};

}  // namespace strata::test
