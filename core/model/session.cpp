#include "core/model/session.h"

#include "core/model/session_engine.h"

namespace strata {

Session::Session(std::unique_ptr<SessionEngine> engine) : m_engine(std::move(engine)) {}

Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::open(std::shared_ptr<const StackFile> stack, SessionOptions options,
                                               const JobContext& context) {
    STRATA_TRY(std::unique_ptr<SessionEngine> engine, SessionEngine::open(std::move(stack), options, context));
    return std::unique_ptr<Session>(new Session(std::move(engine)));
}

Result<void> Session::setBudget(std::uint64_t totalBytes) {
    const MemoryTarget target{.totalBytes = totalBytes};
    STRATA_CHECK(m_engine->check(target));
    m_engine->request(target);
    return {};
}

Result<void> Session::setWeightBudget(std::uint64_t weightBytes) {
    const MemoryTarget target{.weightBytes = weightBytes};
    STRATA_CHECK(m_engine->check(target));
    m_engine->request(target);
    return {};
}

std::uint64_t Session::budget() const noexcept {
    return m_engine->target().totalBytes;
}

void Session::setDeviceBudget(std::uint64_t bytes) {
    m_engine->requestDevice(bytes);
}

std::uint64_t Session::deviceBudget() const noexcept {
    return m_engine->target().deviceBytes;
}

std::optional<DeviceRoom> Session::deviceRoom() const {
    return m_engine->deviceRoom();
}

std::uint64_t Session::deviceFullBytes() const noexcept {
    return m_engine->deviceFullBytes();
}

std::vector<SessionNotice> Session::takeNotices() {
    return m_engine->takeNotices();
}

MemoryUse Session::use() const noexcept {
    return m_engine->use();
}

std::uint64_t Session::floorBytes() const noexcept {
    return m_engine->floorBytes();
}

Result<void> Session::waitUntilSettled() {
    STRATA_CHECK(m_engine->residency().waitUntilSettled());
    m_engine->takeLoaded();
    return {};
}

Result<bool> Session::isSettled() const {
    return m_engine->isSettled();
}

Result<void> Session::applyBudget() {
    return m_engine->applyRequests();
}

Result<void> Session::useLevels(std::vector<std::uint8_t> levels) {
    const EngineLock lock(*m_engine);
    return m_engine->useLevels(std::move(levels));
}

void Session::replaySchedule(EvaluationTrace trace) {
    const EngineLock lock(*m_engine);
    m_engine->replayNext(std::move(trace));
}

void Session::reset() {
    const EngineLock lock(*m_engine);
    m_engine->rewind(0);
}

std::size_t Session::cachedTokens() const noexcept {
    return m_engine->cachedTokens();
}

const ModelConfig& Session::config() const noexcept {
    return m_engine->config();
}

const Tokenizer& Session::tokenizer() const noexcept {
    return *m_engine->tokenizer();
}

const std::shared_ptr<const StackFile>& Session::stack() const noexcept {
    return m_engine->stack();
}

}  // namespace strata
