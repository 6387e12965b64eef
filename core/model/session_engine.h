// What a Session is made of: the model on its backend, the KV cache's contents, and the memory both may take.
// Internal to core/model.
#pragma once

#include "core/base/thread_pool.h"
#include "core/cpu/cpu_backend.h"
#include "core/hybrid/split_backend.h"
#include "core/model/resize_log.h"
#include "core/model/session.h"
#include "core/model/transformer.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace strata {

/// What may be used: of everything, of weights alone, and of the device's own memory.
struct MemoryTarget {
    std::uint64_t totalBytes = MemoryBudget::kUnlimited;
    std::uint64_t weightBytes = MemoryBudget::kUnlimited;
    std::uint64_t deviceBytes = MemoryBudget::kUnlimited;
};

/// Thread contract: members under "any thread" from any thread; the others by the holder of an EngineLock only.
class SessionEngine {
public:
    [[nodiscard]] static Result<std::unique_ptr<SessionEngine>> open(std::shared_ptr<const StackFile> stack,
                                                                     const SessionOptions& options,
                                                                     const JobContext& context);

    // --- any thread ---
    [[nodiscard]] const ModelConfig& config() const noexcept { return m_config; }
    [[nodiscard]] const std::shared_ptr<const Tokenizer>& tokenizer() const noexcept { return m_tokenizer; }
    [[nodiscard]] const std::shared_ptr<const StackFile>& stack() const noexcept { return m_stack; }
    [[nodiscard]] const SessionOptions& options() const noexcept { return m_options; }
    [[nodiscard]] Residency& residency() noexcept { return *m_residency; }
    [[nodiscard]] std::uint64_t floorBytes() const noexcept { return m_floorBytes; }
    [[nodiscard]] MemoryTarget target() const;
    [[nodiscard]] MemoryUse use() const noexcept;
    [[nodiscard]] std::size_t cachedTokens() const noexcept { return m_cachedTokens; }
    /// No request waits, its blocks are loaded, and its layers are where they are to be. Errors: why loading stopped.
    [[nodiscard]] Result<bool> isSettled() const;
    /// Takes effect at once when nobody holds the engine, else before the holder's next token.
    /// The target's deviceBytes are those asked for before.
    void request(MemoryTarget target);
    /// Likewise, of the device alone.
    void requestDevice(std::uint64_t bytes);
    [[nodiscard]] std::optional<DeviceRoom> deviceRoom() const;
    [[nodiscard]] std::uint64_t deviceFullBytes() const noexcept { return m_deviceFullBytes; }
    [[nodiscard]] std::vector<SessionNotice> takeNotices();
    /// A device that keeps what it is given takes what has been loaded, when nobody holds the engine.
    void takeLoaded();
    /// Errors: BudgetTooSmall with the floor in the message.
    [[nodiscard]] Result<void> check(const MemoryTarget& target) const;

