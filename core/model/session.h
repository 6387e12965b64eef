// A conversation with a loaded model whose memory can be changed at any time, also while it answers.
#pragma once

#include "core/backend.h"
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/model/context_overflow.h"
#include "core/model/model_config.h"
#include "core/model/sampler.h"
#include "core/model/speculation.h"
#include "core/stack/memory_budget.h"
#include "core/stack/residency.h"
#include "core/text/tokenizer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace strata {

class SessionEngine;

struct SessionOptions {
    std::uint64_t budgetBytes = MemoryBudget::kUnlimited;  ///< weights + KV cache + scratch
    std::size_t contextLength = 0;                         ///< 0 = the model's own, which is also the most
    std::size_t threads = 0;                               ///< 0 = all physical cores
    OverflowPolicy overflow = OverflowPolicy::Roll;
    std::size_t keepTokens = 0;  ///< beginning that Roll and TruncateMiddle keep (a system prompt)
    std::size_t prefillBatch =
        256;  ///< tokens at most; the session takes fewer where memory or responsiveness ask for it
    /// Answer as soon as StackFile::usefulBlocks() are in (or what the budget allows); the rest streams in.
    bool loadInBackground = false;
    /// Guess tokens with the first planes of what is resident and verify them in one batch: the same answers, sooner
    /// where it pays. Auto measures that.
    Speculation speculation = Speculation::Auto;
    /// Makes what computes, once, when the session opens; empty: the processor.
    std::function<Result<std::unique_ptr<Backend>>()> makeBackend = {};
    /// Of the device's own memory, the most that weights, KV cache and scratch may take there; without effect on the
    /// processor. Layers beyond it are computed by the processor; what a device needs to be there at all (its copies of
    /// small tensors) stays. budgetBytes counts it too: that is the limit on everything. Where the device tells that it
    /// has room for less, the session opens with less (DeviceGovernor follows it from there).
    std::uint64_t deviceBudgetBytes = MemoryBudget::kUnlimited;
};

/// Something that happened to the device and that people should know; the session has gone on by itself.
struct SessionNotice {
    enum class Kind : std::uint8_t {
        DeviceLost,     ///< from here on the processor computes, with all layers
        DeviceRefused,  ///< it gave less memory than it was allowed: fewer layers are there
        DeviceBusy,     ///< when the session opened it had room for less than it was allowed: likewise
    };
    Kind kind = Kind::DeviceLost;
    Error error;             ///< what the device said
    std::string deviceName;  ///< Backend::name()
};

struct GenerateOptions {
    /// OfText: an answer in a chat. WithinText: the prompt goes on.
    StreamStart start = StreamStart::WithinText;
    SamplingOptions sampling;
    std::size_t maximumTokens = 0;  ///< 0 = until the model ends its turn
    std::vector<std::string> stopStrings;
    bool ignoreEndOfTurn = false;                ///< benchmarks
    std::optional<std::size_t> keepTokens = {};  ///< instead of the session's, for this answer
    /// Called on the generating thread before each batch of several tokens is evaluated: how many of the sequence's
    /// tokens are in the cache. May call setBudget() and applyBudget().
    std::function<void(std::size_t evaluated, std::size_t total)> onBatch = {};
};

enum class FinishReason : std::uint8_t { EndOfTurn, StopString, MaximumTokens, ContextFull, Cancelled };

/// One change of memory, as it happened.
struct ResizeRecord {
    std::size_t token = 0;            ///< generated tokens when it was asked for
    std::uint64_t targetBytes = 0;    ///< budget asked for
    std::uint64_t residentBytes = 0;  ///< weights + KV + scratch when it had been applied
    double appliedMs = 0;             ///< request until memory was returned (shrink) or loaded (grow)
    bool complete = false;            ///< false: the answer ended while blocks were still being loaded
    std::uint64_t rssBefore = 0;
    std::uint64_t rssAfter = 0;
    double longestGapMs = 0;  ///< longest time between two tokens while it was under way
};

/// Tokens [begin, end) of the sequence that were forgotten before the `evaluated`-th token of an answer was evaluated.
/// An empty range: none was, and all were evaluated again (a device had failed).
struct ContextCut {
    std::size_t evaluated = 0;
    ContextRange range;
};

/// What, beside prompt and options, decided an answer: replaying it gives the same ids.
struct EvaluationTrace {
    std::vector<std::uint32_t> residentBlocks;  ///< one per evaluated token, in order: prompt, answer, re-evaluations
    std::vector<ContextCut> cuts;
};

struct Generation {
    std::string text;
    std::vector<TokenId> tokens;  ///< without the token that ended the turn
    EvaluationTrace trace;
    FinishReason finish = FinishReason::EndOfTurn;
    std::size_t promptTokens = 0;
    std::size_t reusedTokens = 0;  ///< prompt tokens found in the KV cache
    double prefillSeconds = 0;
    double decodeSeconds = 0;
    double medianTokenMs = 0;  ///< of the decode steps; 0 without any
    double timeToFirstTokenMs = 0;
    SpeculationUse speculation;
    std::vector<ResizeRecord> resizes;
};

