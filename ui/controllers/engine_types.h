// The values that cross between the window and the engine's thread.
#pragma once

#include "core/model/context_overflow.h"
#include "core/model/sampler.h"
#include "core/stack/memory_governor.h"
#include "ui/controllers/device_types.h"
#include "ui/store/records.h"

#include <QList>
#include <QMetaType>
#include <QString>
#include <optional>

namespace strata::ui {

/// Numbers requests of one controller, from 1; a late result of an older request is dropped by its number.
using RequestId = quint64;

/// A failure in words for people: what happened, that nothing was lost, and the one thing to do.
struct Problem {
    QString title;   ///< one sentence
    QString detail;  ///< what the engine said, for a report; may be empty
    QString remedy;  ///< what to do, one sentence; may be empty
};

/// One measured point of a stack's quality curve.
struct QualityPoint {
    qint64 weightBytes = 0;
    double agreement = 0;  ///< share of positions whose most likely token is the source model's, 0..1
    double perplexity = 0;
    [[nodiscard]] bool operator==(const QualityPoint&) const = default;
};

/// What a stack is, read from its header.
struct StackSummary {
    QString path;
    QString name;
    QString architecture;
    QString licence;
    qint64 parameters = 0;
    qint64 sizeBytes = 0;          ///< of the file
    qint64 floorWeightBytes = 0;   ///< least that works
    qint64 usefulWeightBytes = 0;  ///< shortest prefix above kUsefulAgreement ("runs from")
    qint64 fullWeightBytes = 0;
    qint64 contextLength = 0;  ///< trained for
    QList<QualityPoint> curve;
    bool hasChatTemplate = false;
};

struct EngineOptions {
    qint64 memoryBytes = 0;    ///< weights + KV cache + scratch; 0 = as much as the stack has
    qint64 contextLength = 0;  ///< 0 = the model's own, within what memory allows
    int threads = 0;           ///< 0 = all physical cores
    OverflowPolicy overflow = OverflowPolicy::Roll;
    DeviceChoice device = {};
    DeviceBudgets deviceBudgets = {};
};

struct ChatTurn {
    Role role = Role::User;
    QString text;
};

struct AnswerRequest {
    QList<ChatTurn> turns;          ///< the whole conversation, the system prompt first where there is one
    bool continueLast = false;      ///< the last turn is an assistant's that goes on
    bool thinking = true;           ///< `enable_thinking` of templates that know it
    bool recomputeContext = false;  ///< evaluate the whole conversation anew with the blocks that are resident now
    SamplingOptions sampling;
    int maximumTokens = 0;  ///< 0 = until the model ends its turn
};

/// Measured, in bytes; about four times a second while a model is loaded.
struct MemorySnapshot {
    qint64 weightBytes = 0;
    qint64 kvBytes = 0;
    qint64 scratchBytes = 0;
    qint64 deviceBytes = 0;  ///< of these three, what stands in memory of the device's own
    /// Why it is as much: the last time that the device's room changed that; Unchanged where the user's limit alone
    /// says.
    strata::MemoryDecision deviceChange = {};
    qint64 targetBytes = 0;   ///< budget in force; the ghost while blocks are still coming or going
    qint64 floorBytes = 0;    ///< smallest budget that works now
    qint64 fullBytes = 0;     ///< with every block resident
    qint64 processBytes = 0;  ///< RSS of the program
    qint64 systemTotalBytes = 0;
    qint64 systemAvailableBytes = 0;
    int contextTokens = 0;  ///< in the KV cache
    int contextLength = 0;
    bool settled = true;  ///< false while blocks are being loaded or released
    [[nodiscard]] qint64 totalBytes() const noexcept { return weightBytes + kvBytes + scratchBytes; }
};

enum class EngineState : int { Empty, Loading, Ready, Answering };

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::Problem)
Q_DECLARE_METATYPE(strata::ui::StackSummary)
Q_DECLARE_METATYPE(strata::ui::AnswerRequest)
Q_DECLARE_METATYPE(strata::ui::MemorySnapshot)
