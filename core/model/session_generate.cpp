// One answer: prefill, decode, overflow, stop.
#include "core/model/session_engine.h"
#include "core/model/stop_strings.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace strata {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double medianMs(std::vector<double>& seconds) {
    if (seconds.empty()) return 0;
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::ranges::nth_element(seconds, middle);
    return *middle * 1e3;
}

/// Generates one answer while it holds the engine.
class AnswerRun {
public:
    AnswerRun(SessionEngine& engine, std::span<const TokenId> prompt, const GenerateOptions& options,
              const Session::TokenSink& sink, std::stop_token stop)
        : m_engine(engine),
          m_options(options),
          m_sink(sink),
          m_stop(std::move(stop)),
          m_sampler(options.sampling),
          m_detokenizer(engine.tokenizer(), options.start),
          m_stopStrings(options.stopStrings),
          m_sequence(prompt.begin(), prompt.end()) {}

    [[nodiscard]] Result<Generation> run();

private:
    enum class Progress { Ready, Stopped };
    using Plan = SpeculationPolicy::Plan;
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> answer();
    [[nodiscard]] Result<Progress> prefill();
    [[nodiscard]] Result<Progress> step();
    [[nodiscard]] Result<Progress> decode();
    [[nodiscard]] Result<Plan> planDrafts();
    [[nodiscard]] Result<Progress> decodeTogether(const Plan& plan);
    [[nodiscard]] Result<Progress> takeVerified(std::span<const TokenId> guesses, double spentSeconds,
                                                SpeculationPolicy::Round& round);
    [[nodiscard]] Result<TokenId> sampleRow(std::size_t row);
    [[nodiscard]] Result<Progress> evaluatePending();
    void reportBatch() const;
    [[nodiscard]] bool fitContext();
    void cut(const ContextRange& range);
    void reusePrefix();
    [[nodiscard]] Result<TokenId> sampleNext();
    [[nodiscard]] Progress accept(TokenId token);
    void finish();
    [[nodiscard]] bool show(const std::string& text) { return !m_sink || m_sink(text, m_result.tokens.size()); }
    [[nodiscard]] Progress stop(FinishReason reason) {
        m_result.finish = reason;
        return Progress::Stopped;
    }

    SessionEngine& m_engine;
    const GenerateOptions& m_options;
    const Session::TokenSink& m_sink;
    std::stop_token m_stop;
    Sampler m_sampler;
    StreamingDetokenizer m_detokenizer;
    StopStrings m_stopStrings;
    std::vector<TokenId> m_sequence;  ///< what the cache is to hold: prompt, then answer, less what was cut
    std::size_t m_lastBatch = 0;
    std::vector<double> m_stepSeconds;
    Generation m_result;
};

Result<void> AnswerRun::begin() {
    if (m_sequence.empty()) return fail(ErrorCode::InvalidArgument, "an empty prompt");
    for (const TokenId id : m_sequence)
        if (id < 0 || static_cast<std::size_t>(id) >= m_engine.config().vocabularySize)
            return fail(ErrorCode::InvalidArgument,
                        "token " + std::to_string(id) + " of the prompt is not in the vocabulary");
    m_engine.beginTrace();
    m_engine.resizes().begin();
    m_result.promptTokens = m_sequence.size();
    for (const TokenId id : m_sequence) m_sampler.accept(id);
    return {};
}

/// Where a device fails, what it was to do is done again with what is left; the sequence and the sampler are as they
/// were.
Result<void> AnswerRun::answer() {
    auto progress = prefill();
    while (!progress && m_engine.recover()) progress = prefill();
    m_engine.pace(0);
    while (progress && *progress == Progress::Ready) {
        progress = step();
        if (!progress && m_engine.recover()) progress = Progress::Ready;
    }
    m_engine.endPace();
    if (!progress) return std::unexpected(std::move(progress).error());
    return {};
}

Result<AnswerRun::Progress> AnswerRun::step() {
    STRATA_TRY(const Plan plan, planDrafts());
    return plan.drafts > 0 ? decodeTogether(plan) : decode();
}

Result<Generation> AnswerRun::run() {
    STRATA_CHECK(begin());
    auto status = answer();
    if (status) finish();
    m_result.medianTokenMs = medianMs(m_stepSeconds);
    m_result.trace = m_engine.endTrace();
    m_result.resizes = m_engine.resizes().end(m_engine.use());
    if (!status) return std::unexpected(std::move(status).error());
    return std::move(m_result);
}

/// Leaves in the cache what it shares with the sequence; the last token is always evaluated again, for its logits.
void AnswerRun::reusePrefix() {
    const auto [inCache, inSequence] = std::ranges::mismatch(m_engine.cache(), m_sequence);
    const auto common = static_cast<std::size_t>(inCache - m_engine.cache().begin());
    m_engine.rewind(std::min(common, m_sequence.size() - 1));
}

void AnswerRun::cut(const ContextRange& range) {
    m_engine.noteCut(range);
    m_sequence.erase(m_sequence.begin() + range.begin, m_sequence.begin() + range.end);
    reusePrefix();
}

