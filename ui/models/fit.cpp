#include "ui/models/fit.h"

#include "ui/models/number_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr qint64 kScratchBytes = 48'000'000;

QString say(const char* text) {
    return QCoreApplication::translate("Fit", text);
}

}  // namespace

// A rough figure: 2,000 positions of KV cache in 16 bits are some 4 to 6 % of the weights of large models, and stay
// within the fixed part, scratch included, for the smallest.
qint64 workingBytes(const StackSummary& stack) noexcept {
    return kScratchBytes + stack.fullWeightBytes / 16;
}

Fit fitOf(const StackSummary& stack, const MemoryForFit& memory) noexcept {
    if (memory.availableBytes < 0 || stack.fullWeightBytes <= 0) return {};
    const qint64 forWeights = memory.availableBytes + memory.heldBytes - workingBytes(stack);
    if (forWeights >= stack.fullWeightBytes) return {FitKind::Fits, 0, 0};
    if (forWeights < stack.floorWeightBytes) return {FitKind::TooBig, 0, stack.floorWeightBytes - forWeights};
    const auto above =
        std::ranges::find_if(stack.curve, [&](const QualityPoint& point) { return point.weightBytes > forWeights; });
    return {FitKind::FitsBelow, above != stack.curve.end() ? above->agreement : 0, 0};
}

QString fitText(const Fit& fit) {
    switch (fit.kind) {
        case FitKind::Fits:
            return say(QT_TRANSLATE_NOOP("Fit", "fits"));
        case FitKind::FitsBelow:
            if (fit.agreement <= 0) return say(QT_TRANSLATE_NOOP("Fit", "fits in part"));
            return say(QT_TRANSLATE_NOOP("Fit", "fits below %1")).arg(percentText(fit.agreement));
        case FitKind::TooBig:
            return say(QT_TRANSLATE_NOOP("Fit", "too big even at its floor"));
        case FitKind::Unknown:
            break;
    }
    return {};
}

QString missingText(const Fit& fit) {
    if (fit.kind != FitKind::TooBig) return {};
    return say(QT_TRANSLATE_NOOP("Fit", "needs %1 more than is free")).arg(bytesText(fit.missingBytes));
}

QString rangeText(const StackSummary& stack) {
    return say(QT_TRANSLATE_NOOP("Fit", "runs from %1 to %2"))
        .arg(bytesText(stack.usefulWeightBytes), bytesText(stack.fullWeightBytes));
}

}  // namespace strata::ui
