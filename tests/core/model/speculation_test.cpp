// Speculative decoding: the answers are those of plain decoding in every circumstance, and it is left where it does not
// pay.
#include "core/base/random.h"
#include "tests/core/model/session_harness.h"

#include <cmath>
#include <map>

namespace strata::test {
namespace {

using Policy = SpeculationPolicy;

/// A machine on which a plain token takes a second; share s costs s seconds a guess, of which so many are right.
struct Machine {
    double verifySeconds = 1.2;
    double acceptance = 0.9;
    std::size_t plainTokens = 0, rounds = 0, guesses = 0;
    double carry = 0;

    void run(Policy& policy, std::size_t steps) {
        for (std::size_t step = 0; step < steps; ++step) {
            const Policy::Plan plan = policy.next();
            if (plan.drafts == 0) {
                ++plainTokens;
                policy.tookPlain(1);
                continue;
            }
            ++rounds;
            // So many right in a row, on average as many as the probability gives.
            std::size_t drafted = 1;
            double allRight = acceptance, expected = acceptance;
            for (; drafted < plan.drafts && allRight >= plan.confidence; ++drafted) expected += allRight *= acceptance;
            carry += expected;
            const auto accepted = std::min(drafted, static_cast<std::size_t>(carry));
            carry -= static_cast<double>(accepted);
            guesses += drafted;
            policy.tookRound({drafted, accepted, plan.share * static_cast<double>(drafted), verifySeconds});
        }
    }
};

TEST(SpeculationPolicy, OffNeverGuesses) {
    Policy policy(Speculation::Off);
    Machine machine;
    machine.run(policy, 500);
    EXPECT_EQ(machine.rounds, 0U);
}

TEST(SpeculationPolicy, AutoMeasuresFirstAndStaysWherePaying) {
    Policy policy(Speculation::Auto);
    EXPECT_EQ(policy.next().drafts, 0U);
    Machine machine;
    machine.run(policy, 1000);
    EXPECT_GT(machine.rounds, 900U);
    EXPECT_GT(machine.plainTokens, 10U);  // it looks again what the plain way takes
    EXPECT_EQ(policy.next().share, Policy::kShares[0]);
    EXPECT_GE(machine.guesses, 3 * machine.rounds);
}

TEST(SpeculationPolicy, AutoStopsWhereGuessesAreWrong) {
    Policy policy(Speculation::Auto);
    Machine machine{.acceptance = 0.2};
    machine.run(policy, 2000);
    EXPECT_LT(machine.rounds, 80U);
    EXPECT_GT(machine.rounds, 20U);  // and tries again now and then
}

TEST(SpeculationPolicy, AutoStopsWhereBatchesCostAsMuchAsTheirTokens) {
    Policy policy(Speculation::Auto);
    Machine machine{.verifySeconds = 4};
    machine.run(policy, 2000);
    EXPECT_LT(machine.rounds, 80U);
}

TEST(SpeculationPolicy, AutoNoticesAChange) {
    Policy policy(Speculation::Auto);
    Machine machine;
    machine.run(policy, 300);
    EXPECT_GT(policy.next().drafts, 0U);
    machine.acceptance = 0.1;
    machine.run(policy, 60);
    const std::size_t before = machine.rounds;
    machine.run(policy, 100);
    EXPECT_LT(machine.rounds - before, 40U);
    machine.acceptance = 0.9;
    machine.run(policy, 3000);
    EXPECT_GT(policy.next().drafts + machine.rounds, before + 500);
}

TEST(SpeculationPolicy, FewRightGuessesMakeFewDrafts) {
    Policy much(Speculation::On), little(Speculation::On);
    Machine good{.acceptance = 0.97}, poor{.acceptance = 0.4};
    good.run(much, 300);
    poor.run(little, 300);
    EXPECT_EQ(good.rounds, 300U);
    EXPECT_EQ(poor.rounds, 300U);
    EXPECT_GT(good.guesses, 4 * good.rounds);
    EXPECT_LT(poor.guesses, 2 * poor.rounds);
}

TEST(SpeculationPolicy, LearnsHowOftenDoubtfulGuessesAreRight) {
    Policy right(Speculation::On), wrong(Speculation::On);
    for (int round = 0; round < 50; ++round) {
        right.tookRound({.drafted = 2, .accepted = 2, .draftSeconds = 1, .verifySeconds = 1, .expectedMisses = 1});
        wrong.tookRound({.drafted = 2, .accepted = 1, .draftSeconds = 1, .verifySeconds = 1, .expectedMisses = 1});
    }
    EXPECT_LT(right.next().missRatio, 0.2);
    EXPECT_NEAR(wrong.next().missRatio, 1, 0.01);
}

class SpeculationTest : public SessionTest {
protected:
    [[nodiscard]] std::unique_ptr<Session> plain(SessionOptions options = {}) const {
        options.speculation = Speculation::Off;
        return open(options);
    }
    [[nodiscard]] std::unique_ptr<Session> guessing(SessionOptions options = {}) const {
        options.speculation = Speculation::On;
        return open(options);
    }
    static void expectSame(const Generation& guessed, const Generation& expected) {
        EXPECT_EQ(guessed.tokens, expected.tokens);
        EXPECT_EQ(guessed.text, expected.text);
        EXPECT_EQ(guessed.finish, expected.finish);
        EXPECT_EQ(guessed.trace.residentBlocks, expected.trace.residentBlocks);
        ASSERT_EQ(guessed.trace.cuts.size(), expected.trace.cuts.size());
        for (std::size_t cut = 0; cut < expected.trace.cuts.size(); ++cut)
            EXPECT_EQ(guessed.trace.cuts[cut].evaluated, expected.trace.cuts[cut].evaluated);
        EXPECT_EQ(expected.speculation.rounds, 0U);
    }
    /// The same question to both, with the options that `change` leaves.
    void compare(const SessionOptions& session, const std::function<void(GenerateOptions&)>& change,
                 std::size_t tokens = 150) {
        const auto one = plain(session);
        const auto other = guessing(session);
        SpeculationUse use;
        auto conversation = m_model.randomIds(40, 7);
        for (std::uint64_t turn = 0; turn < 3; ++turn) {
            GenerateOptions generate = options(tokens);
            generate.sampling.seed = turn;
            if (change) change(generate);
            const auto expected = one->generate(conversation, generate);
            const auto guessed = other->generate(conversation, generate);
            ASSERT_TRUE(expected && guessed);
            expectSame(*guessed, *expected);
            EXPECT_EQ(other->cachedTokens(), one->cachedTokens());
            EXPECT_EQ(guessed->reusedTokens, expected->reusedTokens);
            use.drafted += guessed->speculation.drafted;
            use.accepted += guessed->speculation.accepted;
            conversation = joined(joined(conversation, expected->tokens), m_model.randomIds(3, turn));
        }
        EXPECT_GT(use.drafted, 0U);
        EXPECT_GT(use.accepted, 0U);
        EXPECT_LT(use.accepted, use.drafted);
    }
};

TEST_F(SpeculationTest, GreedyAnswersAreTheSame) {
    compare({}, [](GenerateOptions& generate) { generate.sampling.temperature = 0; });
}

TEST_F(SpeculationTest, SampledAnswersAreTheSame) {
    compare({}, {});
    compare({.threads = 1}, [](GenerateOptions& generate) {
        generate.sampling = {.temperature = 0.7F,
                             .topP = 0.9F,
                             .topK = 20,
                             .repetitionPenalty = 1.2F,
                             .presencePenalty = 0.3F,
                             .penaltyWindow = 30,
                             .seed = 5};
    });
}

TEST_F(SpeculationTest, OverflowsAreTheSame) {
    for (const OverflowPolicy policy : {OverflowPolicy::Stop, OverflowPolicy::Roll, OverflowPolicy::TruncateMiddle}) {
        SessionOptions session{.contextLength = 250, .overflow = policy, .keepTokens = 10};
        compare(session, {}, policy == OverflowPolicy::Stop ? 60 : 200);
    }
    const SessionOptions stopping{.contextLength = 100, .overflow = OverflowPolicy::Stop};
    const auto prompt = m_model.randomIds(60, 9);
    expectSame(generate(*guessing(stopping), prompt, 500), generate(*plain(stopping), prompt, 500));
}

TEST_F(SpeculationTest, StopStringsAndLimitsAreTheSame) {
    const auto whole = generate(*plain(), m_model.randomIds(40, 7), 100);
    compare({}, [&](GenerateOptions& generate) { generate.stopStrings = {whole.text.substr(60, 3)}; });
    for (const std::size_t limit : {1U, 2U, 3U, 4U, 5U}) {
        const auto prompt = m_model.randomIds(40, limit);
        expectSame(generate(*guessing(), prompt, limit), generate(*plain(), prompt, limit));
    }
}

TEST_F(SpeculationTest, TheEndOfATurnIsTheSame) {
    compare({}, [](GenerateOptions& generate) {
        generate.ignoreEndOfTurn = false;
        generate.maximumTokens = 0;
        generate.sampling.temperature = 1.5F;
    });
}

TEST_F(SpeculationTest, CancelsWithTheToken) {
    const auto session = guessing();
    for (const std::size_t last : {5U, 6U, 7U, 8U, 9U, 10U, 11U}) {
        std::stop_source source;
        const auto stopped = session->generate(
            m_model.randomIds(9, 8), options(0),
            [&](std::string_view, std::size_t tokens) {
                if (tokens == last) source.request_stop();
                return true;
            },
            source.get_token());
        ASSERT_TRUE(stopped);
        EXPECT_EQ(stopped->finish, FinishReason::Cancelled);
        EXPECT_EQ(stopped->tokens.size(), last);
        const auto refused = session->generate(m_model.randomIds(9, 8), options(0),
                                               [&](std::string_view, std::size_t tokens) { return tokens < last; });
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->tokens.size(), last);
    }
}

TEST_F(SpeculationTest, KeepsToEveryBudgetAndLosesNothingByIt) {
    const auto reference = plain();
    const StackFile& file = *reference->stack();
    const std::uint64_t all = file.weightBytes(file.blocks().size());
    for (const double fraction : {0.6, 0.8, 1.0}) {
        const std::uint64_t budget =
            reference->floorBytes() + static_cast<std::uint64_t>(fraction * static_cast<double>(all));
        const auto one = plain({.budgetBytes = budget});
        const auto other = guessing({.budgetBytes = budget});
        const auto prompt = m_model.randomIds(90, 3);
        const auto answer = other->generate(prompt, options(150), [&](std::string_view, std::size_t) {
            EXPECT_LE(other->use().total(), budget + 4096);
            return true;
        });
        ASSERT_TRUE(answer);
        expectSame(*answer, generate(*one, prompt, 150));
    }
}

TEST_F(SpeculationTest, ChangesOfMemoryTakeEffectWithinAToken) {
    const auto session = guessing();
    const std::uint64_t floor = session->stack()->weightBytes(session->stack()->floorBlocks());
    std::size_t changedAt = 0, sinceChange = 0;
    const auto prompt = m_model.randomIds(30, 4);
    Random random(8);
    const auto answer = session->generate(prompt, options(200), [&](std::string_view, std::size_t tokens) {
        if (changedAt != 0 && ++sinceChange == 1) {
            EXPECT_LE(session->use().weightBytes, floor + 4096) << "asked for at " << changedAt;
            EXPECT_TRUE(session->setBudget(MemoryBudget::kUnlimited));
            EXPECT_TRUE(session->applyBudget());
            EXPECT_TRUE(session->waitUntilSettled());
            changedAt = sinceChange = 0;
        } else if (random.next() % 7 == 0) {
            EXPECT_TRUE(session->setBudget(session->floorBytes()));
            changedAt = tokens;
        }
        return true;
    });
    ASSERT_TRUE(answer);
    EXPECT_GT(answer->resizes.size(), 10U);
    EXPECT_GT(answer->speculation.rounds, 0U);
    // What was recorded is what a plain session needs to give the same answer.
    const auto replaying = plain();
    replaying->replaySchedule(answer->trace);
    EXPECT_EQ(generate(*replaying, prompt, 200).tokens, answer->tokens);
}

TEST_F(SpeculationTest, FixedLevelsAreTheSame) {
    const auto one = plain();
    const auto other = guessing();
    for (const unsigned level : {1U, 3U, 5U}) {
        const auto levels = BlockSchedule::uniformLevels(*one->stack(), level);
        ASSERT_TRUE(one->useLevels(levels));
        ASSERT_TRUE(other->useLevels(levels));
        expectSame(generate(*other, m_model.randomIds(20, level), 80),
                   generate(*one, m_model.randomIds(20, level), 80));
    }
}

TEST_F(SpeculationTest, OtherModelsAreTheSame) {
    TinyOptions bitstack = sessionModel(), experts = sessionModel();
    bitstack.codec = Codec::Bitstack;
    experts.experts = 4;
    for (const TinyOptions& model : {bitstack, experts}) {
        m_model = TinyModel(model);
        ASSERT_TRUE(m_model.writeStack(path()));
        compare({}, {}, 80);
    }
}

/// Outcomes of three sampled tokens, two of them from one verified batch, against their exact probabilities.
TEST_F(SpeculationTest, SampledAnswersHaveTheModelsDistribution) {
    const auto prompt = m_model.randomIds(20, 5);
    const auto exact = plain();
    const auto bestTwo = [&](const std::vector<TokenId>& ids) {
        const auto logits = exact->logits(ids);
        const std::size_t vocabulary = m_model.vocabularySize();
        std::vector<std::pair<double, TokenId>> ranked;
        for (std::size_t token = 0; token < vocabulary; ++token)
            ranked.emplace_back(static_cast<double>((*logits)[(ids.size() - 1) * vocabulary + token]),
                                static_cast<TokenId>(token));
        std::ranges::sort(ranked, std::greater());
        const double odds = std::exp((ranked[1].first - ranked[0].first) / 4);
        return std::array{std::pair{ranked[0].second, 1 / (1 + odds)}, std::pair{ranked[1].second, odds / (1 + odds)}};
    };
    std::map<std::vector<TokenId>, double> probability;
    for (const auto& [first, p1] : bestTwo(prompt))
        for (const auto& [second, p2] : bestTwo(joined(prompt, std::vector{first})))
            for (const auto& [third, p3] : bestTwo(joined(prompt, std::vector{first, second})))
                probability[{first, second, third}] = p1 * p2 * p3;
    constexpr double kRuns = 3000;
    std::map<std::vector<TokenId>, double> count;
    const auto session = guessing();
    SpeculationUse use;
    for (std::uint64_t seed = 0; seed < static_cast<std::uint64_t>(kRuns); ++seed) {
        GenerateOptions generate = options(3);
        generate.sampling.seed = seed;
        generate.sampling.topK = 2;
        generate.sampling.temperature = 4;
        const auto answer = session->generate(prompt, generate);
        ASSERT_TRUE(answer);
        ++count[answer->tokens];
        use.drafted += answer->speculation.drafted;
        use.accepted += answer->speculation.accepted;
    }
    EXPECT_EQ(use.drafted, static_cast<std::size_t>(kRuns));
    EXPECT_GT(use.accepted, use.drafted / 4);
    EXPECT_LT(use.accepted, use.drafted);
    double chiSquare = 0;
    for (const auto& [tokens, p] : probability) {
        const double expected = p * kRuns;
        EXPECT_GT(expected, 5);
        chiSquare += (count[tokens] - expected) * (count[tokens] - expected) / expected;
    }
    EXPECT_EQ(count.size(), 8U);
    EXPECT_LT(chiSquare, 24.3);  // 7 degrees of freedom: one in a thousand
}

TEST_F(SpeculationTest, AutoGivesTheSameAnswers) {
    const auto one = plain();
    const auto other = open({.speculation = Speculation::Auto});
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        const auto prompt = m_model.randomIds(20, seed);
        EXPECT_EQ(generate(*other, prompt, 300).tokens, generate(*one, prompt, 300).tokens);
    }
}

}  // namespace
}  // namespace strata::test