    // --- the holder of the engine ---
    /// After an error: whether the device was its cause, and the session goes on with fewer layers there, or without
    /// it. The cache is empty then, and what failed is to be tried again.
    [[nodiscard]] bool recover();
    /// While an answer is made: a step took so long (0: not known yet). Blocks that come onto the device by copies come
    /// in pieces that take no more than half of that, and one layer moves between two tokens at most, when its blocks
    /// are all where it goes. All layers concerned move at once, though, where the cache asks for more device memory
    /// than was ever allowed before those that were on their way have made room.
    void pace(double stepSeconds) noexcept;
    /// All comes at once.
    void endPace() noexcept {
        m_paced = false;
        m_stepSeconds = 0;
    }
    /// Tokens whose keys and values are in the cache.
    [[nodiscard]] std::span<const TokenId> cache() const noexcept { return m_cache; }
    /// Forgets the cache after its first `tokens` tokens, and gives their pages back.
    void rewind(std::size_t tokens);
    /// Tokens of context that fit the budget beside the smallest weights; at most the context length.
    [[nodiscard]] std::size_t capacityTokens() const;
    /// Takes the newest target, if there is one: sheds blocks at once, lets others stream in, cuts a cache that is too
    /// long.
    [[nodiscard]] Result<void> takeRequests();
    /// The same, with all that layers have to move, and recover() where a device fails.
    [[nodiscard]] Result<void> applyRequests();
    /// Evaluates the first tokens of `ids` behind the cache, as many as one batch takes (1 at least), with room for
    /// `outputs` rows of logits; returns how many. None where a new request, or isStopped, broke a long batch off: the
    /// next one is short enough to get through.
    /// Errors: BudgetTooSmall when they do not fit (see capacityTokens()), OutOfMemory.
    [[nodiscard]] Result<std::size_t> evaluate(std::span<const TokenId> ids, std::size_t outputs,
                                               const std::function<bool()>& isStopped = {});
    /// Logits of tokens [first, first + tokens) of the last batch, at most the outputs asked for; then row by row.
    void computeLogits(std::size_t first, std::size_t tokens) { m_transformer->computeLogits(first, tokens); }
    [[nodiscard]] Result<void> readLogits(std::size_t row, std::span<float> into) const {
        return m_transformer->readLogits(row, into);
    }
    /// The `count` most likely of the first `tokens` ids; logitRow() is clobbered.
    [[nodiscard]] Result<std::vector<RankedValue>> largestLogits(std::size_t row, std::size_t tokens,
                                                                 std::size_t count) {
        return m_transformer->largestLogits(row, tokens, count, m_logits);
    }
    // --- speculation: guesses behind the cache, which they do not enter ---
    /// Of so many drafts, those that take no memory that plain decoding would not be granted.
    [[nodiscard]] std::size_t draftRoom(std::size_t wanted) const;
    struct Guess {
        TokenId token = 0;
        bool goOn = true;  ///< guess what follows it too
    };
    /// Guesses up to `count` tokens behind `last`, the token behind the cache, with levels that read about `share` of
    /// the resident bytes; `choose` picks from the logits. What a plain step would do about memory is done first.
    /// Errors: as evaluate().
    [[nodiscard]] Result<std::vector<TokenId>> draft(TokenId last, std::size_t count, double share,
                                                     const std::function<Guess(std::span<float>)>& choose);
    /// After draft(): evaluates `ids` behind the cache in one batch, with all levels, and the logits of each, by
    /// readLogits(index).
    void verify(std::span<const TokenId> ids);
    /// Whether ids[index] of verify() may enter the cache: not once memory was asked for since.
    [[nodiscard]] bool holdsVerified(std::size_t index) const noexcept {
        return index < m_verified.size() && !m_hasRequest && m_verifiedAtChange == m_changes;
    }
    /// Takes it, the next one, into the cache.
    void commitVerified(std::size_t index);
    [[nodiscard]] SpeculationPolicy& speculation() noexcept { return m_speculation; }

    [[nodiscard]] const Kernels& kernels() const noexcept { return m_kernels; }
    /// Room for one row of logits.
    [[nodiscard]] std::span<float> logitRow() noexcept { return m_logits; }
    /// Gives back what batches needed.
    void relax();
    [[nodiscard]] Result<void> useLevels(std::vector<std::uint8_t> levels);

    // --- replays: what evaluate() does is recorded, or follows a record ---
    void beginTrace();
    [[nodiscard]] EvaluationTrace endTrace();
    void replayNext(EvaluationTrace trace);
    /// The cut that the replayed trace makes before the next token.
    [[nodiscard]] const ContextCut* replayedCut() const noexcept;
    [[nodiscard]] bool isReplaying() const noexcept {
        return m_replay && m_trace.residentBlocks.size() < m_replay->residentBlocks.size();
    }
    void noteCut(const ContextRange& range) { m_trace.cuts.push_back({m_trace.residentBlocks.size(), range}); }

    [[nodiscard]] ResizeLog& resizes() noexcept { return m_resizes; }
    /// Records what streamed in, and the time since the last token.
    void noteToken(std::size_t tokens);

private:
    friend class EngineLock;
    SessionEngine(std::shared_ptr<const StackFile> stack, SessionOptions options, const Kernels& kernels);
    [[nodiscard]] Result<void> create();
    [[nodiscard]] Result<void> makeTransformer();
    [[nodiscard]] Result<void> makeBackend();
    [[nodiscard]] Result<void> loadFirst(const JobContext& context);
    [[nodiscard]] Result<void> loadInSteps(std::size_t blocks, const JobContext& context);
    void note(SessionNotice::Kind kind, Error error, std::string_view device);
    void takeGauge();
    void startWithinRoom(std::size_t blocks);