/// Makes the sequence fit; false when the policy is to stop.
bool AnswerRun::fitContext() {
    while (const ContextCut* recorded = m_engine.replayedCut()) {
        if (recorded->range.end > m_sequence.size() || recorded->range.begin > recorded->range.end) break;
        if (recorded->range.begin == recorded->range.end) m_engine.rewind(0);
        cut(recorded->range);
    }
    const std::size_t capacity = m_engine.capacityTokens();
    if (m_sequence.size() <= capacity) return true;
    const auto range = planCut(m_engine.options().overflow, m_sequence.size(), capacity,
                               m_options.keepTokens.value_or(m_engine.options().keepTokens));
    if (range) cut(*range);
    return range.has_value();
}

void AnswerRun::reportBatch() const {
    if (m_options.onBatch && m_engine.cache().size() + 1 < m_sequence.size())
        m_options.onBatch(m_engine.cache().size(), m_sequence.size());
}

/// Evaluates what of the sequence is not in the cache yet.
Result<AnswerRun::Progress> AnswerRun::evaluatePending() {
    while (m_engine.cache().size() < m_sequence.size()) {
        if (m_stop.stop_requested()) return stop(FinishReason::Cancelled);
        reportBatch();
        if (!m_engine.isReplaying()) STRATA_CHECK(m_engine.takeRequests());
        if (!fitContext()) return stop(FinishReason::ContextFull);
        STRATA_TRY(m_lastBatch, m_engine.evaluate(std::span(m_sequence).subspan(m_engine.cache().size()), 1,
                                                  [&] { return m_stop.stop_requested(); }));
    }
    return Progress::Ready;
}

Result<AnswerRun::Progress> AnswerRun::prefill() {
    const Clock::time_point start = Clock::now();
    if (!m_engine.isReplaying()) STRATA_CHECK(m_engine.takeRequests());
    reusePrefix();
    const std::size_t reused = m_engine.cache().size();
    STRATA_TRY(const Progress progress, evaluatePending());
    m_result.reusedTokens = std::min(reused, m_engine.cache().size());
    if (progress == Progress::Stopped && m_result.finish == FinishReason::ContextFull)
        return fail(ErrorCode::ContextFull,
                    "the prompt of " + std::to_string(m_sequence.size()) + " tokens does not fit the context of " +
                        std::to_string(m_engine.capacityTokens()),
                    "shorten it, give the model more memory, or let old text be forgotten");
    if (progress == Progress::Stopped) return progress;
    STRATA_TRY(const TokenId token, sampleNext());
    // Not before: a device may only have noted what it is to do.
    m_result.prefillSeconds = secondsSince(start);
    m_result.timeToFirstTokenMs = secondsSince(start) * 1e3;
    return accept(token);
}

/// Evaluates the last token and chooses the next one.
Result<AnswerRun::Progress> AnswerRun::decode() {
    const Clock::time_point start = Clock::now();
    STRATA_TRY(const Progress progress, evaluatePending());
    if (progress == Progress::Stopped) return progress;
    STRATA_TRY(const TokenId token, sampleNext());
    const double seconds = secondsSince(start);
    m_result.decodeSeconds += seconds;
    m_stepSeconds.push_back(seconds);
    m_engine.pace(seconds);
    m_engine.speculation().tookPlain(seconds);
    return accept(token);
}

/// What to guess now; no drafts: decode() makes the next token.
Result<AnswerRun::Plan> AnswerRun::planDrafts() {
    Plan plan = m_engine.speculation().next();
    const auto onePending = [&] { return m_engine.cache().size() + 1 == m_sequence.size(); };
    if (plan.drafts == 0 || m_stop.stop_requested() || m_engine.isReplaying() || !onePending()) return Plan{};
    STRATA_CHECK(m_engine.takeRequests());
    // A cut of the context, or of the cache by a smaller budget, is for decode() to deal with.
    if (m_sequence.size() > m_engine.capacityTokens() || !onePending()) return Plan{};
    const std::size_t left = m_options.maximumTokens - m_result.tokens.size();
    if (m_options.maximumTokens > 0) plan.drafts = std::min(plan.drafts, left - 1);
    plan.drafts = m_engine.draftRoom(plan.drafts);
    return plan;
}

