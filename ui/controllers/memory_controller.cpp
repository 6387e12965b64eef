#include "ui/controllers/memory_controller.h"

#include "ui/controllers/quality.h"

#include <algorithm>

namespace strata::ui {
namespace {

// Answers shorter than this say little about speed.
constexpr int kTimedTokens = 8;
// Measurements nearer than this share of the memory are of the same place.
constexpr double kSamePlace = 0.02;
// Beyond this share of a measurement's memory, what else a token costs is not known.
constexpr double kFarthestGuess = 0.3;

}  // namespace

void SpeedRecord::add(qint64 weightBytes, double tokensPerSecond) {
    if (weightBytes <= 0 || tokensPerSecond <= 0) return;
    const auto weights = static_cast<double>(weightBytes);
    const Point point{weights, 1 / tokensPerSecond};
    m_points.removeIf([&](const Point& other) { return qAbs(other.weightBytes - weights) < kSamePlace * weights; });
    m_points.insert(std::ranges::lower_bound(m_points, weights, {}, &Point::weightBytes), point);
}

double SpeedRecord::expected(qint64 weightBytes) const {
    if (m_points.isEmpty() || weightBytes <= 0) return 0;
    const auto weights = static_cast<double>(weightBytes);
    const auto above = std::ranges::lower_bound(m_points, weights, {}, &Point::weightBytes);
    if (above != m_points.begin() && above != m_points.end()) {
        const Point& below = *(above - 1);
        const double share = (weights - below.weightBytes) / (above->weightBytes - below.weightBytes);
        return 1 / (below.secondsPerToken + share * (above->secondsPerToken - below.secondsPerToken));
    }
    const Point& nearest = above == m_points.end() ? m_points.last() : *above;
    if (qAbs(weights - nearest.weightBytes) > kFarthestGuess * nearest.weightBytes) return 0;
    return nearest.weightBytes / (weights * nearest.secondsPerToken);
}

MemoryController::MemoryController(EngineController& engine, QObject* parent) : QObject(parent), m_engine(engine) {
    connect(&engine, &EngineController::memoryChanged, this, &MemoryController::changed);
    connect(&engine, &EngineController::stateChanged, this, &MemoryController::changed);
    connect(&engine, &EngineController::yieldedChanged, this, [this] {
        emit changed();
        emit policyChanged();
    });
    connect(&engine, &EngineController::loaded, this, [this] {
        m_speed.clear();
        m_capBytes = m_engine.wantedMemory();
        emit changed();
        emit policyChanged();
    });
    connect(&engine, &EngineController::deviceFailed, this, [this] {
        m_speed.clear();
        emit changed();
    });
    connect(&engine, &EngineController::answerFinished, this, [this](RequestId, const AnswerStatistics& statistics) {
        if (statistics.tokens >= kTimedTokens) m_speed.add(memory().weightBytes, statistics.tokensPerSecond);
        emit changed();
    });
}

bool MemoryController::hasModel() const noexcept {
    return m_engine.state() == EngineState::Ready || m_engine.state() == EngineState::Answering;
}

qint64 MemoryController::minimumBytes() const noexcept {
    return memory().floorBytes;
}

qint64 MemoryController::maximumBytes() const noexcept {
    return std::max(memory().fullBytes, memory().floorBytes);
}

qint64 MemoryController::wantedBytes() const noexcept {
    if (isYielded()) return minimumBytes();
    const qint64 wanted = m_engine.wantedMemory();
    return wanted == 0 ? maximumBytes() : std::clamp(wanted, minimumBytes(), maximumBytes());
}

qint64 MemoryController::besideBytes() const noexcept {
    return std::max<qint64>(maximumBytes() - stack().fullWeightBytes, 0);
}

QList<MemoryTick> MemoryController::ticks() const {
    QList<MemoryTick> ticks;
    for (const QualityPoint& point : stack().curve) {
        const qint64 total = point.weightBytes + besideBytes();
        if (total >= minimumBytes() && total <= maximumBytes()) ticks.append({total, point.agreement});
    }
    return ticks;
}

double MemoryController::agreement(qint64 totalBytes) const {
    return agreementAt(stack().curve, totalBytes - besideBytes());
}

double MemoryController::agreementNow() const {
    return agreementAt(stack().curve, memory().weightBytes);
}

double MemoryController::expectedTokensPerSecond(qint64 totalBytes) const {
    return m_speed.expected(std::max(totalBytes - besideBytes(), stack().floorWeightBytes));
}

void MemoryController::setWanted(qint64 totalBytes) {
    m_engine.setMemory(totalBytes);
    m_capBytes = m_engine.wantedMemory();
    emit wantedByUser(m_capBytes);
    emit changed();
    emit policyChanged();
}

void MemoryController::moveTo(qint64 totalBytes, const QString& why) {
    m_engine.setMemory(totalBytes);
    emit movedByItself(totalBytes, why);
    emit changed();
}

void MemoryController::setChoice(const MemoryChoice& choice) {
    if (m_choice == choice) return;
    m_choice = choice;
    emit choiceChanged(choice);
    emit changed();
    emit policyChanged();
}

strata::MemoryPolicy MemoryController::policy() const noexcept {
    return {.mode = m_choice.mode,
            .capBytes = m_capBytes > 0 ? static_cast<quint64>(m_capBytes) : strata::MemoryPolicy::kNoCap,
            .leaveFreeBytes = static_cast<quint64>(std::max<qint64>(m_choice.leaveFreeBytes, 0))};
}

void MemoryController::toggleYield() {
    if (!hasModel()) return;
    if (isYielded())
        m_engine.restoreMemory();
    else
        m_engine.yieldMemory(m_pauseOnYield);
}

}  // namespace strata::ui