    [[nodiscard]] std::uint64_t scratchFor(std::size_t tokens, std::size_t outputs) const noexcept;
    [[nodiscard]] bool hasDevice() const noexcept { return m_split != nullptr && m_split->device() != nullptr; }
    [[nodiscard]] bool keepsWeights() const noexcept { return hasDevice() && m_split->keepsWeights(); }
    [[nodiscard]] std::uint64_t deviceBudget() const noexcept { return std::min(m_active.deviceBytes, m_refusedBytes); }
    void activate(const MemoryTarget& target) noexcept;
    void planScratch() noexcept;
    void findFloor() noexcept;
    /// Blocks, positions of the cache, and scratch that there is to be room for.
    struct RoomWanted {
        std::size_t blocks = 0, tokens = 0, batch = 1, outputs = 1;
    };
    /// Whether layers move one by one.
    [[nodiscard]] bool walks() const noexcept { return m_paced && !m_atOnce && !m_cache.empty(); }
    /// Whether the part under way is on the device.
    [[nodiscard]] bool isLeaving() const noexcept;
    void findParts();
    [[nodiscard]] std::size_t plannedTokens(std::size_t tokens) const noexcept;
    [[nodiscard]] PlacementCosts placementCosts(const RoomWanted& wanted, std::size_t tokens);
    void publishFull(const RoomWanted& wanted);
    void chooseGoal(const RoomWanted& wanted);
    [[nodiscard]] Result<bool> placeLayers(const RoomWanted& wanted, bool mayStep);
    void turnTo(std::optional<std::size_t> part);
    [[nodiscard]] Result<bool> step();
    [[nodiscard]] Result<bool> bringPiece();
    [[nodiscard]] Result<bool> moveTo(Placement placement);
    void learnPiece(std::uint64_t bytes, double seconds) noexcept;
    [[nodiscard]] std::shared_ptr<const BlockSchedule> paced(std::shared_ptr<const BlockSchedule> whole) const;
    [[nodiscard]] Result<std::size_t> blocksFor(std::size_t cacheTokens, std::size_t batch, std::size_t outputs) const;
    [[nodiscard]] Result<std::size_t> makeRoom(std::size_t wanted, std::size_t outputs);
    [[nodiscard]] Result<void> makeRoomForCache();
    [[nodiscard]] Result<std::size_t> planTokens(std::size_t wanted, std::size_t outputs);
    [[nodiscard]] Result<void> useDraft(double share);
    void appendToCache(std::span<const TokenId> ids);
    [[nodiscard]] Result<std::size_t> planBatch(std::size_t wanted, std::size_t outputs);
    [[nodiscard]] Result<std::size_t> replayBatch(std::size_t wanted);
    [[nodiscard]] Result<void> holdBlocks(std::size_t blocks);
    [[nodiscard]] Result<void> useSchedule(std::shared_ptr<const BlockSchedule> schedule);
    [[nodiscard]] Result<void> reserve(std::size_t tokens, std::size_t outputs, bool exactly);
    void adaptBatch(std::size_t tokens, double elapsedMs) noexcept;
    /// A device has only noted what it is to do when a pass comes back, and cannot be asked to stop.
    [[nodiscard]] bool breaksBatches() const noexcept { return !hasDevice(); }
    void publishUse() noexcept;
    void settleIdle();

    std::shared_ptr<const StackFile> m_stack;
    SessionOptions m_options;
    std::shared_ptr<const Tokenizer> m_tokenizer;
    const Kernels& m_kernels;
    ThreadPool m_pool;
    ModelConfig m_config;
    std::unique_ptr<Backend> m_backend;
    SplitBackend* m_split = nullptr;  ///< m_backend, where there was a device when the session opened
    std::unique_ptr<Transformer> m_transformer;
    std::unique_ptr<Residency> m_residency;
    std::vector<float> m_logits;
    std::uint64_t m_ownBytes = 0;  ///< of what the session itself allocates per vocabulary entry
    std::atomic<std::uint64_t> m_floorBytes{0};
    std::atomic<std::uint64_t> m_floorKvBytes{0};

