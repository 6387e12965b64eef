// Answers: what the KV cache may and may not change, how they end, what is refused.
#include "tests/core/model/session_harness.h"

#include <fstream>
#include <thread>

namespace strata::test {
namespace {

TEST_F(SessionTest, SeedDecidesAndThreadsDoNot) {
    const auto prompt = m_model.randomIds(40, 1);
    const auto one = open({.threads = 1});
    const auto two = open({.threads = 3});
    const auto answer = generate(*one, prompt, 60);
    EXPECT_EQ(answer.tokens.size(), 60U);
    EXPECT_EQ(answer.finish, FinishReason::MaximumTokens);
    EXPECT_EQ(generate(*two, prompt, 60).tokens, answer.tokens);
    GenerateOptions other = options(60);
    other.sampling.seed = 12;
    EXPECT_NE(two->generate(prompt, other)->tokens, answer.tokens);
}

TEST_F(SessionTest, CachedPrefixesChangeNothing) {
    const auto session = open();
    const auto fresh = open();
    const auto first = m_model.randomIds(50, 2);
    const auto answer = generate(*session, first, 20);
    EXPECT_EQ(answer.reusedTokens, 0U);
    // The next turn: all that was said, and a question.
    const auto second = joined(joined(first, answer.tokens), m_model.randomIds(10, 3));
    const auto continued = generate(*session, second, 20);
    EXPECT_EQ(continued.reusedTokens, 69U);  // the last token of the answer was never evaluated
    EXPECT_EQ(continued.promptTokens, second.size());
    EXPECT_EQ(continued.tokens, generate(*fresh, second, 20).tokens);
    // An edited question shares its beginning only.
    auto edited = second;
    edited[30] ^= 1;
    const auto corrected = generate(*session, edited, 20);
    EXPECT_EQ(corrected.reusedTokens, 30U);
    fresh->reset();
    EXPECT_EQ(corrected.tokens, generate(*fresh, edited, 20).tokens);
    // The same again: only the last token is evaluated.
    const auto repeated = generate(*session, edited, 20);
    EXPECT_EQ(repeated.reusedTokens, edited.size() - 1);
    EXPECT_EQ(repeated.tokens, corrected.tokens);
}

TEST_F(SessionTest, BatchesChangeNothing) {
    const auto prompt = m_model.randomIds(200, 4);
    const auto expected = generate(*open({.prefillBatch = 1}), prompt, 10).tokens;
    for (const std::size_t batch : {2UL, 5UL, 64UL, 256UL})
        EXPECT_EQ(generate(*open({.prefillBatch = batch}), prompt, 10).tokens, expected);
}

TEST_F(SessionTest, TextArrivesWholeAndInOrder) {
    const auto session = open();
    std::string shown;
    std::size_t calls = 0;
    const auto answer =
        session->generate(m_model.randomIds(9, 5), options(80), [&](std::string_view text, std::size_t tokens) {
            shown += text;
            EXPECT_GE(tokens, calls);
            ++calls;
            return true;
        });
    ASSERT_TRUE(answer);
    EXPECT_EQ(shown, answer->text);
    EXPECT_GE(calls, 80U);
    StreamingDetokenizer detokenizer(*Tokenizer::fromGguf(session->stack()->gguf()));
    std::string whole;
    for (const TokenId token : answer->tokens) whole += detokenizer.push(token);
    EXPECT_EQ(shown, whole + detokenizer.finish());
}

TEST_F(SessionTest, StopStringsEndTheText) {
    const auto session = open();
    const auto prompt = m_model.randomIds(9, 6);
    const auto whole = session->generate(prompt, options(120));
    ASSERT_TRUE(whole);
    // Three bytes from the middle that do not occur before.
    std::size_t at = whole->text.size() / 2;
    while (whole->text.find(whole->text.substr(at, 3)) != at) ++at;
    GenerateOptions stopping = options(120);
    stopping.stopStrings = {"never to be seen", whole->text.substr(at, 3)};
    std::string shown;
    const auto stopped = session->generate(prompt, stopping, [&](std::string_view text, std::size_t) {
        shown += text;
        return true;
    });
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->finish, FinishReason::StopString);
    EXPECT_EQ(stopped->text, whole->text.substr(0, at));
    EXPECT_EQ(shown, stopped->text);
    EXPECT_LT(stopped->tokens.size(), whole->tokens.size());
}

TEST_F(SessionTest, EndOfTurnEndsTheAnswer) {
    const auto session = open();
    ASSERT_FALSE(session->tokenizer().specials().endOfTurn.empty());
    GenerateOptions ending = options(0);
    ending.ignoreEndOfTurn = false;
    ending.sampling.temperature = 3;  // nearly uniform: the end comes within some hundreds of tokens
    const auto answer = session->generate(m_model.randomIds(9, 7), ending);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->finish, FinishReason::EndOfTurn);
    for (const TokenId token : answer->tokens)
        EXPECT_THAT(session->tokenizer().specials().endOfTurn, testing::Not(testing::Contains(token)));
}

