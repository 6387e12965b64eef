// What the memory panel shows and does, without a widget: the slider's range, its ticks in words, the speed to expect,
// and who moves it.
#pragma once

#include "core/stack/memory_governor.h"
#include "ui/controllers/engine_controller.h"

#include <QList>
#include <QObject>
#include <QString>

namespace strata::ui {

/// A place on the slider whose quality was measured.
struct MemoryTick {
    qint64 totalBytes = 0;
    double agreement = 0;
    [[nodiscard]] bool operator==(const MemoryTick&) const = default;
};

/// Speed by memory, as it was measured in this session's answers.
class SpeedRecord {
public:
    void clear() { m_points.clear(); }
    void add(qint64 weightBytes, double tokensPerSecond);
    /// 0 before anything was measured, and far from all measurements. Between two of them by interpolation of the time
    /// per token, beyond them in proportion to the weights that are read for every token.
    [[nodiscard]] double expected(qint64 weightBytes) const;

private:
    struct Point {
        double weightBytes = 0;
        double secondsPerToken = 0;
    };
    QList<Point> m_points;  // by weightBytes
};

/// Who decides: the slider alone (Fixed), or the computer's free memory below it (LeaveFree).
struct MemoryChoice {
    strata::MemoryMode mode = strata::MemoryMode::Fixed;
    qint64 leaveFreeBytes = 2'000'000'000;
    [[nodiscard]] bool operator==(const MemoryChoice&) const = default;
};

/// GUI thread. All sizes are of the whole session: weights, KV cache and scratch.
class MemoryController : public QObject {
    Q_OBJECT
public:
    explicit MemoryController(EngineController& engine, QObject* parent = nullptr);

    [[nodiscard]] bool hasModel() const noexcept;
    [[nodiscard]] const MemorySnapshot& memory() const noexcept { return m_engine.memory(); }
    [[nodiscard]] const StackSummary& stack() const noexcept { return m_engine.stack(); }
    [[nodiscard]] const DeviceInUse& device() const noexcept { return m_engine.device(); }
    [[nodiscard]] qint64 minimumBytes() const noexcept;
    [[nodiscard]] qint64 maximumBytes() const noexcept;
    /// Where the slider stands, between minimum and maximum.
    [[nodiscard]] qint64 wantedBytes() const noexcept;
    /// Bytes beside the weights: KV cache and scratch.
    [[nodiscard]] qint64 besideBytes() const noexcept;
    [[nodiscard]] QList<MemoryTick> ticks() const;
    /// Measured agreement of a session of this size; 0 where the stack has no curve.
    [[nodiscard]] double agreement(qint64 totalBytes) const;
    [[nodiscard]] double agreementNow() const;
    /// 0 = not measured yet.
    [[nodiscard]] double expectedTokensPerSecond(qint64 totalBytes) const;

    /// By the user's hand.
    void setWanted(qint64 totalBytes);
    /// By the governor: told through movedByItself().
    void moveTo(qint64 totalBytes, const QString& why);
    void setChoice(const MemoryChoice& choice);
    [[nodiscard]] const MemoryChoice& choice() const noexcept { return m_choice; }
    /// What the governor is to keep to: that choice, and the user's last place of the slider for this model.
    [[nodiscard]] strata::MemoryPolicy policy() const noexcept;
    [[nodiscard]] bool isYielded() const noexcept { return m_engine.isYielded(); }
    /// Whether an answer waits at the floor, rather than go on in poor quality.
    void setPauseOnYield(bool pause) { m_pauseOnYield = pause; }
    [[nodiscard]] bool pausesOnYield() const noexcept { return m_pauseOnYield; }
    void toggleYield();

signals:
    /// Anything above has another value.
    void changed();
    void choiceChanged(const strata::ui::MemoryChoice& choice);
    /// Another policy, or another model that it holds for: what the governor decided before no longer counts.
    void policyChanged();
    void wantedByUser(qint64 totalBytes);
    void movedByItself(qint64 totalBytes, const QString& why);

private:
    EngineController& m_engine;
    SpeedRecord m_speed;
    MemoryChoice m_choice;
    qint64 m_capBytes = 0;  // 0 = none
    bool m_pauseOnYield = true;
};

}  // namespace strata::ui