    std::vector<TokenId> m_cache;
    MemoryTarget m_active;                            ///< the target in force
    std::size_t m_plannedBatch = 1;                   ///< whose scratch is set aside under it
    std::shared_ptr<const BlockSchedule> m_schedule;  ///< what the backend uses
    bool m_scheduleDue = false;                       ///< the backend has not taken it yet, or not as it now is
    std::size_t m_keptBlocks = 0;                     ///< whose copies the device has
    bool m_placementDue = true;                       ///< m_goal was chosen for another target
    Placement m_goal;                                 ///< where the layers are to be
    std::optional<std::size_t> m_underWay;            ///< the part that is made ready to move
    std::size_t m_preparedBlocks = 0;                 ///< before which its own are on the device, when it goes there
    std::uint64_t m_comingBytes = 0;                  ///< of them, with the next use()
    bool m_atOnce = false;
    std::uint64_t m_walkBytes = 0;     ///< on the device, had the request in force not been made; 0: none was
    std::uint64_t m_ceilingBytes = 0;  ///< which the device may take before all has moved
    std::uint64_t m_refusedBytes = MemoryBudget::kUnlimited;  ///< the device has refused more than that
    unsigned m_refusals = 0;
    std::vector<std::vector<bool>> m_parts;  ///< matrices of each layer, of the embedding, of the head
    std::vector<std::uint64_t> m_partBytes;  ///< of each on the device, with m_partBlocks blocks
    std::size_t m_partBlocks = 0;
    bool m_paced = false;
    double m_stepSeconds = 0;        ///< of the answer in hand, smoothed
    std::uint64_t m_pieceBytes = 0;  ///< that may come onto the device at once
    bool m_fixedLevels = false;
    std::uint64_t m_changes = 0;  ///< requests taken
    SpeculationPolicy m_speculation;
    std::shared_ptr<const BlockSchedule> m_draft;  ///< a view of m_schedule that reads m_draftShare of it
    double m_draftShare = 0;
    std::vector<TokenId> m_verified;
    std::uint64_t m_verifiedAtChange = 0;
    std::size_t m_reservedTokens = 0;
    std::size_t m_reservedOutputs = 0;
    std::size_t m_batch = 0;       ///< tokens of the next batch at most
    std::size_t m_wholeBatch = 0;  ///< tokens that one may have without holding a request up for long
    EvaluationTrace m_trace;
    std::optional<EvaluationTrace> m_replay;
    ResizeLog m_resizes;

    mutable std::mutex m_requestMutex;
    MemoryTarget m_requested;                    ///< under m_requestMutex
    std::vector<SessionNotice> m_notices;        ///< likewise
    std::shared_ptr<const DeviceGauge> m_gauge;  ///< likewise; changed by the holder of the engine alone
    std::atomic<bool> m_hasRequest{false};
    std::atomic<bool> m_busy{false};
    std::atomic<bool> m_isWalking{false};  ///< layers are not where they are to be
    std::atomic<std::uint64_t> m_kvBytes{0};
    std::atomic<std::uint64_t> m_scratchBytes{0};
    std::atomic<std::uint64_t> m_deviceWeightBytes{0};
    std::atomic<std::uint64_t> m_deviceBytes{0};
    std::atomic<std::uint64_t> m_deviceFullBytes{0};
    std::atomic<std::size_t> m_cachedTokens{0};
};

/// Holds the engine: one thread at a time; the others wait. On release, what was requested meanwhile takes effect.
class EngineLock {
public:
    explicit EngineLock(SessionEngine& engine);
    ~EngineLock();
    EngineLock(const EngineLock&) = delete;
    EngineLock& operator=(const EngineLock&) = delete;

private:
    SessionEngine& m_engine;
};

}  // namespace strata
