#include "ui/controllers/stack_summary.h"

#include "core/model/model_config.h"
#include "core/stack/stack_keys.h"
#include "ui/controllers/problem_text.h"
#include "ui/controllers/quality.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

namespace strata::ui {
namespace {

QString firstText(const GgufFile& file, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        const auto value = file.getString(key);
        if (value && !value->empty()) return QString::fromStdString(*value);
    }
    return {};
}

qint64 matrixWeights(const StackFile& stack) {
    quint64 count = 0;
    for (const MatrixInfo& matrix : stack.matrices()) count += quint64{matrix.rows} * matrix.columns;
    return static_cast<qint64>(count);
}

QList<QualityPoint> curveOf(const StackFile& stack) {
    QList<QualityPoint> curve;
    for (const CurvePoint& point : stack.curve())
        curve.append({static_cast<qint64>(point.weightBytes), static_cast<double>(point.agreement),
                      static_cast<double>(point.perplexity)});
    std::ranges::sort(curve, {}, &QualityPoint::weightBytes);
    return curve;
}

/// Full where no measured point is good enough, or none was measured.
qint64 usefulBytes(const StackSummary& summary) {
    const qint64 useful = usefulFrom(summary.curve);
    return useful > 0 ? std::max(useful, summary.floorWeightBytes) : summary.fullWeightBytes;
}

QString say(const char* text) {
    return QCoreApplication::translate("StackSummary", text);
}

/// Says more than the error's code where a look at the file tells more.
Problem explain(const Error& error, const QString& path) {
    Problem problem = problemFrom(error);
    const QFileInfo file(path);
    if (file.isFile() && file.size() == 0) {
        problem.title = say(QT_TRANSLATE_NOOP("StackSummary", "“%1” is empty (0 bytes).")).arg(file.fileName());
        problem.remedy = say(QT_TRANSLATE_NOOP("StackSummary", "Download, copy or compress it again."));
    }
    if (error.code != ErrorCode::Unsupported) return problem;
    const auto gguf = GgufFile::open(QFile::encodeName(path).toStdString());
    if (!gguf) return problem;
    const auto version = gguf->getUnsigned(keys::kVersion);
    if (version && *version > keys::kStackVersion) {
        problem.title =
            say(QT_TRANSLATE_NOOP("StackSummary", "“%1” was made by a newer version of Strata.")).arg(file.fileName());
        problem.remedy = say(QT_TRANSLATE_NOOP("StackSummary", "Update Strata to use it; the file is fine."));
    } else if (gguf->find(keys::kVersion) == nullptr) {
        problem.title =
            say(QT_TRANSLATE_NOOP("StackSummary", "“%1” is a model that was not compressed yet.")).arg(file.fileName());
        problem.remedy = say(QT_TRANSLATE_NOOP("StackSummary", "Drop it on the window to compress it."));
    }
    return problem;
}

}  // namespace

StackSummary stackSummary(const strata::StackFile& stack) {
    const GgufFile& file = stack.gguf();
    const auto config = ModelConfig::fromGguf(file);
    StackSummary summary;
    summary.path = QFile::decodeName(stack.path().c_str());
    summary.name = firstText(file, {"general.name", "general.basename"});
    if (summary.name.isEmpty()) summary.name = QFileInfo(summary.path).completeBaseName();
    summary.architecture = firstText(file, {"general.architecture"});
    summary.licence = firstText(file, {"general.license", "strata.source.licence"});
    summary.parameters = config ? static_cast<qint64>(config->parameters) : matrixWeights(stack);
    summary.sizeBytes = static_cast<qint64>(file.fileSizeBytes());
    summary.floorWeightBytes = static_cast<qint64>(stack.weightBytes(stack.floorBlocks()));
    summary.fullWeightBytes = static_cast<qint64>(stack.weightBytes(stack.blocks().size()));
    summary.contextLength = config ? static_cast<qint64>(config->contextLength) : 0;
    summary.curve = curveOf(stack);
    summary.usefulWeightBytes = usefulBytes(summary);
    summary.hasChatTemplate = file.find("tokenizer.chat_template") != nullptr;
    return summary;
}

std::expected<StackSummary, Problem> readStackSummary(const QString& path) {
    const auto stack = StackFile::open(QFile::encodeName(path).toStdString());
    if (!stack) return std::unexpected(explain(stack.error(), path));
    return stackSummary(**stack);
}

}  // namespace strata::ui
