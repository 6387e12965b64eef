// Opening a session's engine, and evaluating tokens with it.
#include "core/model/session_engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace strata {
namespace {

constexpr std::size_t kSmallestContext = 16;
constexpr std::size_t kFirstBatch = 32;
constexpr std::size_t kSmallestBatch = 8;
// How long a request for memory, or to stop, may wait for a batch that cannot be broken off.
constexpr double kWholeBatchMs = 75;
// Of one that can: so long that weights are worth being expanded for it, and that whoever watches sees it go on.
constexpr double kBrokenBatchMs = 2000;
constexpr std::uint64_t kLoadStepBytes = std::uint64_t{64} << 20;
// Times that a device may refuse memory before it is left alone.
constexpr unsigned kMostRefusals = 6;

}  // namespace

SessionEngine::SessionEngine(std::shared_ptr<const StackFile> stack, SessionOptions options, const Kernels& kernels)
    : m_stack(std::move(stack)),
      m_options(options),
      m_kernels(kernels),
      m_pool(options.threads),
      m_speculation(options.speculation) {}

Result<std::unique_ptr<SessionEngine>> SessionEngine::open(std::shared_ptr<const StackFile> stack,
                                                           const SessionOptions& options, const JobContext& context) {
    STRATA_TRY(const Kernels* kernels, chooseKernels());
    std::unique_ptr<SessionEngine> engine(new SessionEngine(std::move(stack), options, *kernels));
    STRATA_CHECK(engine->create());
    STRATA_CHECK(engine->loadFirst(context));
    return engine;
}

Result<void> SessionEngine::create() {
    STRATA_TRY(ModelConfig config, ModelConfig::fromGguf(m_stack->gguf()));
    STRATA_CHECK(checkShapes(config, *m_stack));
    STRATA_TRY(m_tokenizer, Tokenizer::fromGguf(m_stack->gguf()));
    if (m_tokenizer->vocabularySize() > config.vocabularySize)
        return inFile({ErrorCode::Corrupt, "the tokenizer has more tokens than the embedding has rows", {}, {}},
                      m_stack->path().string());
    if (m_options.contextLength == 0) m_options.contextLength = config.contextLength;
    m_options.contextLength = std::min(m_options.contextLength, config.contextLength);
    if (m_options.contextLength < kSmallestContext)
        return fail(ErrorCode::InvalidArgument,
                    "a context of " + std::to_string(m_options.contextLength) + " tokens is too short");
    config.useContext(m_options.contextLength);
    m_config = std::move(config);
    m_options.prefillBatch = std::max<std::size_t>(m_options.prefillBatch, 1);
    m_batch = m_wholeBatch = std::min(kFirstBatch, m_options.prefillBatch);
    m_logits.resize(m_config.vocabularySize);
    // A row of logits, and the sampler's candidates (a logit and an id each).
    m_ownBytes = std::uint64_t{m_config.vocabularySize} * (sizeof(float) + sizeof(float) + sizeof(TokenId));
    STRATA_CHECK(makeBackend());
    if (auto status = makeTransformer(); !status) {
        const auto failure = m_split == nullptr ? std::nullopt : m_split->takeDeviceFailure();
        if (!failure) return status;
        note(SessionNotice::Kind::DeviceLost, *failure, m_split->device()->name());
        m_options.makeBackend = {};
        STRATA_CHECK(makeBackend());
        STRATA_CHECK(makeTransformer());
    }
    STRATA_TRY(m_residency, Residency::create(m_stack, keepsWeights() ? PageSize::Base : PageSize::Huge));
    findFloor();
    return {};
}

Result<void> SessionEngine::makeTransformer() {
    StackBinder binder(*m_stack, *m_backend);
    STRATA_TRY(Transformer transformer, Transformer::create(m_config, *m_backend, binder));
    m_transformer = std::make_unique<Transformer>(std::move(transformer));
    return {};
}

Result<void> SessionEngine::makeBackend() {
    auto host = std::make_unique<CpuBackend>(m_pool, m_kernels);
    m_split = nullptr;
    m_backend = std::move(host);
    takeGauge();
    if (!m_options.makeBackend) return {};
    STRATA_TRY(std::unique_ptr<Backend> device, m_options.makeBackend());
    auto split = std::make_unique<SplitBackend>(std::move(device), std::move(m_backend), m_config.layers.size());
    m_split = split.get();
    m_goal = m_split->placement();
    findParts();
    m_backend = std::move(split);
    takeGauge();
    return {};
}

Result<void> SessionEngine::loadFirst(const JobContext& context) {
    m_requested.totalBytes = m_options.budgetBytes;
    m_requested.deviceBytes = m_options.deviceBudgetBytes;
    STRATA_CHECK(check(m_requested));
    activate(m_requested);
    const auto load = [&]() -> Result<void> {
        STRATA_TRY(std::size_t blocks, blocksFor(1, m_plannedBatch, 1));
        startWithinRoom(blocks);
        STRATA_TRY(const bool moved, placeLayers({.blocks = blocks, .tokens = 1, .batch = m_plannedBatch}, false));
        if (moved) {
            STRATA_TRY(blocks, blocksFor(1, m_plannedBatch, 1));
        }
        STRATA_CHECK(reserve(1, 1, true));
        const std::size_t first = m_options.loadInBackground ? std::min(blocks, m_stack->usefulBlocks()) : blocks;
        STRATA_CHECK(loadInSteps(first, context));
        m_residency->setTarget(blocks);
        return useSchedule(m_residency->current());
    };
    auto status = load();
    while (!status && recover()) status = load();
    publishUse();
    return status;
}

