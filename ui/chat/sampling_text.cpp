#include "ui/chat/sampling_text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>

namespace strata::ui {
namespace {

double number(const QJsonObject& object, const char* key, double fallback, double least, double most) {
    const double value = object.value(QLatin1String(key)).toDouble(fallback);
    return value >= least && value <= most ? value : fallback;
}

}  // namespace

QString samplingToText(const PresetRecord& sampling) {
    QJsonObject object{{QStringLiteral("temperature"), sampling.temperature},
                       {QStringLiteral("topP"), sampling.topP},
                       {QStringLiteral("topK"), sampling.topK},
                       {QStringLiteral("minP"), sampling.minP},
                       {QStringLiteral("repetition"), sampling.repetitionPenalty},
                       {QStringLiteral("presence"), sampling.presencePenalty},
                       {QStringLiteral("frequency"), sampling.frequencyPenalty},
                       {QStringLiteral("maximumTokens"), sampling.maximumTokens}};
    if (sampling.seed) object.insert(QStringLiteral("seed"), QString::number(*sampling.seed));
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

PresetRecord samplingFromText(const QString& text) {
    const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
    PresetRecord sampling;
    sampling.temperature = number(object, "temperature", sampling.temperature, 0, 2);
    sampling.topP = number(object, "topP", sampling.topP, 0, 1);
    sampling.topK = static_cast<int>(number(object, "topK", sampling.topK, 0, 1000));
    sampling.minP = number(object, "minP", sampling.minP, 0, 1);
    sampling.repetitionPenalty = number(object, "repetition", sampling.repetitionPenalty, 1, 2);
    sampling.presencePenalty = number(object, "presence", sampling.presencePenalty, -2, 2);
    sampling.frequencyPenalty = number(object, "frequency", sampling.frequencyPenalty, -2, 2);
    sampling.maximumTokens = static_cast<int>(number(object, "maximumTokens", 0, 0, 1 << 20));
    bool hasSeed = false;
    const quint64 seed = object.value(QLatin1String("seed")).toString().toULongLong(&hasSeed);
    if (hasSeed) sampling.seed = seed;
    return sampling;
}

SamplingOptions samplingOptions(const PresetRecord& sampling) {
    SamplingOptions options;
    options.temperature = static_cast<float>(sampling.temperature);
    options.topP = static_cast<float>(sampling.topP);
    options.topK = static_cast<std::uint32_t>(sampling.topK);
    options.minP = static_cast<float>(sampling.minP);
    options.repetitionPenalty = static_cast<float>(sampling.repetitionPenalty);
    options.presencePenalty = static_cast<float>(sampling.presencePenalty);
    options.frequencyPenalty = static_cast<float>(sampling.frequencyPenalty);
    options.seed = sampling.seed ? *sampling.seed : QRandomGenerator::global()->generate64();
    return options;
}

}  // namespace strata::ui
