// A session on a tiny stack.
#pragma once

#include "core/model/session.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <gmock/gmock.h>

namespace strata::test {

/// Decided enough that greedy answers do not fall into one token, small enough for thousands of tokens a second.
inline TinyOptions sessionModel() {
    return {.embedding = 64, .feedForward = 128, .contextLength = 512, .tied = false, .seed = 3};
}

class SessionTest : public testing::Test {
protected:
    SessionTest() { EXPECT_TRUE(m_model.writeStack(path())); }

    [[nodiscard]] std::filesystem::path path() const { return m_folder / "tiny.strata"; }
    [[nodiscard]] std::shared_ptr<const StackFile> stack() const { return *StackFile::open(path()); }
    [[nodiscard]] std::unique_ptr<Session> open(SessionOptions options = {}) const {
        if (options.threads == 0) options.threads = 2;
        auto session = Session::open(stack(), options);
        EXPECT_TRUE(session) << session.error().message();
        return *std::move(session);
    }
    [[nodiscard]] Generation generate(Session& session, std::span<const TokenId> prompt, std::size_t tokens) const {
        auto generation = session.generate(prompt, options(tokens));
        EXPECT_TRUE(generation) << generation.error().message();
        return *std::move(generation);
    }
    /// Sampled, so that a change of weights shows in the ids.
    [[nodiscard]] static GenerateOptions options(std::size_t tokens) {
        return {.sampling = {.temperature = 1, .topP = 1, .topK = 0, .minP = 0, .seed = 11},
                .maximumTokens = tokens,
                .stopStrings = {},
                .ignoreEndOfTurn = true};
    }
    [[nodiscard]] static std::vector<TokenId> joined(std::vector<TokenId> first, std::span<const TokenId> second) {
        first.insert(first.end(), second.begin(), second.end());
        return first;
    }

    TinyModel m_model{sessionModel()};
    TemporaryFolder m_folder;
};

}  // namespace strata::test
