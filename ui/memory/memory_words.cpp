#include "ui/memory/memory_words.h"

#include "ui/models/number_text.h"

#include <QCoreApplication>
#include <cmath>

namespace strata::ui {
namespace {

constexpr double kMegabyte = 1e6;

QString say(const char* text) {
    return QCoreApplication::translate("Memory", text);
}

/// The whole percents that are reached: a stack that differs at all from its source is never said to be "100 %".
int percent(double agreement) {
    return static_cast<int>(std::floor(agreement * 100 + 1e-9));
}

}  // namespace

QString qualityWords(double agreement) {
    return qualityText(agreement);
}

QString qualityExplanation(double agreement) {
    if (agreement <= 0) return say(QT_TRANSLATE_NOOP("Memory", "The quality of this model was not measured."));
    return say(QT_TRANSLATE_NOOP("Memory",
                                 "Picks the same next word as the full model %1 times of 100, measured on text "
                                 "that was kept apart."))
        .arg(percent(agreement));
}

QString spokenMemory(qint64 bytes, qint64 fullBytes, double agreement) {
    const QString size =
        say(QT_TRANSLATE_NOOP("Memory", "%1 of %2 megabytes")).arg(megabytesFigure(bytes), megabytesFigure(fullBytes));
    if (agreement <= 0) return size;
    if (agreement < kSenseAgreement)
        return say(QT_TRANSLATE_NOOP("Memory", "%1, too little: answers may make no sense")).arg(size);
    return say(QT_TRANSLATE_NOOP("Memory", "%1, %2 percent of full quality")).arg(size).arg(percent(agreement));
}

QString megabytesFigure(qint64 bytes) {
    const double megabytes = static_cast<double>(bytes) / kMegabyte;
    return decimalText(megabytes, megabytes < 9.95 ? 1 : 0);
}

QString speedWords(double tokensPerSecond) {
    if (tokensPerSecond <= 0) return {};
    return say(QT_TRANSLATE_NOOP("Memory", "about %1 tokens/s"))
        .arg(decimalText(tokensPerSecond, tokensPerSecond < 9.95 ? 1 : 0));
}

}  // namespace strata::ui