/// Thread contract: generate() runs on one thread at a time; setBudget(), setDeviceBudget(), use(), budget(),
/// deviceBudget(), deviceRoom(), deviceFullBytes(), isSettled(), takeNotices() may be called from any thread at any
/// time. The session reads its stack's blocks from disk again whenever it grows.
class Session {
public:
    /// Loads what the budget allows. Errors: BudgetTooSmall (floor in the message), those of StackFile, Residency,
    /// Tokenizer.
    [[nodiscard]] static Result<std::unique_ptr<Session>> open(std::shared_ptr<const StackFile> stack,
                                                               SessionOptions options, const JobContext& context = {});
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Called for every token, on the generating thread, with the text that became complete (may be empty) and the
    /// number of tokens so far; once more at the end where text was held back. Return false to stop. May call
    /// setBudget() and applyBudget(), and may wait.
    using TokenSink = std::function<bool(std::string_view text, std::size_t tokens)>;

    /// Continues from `prompt`, the whole conversation in tokens: what it shares with the KV cache is not computed
    /// again. Errors: InvalidArgument (no prompt, ids outside the vocabulary), ContextFull (the prompt alone does not
    /// fit and the policy is Stop), OutOfMemory. Blocks that cannot be loaded leave the answer at the level there is:
    /// waitUntilSettled().
    [[nodiscard]] Result<Generation> generate(std::span<const TokenId> prompt, const GenerateOptions& options,
                                              const TokenSink& sink = {}, std::stop_token stop = {});

    /// Log-probabilities of ids[1..] given what precedes; windows are independent, the KV cache is emptied first.
    /// Memory is bounded: logits of a few positions at a time. Errors: as generate(), ContextFull.
    [[nodiscard]] Result<std::vector<float>> logProbabilities(std::span<const TokenId> ids);
    /// Logits of all positions of `ids`, [ids, vocabulary] (tests, oracles). The KV cache is emptied first.
    [[nodiscard]] Result<std::vector<float>> logits(std::span<const TokenId> ids);

    /// Changes the budget; safe from any thread, returns at once. Shrinking takes effect within one token; growing
    /// streams in the background. The KV cache is cut where even the floor does not fit beside it. Errors:
    /// BudgetTooSmall (nothing changes; the message states the floor).
    [[nodiscard]] Result<void> setBudget(std::uint64_t totalBytes);
    /// The same in bytes of resident weights; KV cache and scratch are not limited then.
    [[nodiscard]] Result<void> setWeightBudget(std::uint64_t weightBytes);
    [[nodiscard]] std::uint64_t budget() const noexcept;
    /// Changes SessionOptions::deviceBudgetBytes; safe from any thread, returns at once. Any value will do: layers that
    /// do not fit the device are the processor's, and move with their keys and values: between two tokens of an answer
    /// one at most, so that the budget is kept as soon as isSettled(), otherwise all at once. One stands twice
    /// meanwhile.
    void setDeviceBudget(std::uint64_t bytes);
    [[nodiscard]] std::uint64_t deviceBudget() const noexcept;
    /// What the device says now of its own memory; asks the driver. Nullopt where it does not tell, where it has none,
    /// and once it is lost.
    [[nodiscard]] std::optional<DeviceRoom> deviceRoom() const;
    /// What the model would take there if all layers were the device's, with some positions of KV cache to come; 0
    /// where there is no device that tells of its room.
    [[nodiscard]] std::uint64_t deviceFullBytes() const noexcept;
    /// What has happened to the device since the last call, oldest first; to be asked for between tokens (from a
    /// TokenSink, say) or after an answer.
    [[nodiscard]] std::vector<SessionNotice> takeNotices();
    /// From a TokenSink or onBatch only: what setBudget() asked for takes effect now, not at the next token; for a sink
    /// that waits. Errors: OutOfMemory.
    [[nodiscard]] Result<void> applyBudget();
    /// What is used now.
    [[nodiscard]] MemoryUse use() const noexcept;
    /// Bytes of the smallest budget that works: floor, first KV page, scratch.
    [[nodiscard]] std::uint64_t floorBytes() const noexcept;
    /// Waits until the blocks of the budget in force are loaded. Errors: why loading stopped.
    [[nodiscard]] Result<void> waitUntilSettled();
    /// Whether they are, and all layers where they are to be; any thread. Errors: as above.
    [[nodiscard]] Result<bool> isSettled() const;
    /// Fixed levels for evaluation, e.g. BlockSchedule::uniformLevels, until the next budget; loads what they need.
    [[nodiscard]] Result<void> useLevels(std::vector<std::uint8_t> levels);
    /// The next generate() evaluates its tokens as `trace` tells, without regard to the budget. It must start from the
    /// same KV cache (reset() before both, or the answers before it replayed too). A trace that is used up gives way to
    /// the budget.
    void replaySchedule(EvaluationTrace trace);

    /// Empties the KV cache and gives its memory back.
    void reset();
    [[nodiscard]] std::size_t cachedTokens() const noexcept;

    [[nodiscard]] const ModelConfig& config() const noexcept;
    [[nodiscard]] const Tokenizer& tokenizer() const noexcept;
    [[nodiscard]] const std::shared_ptr<const StackFile>& stack() const noexcept;

private:
    explicit Session(std::unique_ptr<SessionEngine> engine);
    std::unique_ptr<SessionEngine> m_engine;
};

}  // namespace strata