TEST_F(SessionTest, CancelsByTokenAndBySink) {
    const auto session = open();
    std::stop_source source;
    const auto stopped = session->generate(
        m_model.randomIds(9, 8), options(0),
        [&](std::string_view, std::size_t tokens) {
            if (tokens == 25) source.request_stop();
            return true;
        },
        source.get_token());
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->finish, FinishReason::Cancelled);
    EXPECT_EQ(stopped->tokens.size(), 25U);
    const auto refused = session->generate(m_model.randomIds(9, 8), options(0),
                                           [](std::string_view, std::size_t tokens) { return tokens < 7; });
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->finish, FinishReason::Cancelled);
    EXPECT_EQ(refused->tokens.size(), 7U);
    std::jthread canceller;
    std::stop_source outside;
    canceller = std::jthread([&] { outside.request_stop(); });
    EXPECT_EQ(session->generate(m_model.randomIds(9, 8), options(0), {}, outside.get_token())->finish,
              FinishReason::Cancelled);
}

TEST_F(SessionTest, OverflowPolicies) {
    const auto prompt = m_model.randomIds(60, 9);
    const auto stopping = open({.contextLength = 100, .overflow = OverflowPolicy::Stop});
    const auto stopped = generate(*stopping, prompt, 500);
    EXPECT_EQ(stopped.finish, FinishReason::ContextFull);
    EXPECT_EQ(stopped.tokens.size(), 41U);  // the last one needs no place

    for (const OverflowPolicy policy : {OverflowPolicy::Roll, OverflowPolicy::TruncateMiddle}) {
        const SessionOptions options{.contextLength = 100, .overflow = policy, .keepTokens = 10};
        const auto session = open(options);
        const auto answer = generate(*session, prompt, 300);
        EXPECT_EQ(answer.tokens.size(), 300U);
        EXPECT_FALSE(answer.trace.cuts.empty());
        EXPECT_EQ(std::vector(answer.tokens.begin(), answer.tokens.begin() + 41), stopped.tokens);
        EXPECT_LE(session->cachedTokens(), 100U);
        // What follows the first cut is what a fresh session says to the shortened context, seed and penalties apart.
        GenerateOptions greedy = this->options(60);
        greedy.sampling.temperature = 0;
        session->reset();
        const auto cut = *session->generate(prompt, greedy);
        ASSERT_FALSE(cut.trace.cuts.empty());
        auto context = joined(prompt, std::span(cut.tokens).first(41));
        const ContextRange range = cut.trace.cuts[0].range;
        EXPECT_GE(range.begin, 10U);
        context.erase(context.begin() + range.begin, context.begin() + range.end);
        greedy.maximumTokens = 19;
        session->reset();
        EXPECT_EQ(session->generate(context, greedy)->tokens, std::vector(cut.tokens.begin() + 41, cut.tokens.end()));
    }
}