/// Guesses some tokens and evaluates them with the last one in one batch. Guesses and answer draw the same random
/// numbers, and a guess counts only when the sampler chooses the same token from the whole model's logits: the answer
/// is the one that decode() would give, to the token, whatever the guesses are.
Result<AnswerRun::Progress> AnswerRun::decodeTogether(const Plan& plan) {
    const Clock::time_point start = Clock::now();
    Sampler guessing = m_sampler;
    double allRight = 1;
    std::vector<double> doubts;
    const auto choose = [&](std::span<float> row) -> SessionEngine::Guess {
        const std::span<float> logits = row.first(m_engine.tokenizer()->vocabularySize());
        const double logSum = m_engine.kernels().logSumExp(logits.data(), logits.size());
        const TokenId token = guessing.sample(logits);
        guessing.accept(token);
        doubts.push_back(1 - std::exp(static_cast<double>(logits[static_cast<std::size_t>(token)]) - logSum));
        allRight *= 1 - plan.missRatio * doubts.back();
        return {token, allRight >= plan.confidence};
    };
    std::vector<TokenId> ids{m_sequence.back()};
    STRATA_TRY(const std::vector<TokenId> guesses, m_engine.draft(ids.front(), plan.drafts, plan.share, choose));
    ids.insert(ids.end(), guesses.begin(), guesses.end());
    SpeculationPolicy::Round round{.drafted = guesses.size(), .accepted = 0, .draftSeconds = secondsSince(start)};
    const Clock::time_point middle = Clock::now();
    m_engine.verify(ids);
    round.verifySeconds = secondsSince(middle);
    STRATA_TRY(const Progress progress, takeVerified(guesses, secondsSince(start), round));
    doubts.resize(std::min(round.accepted + 1, doubts.size()));
    round.expectedMisses = std::accumulate(doubts.begin(), doubts.end(), 0.0);
    // A round that memory or the end of the answer cut short says nothing of the guesses.
    const bool whole = progress == Progress::Ready && m_engine.holdsVerified(0);
    if (whole) m_engine.speculation().tookRound(round);
    ++m_result.speculation.rounds;
    m_result.speculation.drafted += round.drafted;
    m_result.speculation.accepted += round.accepted;
    return progress;
}

/// The answer goes on as far as the guesses were right, and one token further.
Result<AnswerRun::Progress> AnswerRun::takeVerified(std::span<const TokenId> guesses, double spentSeconds,
                                                    SpeculationPolicy::Round& round) {
    Progress progress = Progress::Ready;
    std::size_t made = 0;
    for (bool right = true; right && progress == Progress::Ready && m_engine.holdsVerified(made); ++made) {
        if (made > 0 && m_stop.stop_requested()) {
            progress = stop(FinishReason::Cancelled);
            break;
        }
        const Clock::time_point start = Clock::now();
        m_engine.commitVerified(made);
        STRATA_TRY(const TokenId token, sampleRow(made));
        spentSeconds += secondsSince(start);
        right = made < guesses.size() && token == guesses[made];
        if (right) ++round.accepted;
        progress = accept(token);
    }
    m_result.decodeSeconds += spentSeconds;
    const double tokenSeconds = spentSeconds / static_cast<double>(std::max<std::size_t>(made, 1));
    m_stepSeconds.insert(m_stepSeconds.end(), made, tokenSeconds);
    m_engine.pace(tokenSeconds);
    return progress;
}

Result<TokenId> AnswerRun::sampleNext() {
    m_engine.computeLogits(m_lastBatch - 1, 1);
    return sampleRow(0);
}

Result<TokenId> AnswerRun::sampleRow(std::size_t row) {
    // Rows beyond the tokenizer's vocabulary are padding.
    const std::size_t vocabulary = m_engine.tokenizer()->vocabularySize();
    if (const std::size_t count = m_sampler.candidatesNeeded(vocabulary); count > 0) {
        STRATA_TRY(const std::vector<RankedValue> best, m_engine.largestLogits(row, vocabulary, count));
        if (const auto token = m_sampler.sampleRanked(best)) return *token;
    }
    STRATA_CHECK(m_engine.readLogits(row, m_engine.logitRow()));
    return m_sampler.sample(m_engine.logitRow().first(vocabulary));
}

/// Takes a token into the answer, unless that ends before it.
AnswerRun::Progress AnswerRun::accept(TokenId token) {
    const std::vector<TokenId>& ends = m_engine.tokenizer()->specials().endOfTurn;
    if (!m_options.ignoreEndOfTurn && std::ranges::binary_search(ends, token)) return stop(FinishReason::EndOfTurn);
    m_result.tokens.push_back(token);
    m_sequence.push_back(token);
    m_sampler.accept(token);
    m_engine.noteToken(m_result.tokens.size());
    const StopStrings::Output output = m_stopStrings.push(m_detokenizer.push(token));
    m_result.text += output.text;
    const bool wanted = show(output.text);
    if (output.stopped) return stop(FinishReason::StopString);
    if (!wanted) return stop(FinishReason::Cancelled);
    if (m_result.tokens.size() == m_options.maximumTokens) return stop(FinishReason::MaximumTokens);
    return Progress::Ready;
}

/// Shows what was held back.
void AnswerRun::finish() {
    if (m_result.finish == FinishReason::StopString) return;
    const std::string rest = m_stopStrings.push(m_detokenizer.finish()).text + m_stopStrings.finish();
    m_result.text += rest;
    if (!rest.empty()) static_cast<void>(show(rest));
}

}  // namespace

Result<Generation> Session::generate(std::span<const TokenId> prompt, const GenerateOptions& options,
                                     const TokenSink& sink, std::stop_token stop) {
    const EngineLock lock(*m_engine);
    return AnswerRun(*m_engine, prompt, options, sink, std::move(stop)).run();
}

}  // namespace strata
