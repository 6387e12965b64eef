#include "ui/controllers/source_inspector.h"

#include "core/base/file.h"
#include "core/base/system_info.h"
#include "core/compress/compressor.h"
#include "core/io/gguf_set.h"
#include "core/model/model_config.h"
#include "core/stack/stack_keys.h"
#include "ui/controllers/problem_text.h"
#include "ui/controllers/stack_summary.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QThread>
#include <algorithm>

namespace strata::ui {
namespace {

// Seconds of one core for a parameter and a plane, from compressing the sample model; a guess, and shown as one.
constexpr double kSecondsPerParameterPlane = 4.5e-7;
constexpr int kHeadBytes = 4096;

std::filesystem::path native(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

QString text(const GgufFile& file, const char* key) {
    return QString::fromStdString(file.getString(key).value_or(std::string()));
}

QString tokenizerText(const GgufFile& file) {
    const GgufValue* tokens = file.find("tokenizer.ggml.tokens");
    const auto* list = tokens == nullptr ? nullptr : std::get_if<GgufArray>(&tokens->value);
    if (list == nullptr) return {};
    return QObject::tr("%1, %2 tokens")
        .arg(text(file, "tokenizer.ggml.model"), QLocale().toString(static_cast<qulonglong>(list->count)));
}

void describeStack(SourceDescription& source) {
    source.kind = FoundKind::Stack;
    const auto summary = readStackSummary(source.path);
    if (!summary) {
        source.problem = summary.error();
        return;
    }
    source.name = summary->name;
    source.architecture = summary->architecture;
    source.licence = summary->licence;
    source.parameters = summary->parameters;
    source.sizeBytes = summary->sizeBytes;
    source.hasChatTemplate = summary->hasChatTemplate;
    source.isUsable = true;
}

void describeGguf(SourceDescription& source) {
    source.kind = FoundKind::Gguf;
    const auto set = GgufSet::open(native(source.path));
    if (!set) {
        source.problem = problemFrom(set.error());
        return;
    }
    const GgufFile& file = set->first();
    if (file.find(keys::kVersion) != nullptr) return describeStack(source);
    source.name = text(file, "general.name");
    source.architecture = text(file, "general.architecture");
    source.licence = text(file, "general.license");
    source.tokenizer = tokenizerText(file);
    source.sizeBytes = static_cast<qint64>(set->fileSizeBytes());
    source.hasChatTemplate = file.find("tokenizer.chat_template") != nullptr;
    if (const auto config = ModelConfig::fromGguf(file)) source.parameters = static_cast<qint64>(config->parameters);
    CompressOptions options;
    options.source = native(source.path);
    const auto estimate = estimateCompression(options);
    source.isUsable = estimate.has_value();
    if (!estimate) source.problem = problemFrom(estimate.error());
}

/// A folder is a model where it has weights and a configuration; anything else in it does not matter.
void describeFolder(SourceDescription& source) {
    const QDir folder(source.path);
    const QFileInfoList weights =
        folder.entryInfoList({QStringLiteral("*.safetensors"), QStringLiteral("*.pt")}, QDir::Files);
    for (const QFileInfo& file : weights) source.sizeBytes += file.size();
    if (weights.isEmpty() || !folder.exists(QStringLiteral("config.json"))) {
        source.problem = {.title = QObject::tr("There is no model in the folder “%1”.").arg(source.name),
                          .detail = QObject::tr("A model's folder holds config.json and .safetensors files."),
                          .remedy = QObject::tr("Drop a model file or a model's folder instead.")};
        return;
    }
    const bool isBitStack =
        std::ranges::any_of(weights, [](const QFileInfo& file) { return file.suffix() == QLatin1String("pt"); });
    source.kind = isBitStack ? FoundKind::BitStack : FoundKind::HuggingFace;
    CompressOptions options;
    options.source = native(source.path);
    const auto estimate = estimateCompression(options);
    source.isUsable = estimate.has_value();
    if (!estimate) source.problem = problemFrom(estimate.error());
}

Problem notAModel(const QFileInfo& file) {
    const QString name = file.fileName();
    if (!file.exists())
        return {.title = QObject::tr("“%1” is no longer there.").arg(name),
                .detail = file.filePath(),
                .remedy = QObject::tr("Check that its disk is connected.")};
    if (file.size() == 0)
        return {.title = QObject::tr("“%1” is empty.").arg(name),
                .detail = file.filePath(),
                .remedy = QObject::tr("Download or copy it again.")};
    return {.title = QObject::tr("“%1” is not a model.").arg(name),
            .detail = file.filePath(),
            .remedy = QObject::tr("Drop a .strata or a .gguf file, or a model's folder.")};
}

bool isConversation(const QByteArray& head) {
    return head.trimmed().startsWith('{') && head.contains("\"messages\"");
}

/// Runs the questions in order, on its own thread.
class InspectorWorker : public QObject {};

}  // namespace

SourceDescription inspectSource(const QString& path) {
    const QFileInfo info(path);
    SourceDescription source;
    source.path = info.absoluteFilePath();
    source.name = info.isDir() ? QDir(source.path).dirName() : info.completeBaseName();
    if (info.isDir()) {
        describeFolder(source);
        return source;
    }
    source.sizeBytes = info.size();
    QFile file(path);
    const QByteArray head = file.open(QIODevice::ReadOnly) ? file.read(kHeadBytes) : QByteArray();
    if (head.startsWith("GGUF")) {
        const QString fileName = source.name;
        describeGguf(source);
        if (source.name.isEmpty()) source.name = fileName;
    } else if (isConversation(head)) {
        source.kind = FoundKind::Conversation;
        source.isUsable = true;
    } else {
        source.problem = notAModel(info);
    }
    return source;
}

CompressionCost compressionCost(const SourceDescription& source, unsigned planes, const QString& output) {
    CompressOptions options;
    options.source = native(source.path);
    options.output = native(output);
    options.planes = planes;
    CompressionCost cost;
    if (const auto estimate = estimateCompression(options)) {
        cost.stackBytes = static_cast<qint64>(estimate->stackBytes);
        cost.workBytes = static_cast<qint64>(estimate->workBytes);
        cost.peakMemoryBytes = static_cast<qint64>(estimate->peakMemoryBytes);
    }
    if (const auto free = freeDiskBytes(options.output)) cost.freeDiskBytes = static_cast<qint64>(*free);
    cost.seconds = static_cast<double>(source.parameters) * planes * kSecondsPerParameterPlane /
                   static_cast<double>(usableCores());
    return cost;
}

SourceInspector::SourceInspector(QObject* parent)
    : QObject(parent), m_thread(std::make_unique<QThread>()), m_worker(new InspectorWorker) {
    qRegisterMetaType<QList<SourceDescription>>("QList<strata::ui::SourceDescription>");
    qRegisterMetaType<CompressionCost>("strata::ui::CompressionCost");
    m_thread->setObjectName(QStringLiteral("inspector"));
    m_worker->moveToThread(m_thread.get());
    connect(m_thread.get(), &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread->start();
}

SourceInspector::~SourceInspector() {
    m_thread->quit();
    m_thread->wait();
}

RequestId SourceInspector::inspect(const QStringList& paths) {
    const RequestId request = ++m_last;
    QMetaObject::invokeMethod(m_worker, [this, request, paths] {
        QList<SourceDescription> sources;
        for (const QString& path : paths) sources.append(inspectSource(path));
        emit inspected(request, sources);
    });
    return request;
}

RequestId SourceInspector::askCost(const SourceDescription& source, unsigned planes, const QString& output) {
    const RequestId request = ++m_last;
    QMetaObject::invokeMethod(m_worker, [this, request, source, planes, output] {
        emit costKnown(request, compressionCost(source, planes, output));
    });
    return request;
}

}  // namespace strata::ui
