// A folder with the tiny model as a source and as a stack.
#pragma once

#include "tests/app/subprocess.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <string>

#include <gtest/gtest.h>

namespace strata::test {

class CliTest : public testing::Test {
protected:
    void SetUp() override {
        // Large enough that pages of memory do not matter; flat logits, so that answers are long and vary.
        const TinyModel model({.layers = 4, .embedding = 128, .feedForward = 256, .embeddingSpread = 0.05F});
        const auto source = model.writeGguf(m_folder / "tiny.gguf");
        ASSERT_TRUE(source) << source.error().message();
        const auto stack = model.writeStack(m_folder / "tiny.strata");
        ASSERT_TRUE(stack) << stack.error().message();
    }
    [[nodiscard]] std::string file(std::string_view name) const { return (m_folder / name).string(); }
    [[nodiscard]] std::string stack() const { return file("tiny.strata"); }
    TemporaryFolder m_folder;
};

}  // namespace strata::test