TEST_F(SessionTest, PromptsLongerThanTheContext) {
    const auto prompt = m_model.randomIds(150, 10);
    const auto stopping = open({.contextLength = 100, .overflow = OverflowPolicy::Stop});
    const auto refused = stopping->generate(prompt, options(5));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::ContextFull);
    const auto rolling = open({.contextLength = 100, .overflow = OverflowPolicy::Roll, .keepTokens = 5});
    EXPECT_EQ(generate(*rolling, prompt, 5).tokens.size(), 5U);
}

TEST_F(SessionTest, BadPromptsAreRefused) {
    const auto session = open();
    for (const std::vector<TokenId>& prompt :
         {std::vector<TokenId>{}, {1, -1}, {1, static_cast<TokenId>(m_model.vocabularySize())}}) {
        const auto answer = session->generate(prompt, options(5));
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().code, ErrorCode::InvalidArgument);
    }
    EXPECT_FALSE(session->logProbabilities(std::vector<TokenId>{1, 5000}));
}

TEST_F(SessionTest, LogProbabilitiesAreThoseOfTheLogits) {
    const auto session = open();
    const auto ids = m_model.randomIds(90, 11);
    const auto logits = session->logits(ids);
    const auto scores = session->logProbabilities(ids);
    ASSERT_TRUE(logits && scores);
    ASSERT_EQ(scores->size(), 89U);
    ASSERT_EQ(logits->size(), 90 * m_model.vocabularySize());
    for (std::size_t position = 0; position < 89; ++position) {
        const std::span row = std::span(*logits).subspan(position * m_model.vocabularySize(), m_model.vocabularySize());
        double sum = 0;
        for (const float logit : row) sum += std::exp(static_cast<double>(logit));
        EXPECT_NEAR((*scores)[position],
                    static_cast<double>(row[static_cast<std::size_t>(ids[position + 1])]) - std::log(sum), 1e-4);
    }
    EXPECT_FALSE(session->logits(m_model.randomIds(513, 12)));
    EXPECT_TRUE(session->logProbabilities(std::vector<TokenId>{1})->empty());
}

TEST_F(SessionTest, UniformLevels) {
    const auto session = open();
    const auto ids = m_model.randomIds(20, 13);
    const auto whole = session->logits(ids);
    ASSERT_TRUE(session->useLevels(BlockSchedule::uniformLevels(*session->stack(), 2)));
    const auto coarse = session->logits(ids);
    ASSERT_TRUE(coarse);
    EXPECT_NE(*coarse, *whole);
    const auto expected = m_model.logits(ids, 2);
    double difference = 0, norm = 0;
    for (std::size_t token = 0; token < expected.size(); ++token) {
        difference += std::pow(static_cast<double>((*coarse)[19 * expected.size() + token]) - expected[token], 2);
        norm += expected[token] * expected[token];
    }
    EXPECT_LT(std::sqrt(difference / norm), 0.05);
    ASSERT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
    EXPECT_EQ(*session->logits(ids), *whole);
    EXPECT_FALSE(session->useLevels({1, 2, 3}));
}

TEST_F(SessionTest, DamagedBlocksAreReported) {
    const auto intact = stack();
    const BlockInfo last = intact->blocks().back();
    {
        std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(last.offset));
        file.put('\x5A');
        file.put('\xA5');
    }
    const auto opened = Session::open(stack(), {.threads = 1});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::ChecksumMismatch);
    // Without the damaged block the model still works, and growing into it says why it stops.
    const auto session = Session::open(stack(), {.budgetBytes = 0, .threads = 1});
    ASSERT_FALSE(session);
    SessionOptions small{.threads = 1};
    small.budgetBytes = 1U << 30;
    small.loadInBackground = true;
    const auto background = open(small);
    const auto status = background->waitUntilSettled();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::ChecksumMismatch);
    EXPECT_EQ(generate(*background, m_model.randomIds(5, 1), 5).tokens.size(), 5U);
}

}  // namespace
}  // namespace strata::test