/// A device that keeps what it is given takes it in steps, so that little stands twice.
Result<void> SessionEngine::loadInSteps(std::size_t blocks, const JobContext& context) {
    if (!keepsWeights()) return m_residency->load(blocks, context);
    for (std::size_t loaded = m_stack->floorBlocks();;) {
        loaded = std::min(loaded, blocks);
        const double share = static_cast<double>(loaded) / static_cast<double>(blocks);
        JobContext step = context;
        step.progress = [&](const Progress& progress) { context.report(progress.stage, progress.fraction * share); };
        STRATA_CHECK(m_residency->load(loaded, step));
        STRATA_CHECK(useSchedule(m_residency->current()));
        if (loaded == blocks) return {};
        loaded = std::max(loaded + 1, m_stack->fit(m_stack->weightBytes(loaded) + kLoadStepBytes));
    }
}

void SessionEngine::note(SessionNotice::Kind kind, Error error, std::string_view device) {
    const std::lock_guard lock(m_requestMutex);
    m_notices.push_back({kind, std::move(error), std::string(device)});
}

bool SessionEngine::recover() {
    if (!hasDevice()) return false;
    auto failure = m_split->takeDeviceFailure();
    if (!failure) return false;
    const std::string name(m_split->device()->name());
    // What was computed with it is not sure.
    m_cache.clear();
    m_trace.cuts.push_back({m_trace.residentBlocks.size(), {}});
    m_split->truncateKv(0);
    m_reservedTokens = m_reservedOutputs = 0;
    m_scheduleDue = m_placementDue = true;
    turnTo(std::nullopt);
    const bool isRefused = failure->code == ErrorCode::OutOfMemory && m_split->placement().uses(Side::Device);
    if (isRefused && m_refusals++ < kMostRefusals && m_split->reserveTokens(0, 0)) {
        // A little less than what it has given, so that its own needs find room too.
        const std::uint64_t given = std::min(m_split->deviceMemory().totalBytes, m_refusedBytes);
        m_refusedBytes = given - given / 8;
        note(SessionNotice::Kind::DeviceRefused, *std::move(failure), name);
    } else {
        const auto dropped = m_split->dropDevice();
        takeGauge();
        if (!dropped) return false;
        m_keptBlocks = 0;
        m_isWalking = false;
        note(SessionNotice::Kind::DeviceLost, *std::move(failure), name);
    }
    planScratch();
    findFloor();
    publishUse();
    return true;
}

void SessionEngine::pace(double stepSeconds) noexcept {
    m_stepSeconds = m_stepSeconds > 0 ? 0.75 * m_stepSeconds + 0.25 * stepSeconds : stepSeconds;
    m_paced = true;
}

void SessionEngine::rewind(std::size_t tokens) {
    if (tokens >= m_cache.size()) return;
    m_cache.resize(tokens);
    m_backend->truncateKv(tokens);
    publishUse();
}

Result<std::size_t> SessionEngine::evaluate(std::span<const TokenId> ids, std::size_t outputs,
                                            const std::function<bool()>& isStopped) {
    STRATA_TRY(const std::size_t count, makeRoom(ids.size(), outputs));
    const auto isInterrupted = [&] { return (m_hasRequest && !isReplaying()) || (isStopped && isStopped()); };
    const bool mayBreak = count > m_wholeBatch && breaksBatches();
    const auto start = std::chrono::steady_clock::now();
    if (!m_transformer->forward(ids.first(count), m_cache.size(), mayBreak ? isInterrupted : std::function<bool()>())) {
        m_batch = m_wholeBatch;  // the next one gets through
        return 0;
    }
    appendToCache(ids.first(count));
    adaptBatch(count, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    return count;
}

void SessionEngine::appendToCache(std::span<const TokenId> ids) {
    m_cache.insert(m_cache.end(), ids.begin(), ids.end());
    m_trace.residentBlocks.insert(m_trace.residentBlocks.end(), ids.size(),
                                  static_cast<std::uint32_t>(m_schedule->residentBlocks()));
    m_cachedTokens = m_cache.size();
}

void SessionEngine::adaptBatch(std::size_t tokens, double elapsedMs) noexcept {
    if (tokens < std::min(m_batch, kFirstBatch)) return;  // weights are read for each batch: short ones say little
    const auto lasting = [&](double ms) {
        const double fitting = ms / elapsedMs * static_cast<double>(tokens);
        return fitting < static_cast<double>(m_options.prefillBatch)
                   ? std::max(static_cast<std::size_t>(fitting), std::min(kSmallestBatch, m_options.prefillBatch))
                   : m_options.prefillBatch;
    };
    m_wholeBatch = lasting(kWholeBatchMs);
    m_batch = breaksBatches() ? lasting(kBrokenBatchMs) : m_wholeBatch;
}

void SessionEngine::beginTrace() {
    m_trace = {};
}

EvaluationTrace SessionEngine::endTrace() {
    m_replay.reset();
    return std::exchange(m_trace, {});
}

void SessionEngine::replayNext(EvaluationTrace trace) {
    m_replay = std::move(trace);
}

const ContextCut* SessionEngine::replayedCut() const noexcept {
    if (!m_replay || m_trace.cuts.size() >= m_replay->cuts.size()) return nullptr;
    const ContextCut& next = m_replay->cuts[m_trace.cuts.size()];
    return next.evaluated == m_trace.residentBlocks.size() ? &next : nullptr;
}

EngineLock::EngineLock(SessionEngine& engine) : m_engine(engine) {
    while (m_engine.m_busy.exchange(true)) m_engine.m_busy.wait(true);
}

EngineLock::~EngineLock() {
    if (m_engine.m_isWalking) static_cast<void>(m_engine.applyRequests());  // an error shows with the next token
    m_engine.relax();
    m_engine.m_busy = false;
    m_engine.m_busy.notify_one();
    m_engine.settleIdle();
}

}  // namespace strata
