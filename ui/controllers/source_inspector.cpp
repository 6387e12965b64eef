#include "ui/controllers/source_inspector.h"

#include "core/base/file.h"
#include "core/base/system_info.h"
#include "core/compress/compressor.h"
#include "core/model/model_config.h"
#include "core/source/model_files.h"
#include "core/text/tokenizer.h"
#include "ui/controllers/problem_text.h"
#include "ui/controllers/stack_summary.h"
#include "ui/models/number_text.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QThread>
#include <optional>
#include <utility>

namespace strata::ui {
namespace {

// Seconds of one core for a parameter and a plane, which grow with the matrices' width: from the sample (576 wide, 140
// s on 2 cores) and a block of Llama-3.1-8B (4,096 wide, 379 s), both in docs/benchmarks.md. Shown as "about".
constexpr double kSecondsPerParameterPlane = 3.1e-7;
constexpr double kSecondsPerParameterPlaneAndColumn = 6.6e-11;
// What is left of both without passes of descent: 188 s of one core for the sample, and half of a large block.
constexpr double kQuickShare = 0.65;
constexpr double kQuickShareOfColumns = 0.5;
constexpr int kHeadBytes = 4096;

std::filesystem::path native(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

QString text(const GgufFile& file, const char* key) {
    return QString::fromStdString(file.getString(key).value_or(std::string()));
}

QString tokenizerText(const GgufFile& file) {
    const auto tokenizer = Tokenizer::fromGguf(file);
    if (!tokenizer) return {};
    return SourceInspector::tr("%1 tokens").arg(countText(static_cast<qint64>((*tokenizer)->vocabularySize())));
}

void describeStack(SourceDescription& source) {
    source.kind = SourceKind::Stack;
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

/// A model to compress, whatever its files are.
void describeModel(SourceDescription& source) {
    const auto files = ModelFiles::open(native(source.path));
    if (!files) {
        source.problem = problemFrom(files.error());
        return;
    }
    const GgufFile& header = (*files)->header();
    if (const QString name = text(header, "general.name"); !name.isEmpty()) source.name = name;
    source.architecture = text(header, "general.architecture");
    source.licence = text(header, "general.license");
    source.tokenizer = tokenizerText(header);
    source.sizeBytes = static_cast<qint64>((*files)->sizeBytes());
    source.hasChatTemplate = header.find("tokenizer.chat_template") != nullptr;
    if (const auto config = ModelConfig::fromGguf(header)) {
        source.parameters = static_cast<qint64>(config->parameters);
        source.width = static_cast<qint64>(config->embeddingLength);
    }
    CompressOptions options;
    options.source = native(source.path);
    const auto estimate = estimateCompression(options);
    source.isUsable = estimate.has_value();
    if (!estimate) source.problem = problemFrom(estimate.error());
}

bool isConversation(const QByteArray& head) {
    return head.trimmed().startsWith('{') && head.contains("\"messages\"");
}

double expectedSeconds(const SourceDescription& source, unsigned planes, Effort effort) {
    // Blocks that are taken over are not computed, and how long the rest takes was not measured.
    if (source.kind == SourceKind::Bitstack) return 0;
    const bool isQuick = effort == Effort::Quick;
    const double each =
        kSecondsPerParameterPlane * (isQuick ? kQuickShare : 1) +
        kSecondsPerParameterPlaneAndColumn * (isQuick ? kQuickShareOfColumns : 1) * static_cast<double>(source.width);
    return static_cast<double>(source.parameters) * planes * each / static_cast<double>(usableCores());
}

/// The work folder of another compression is as good as its result.
QString whatTakes(const QString& output) {
    for (const QString& path : {output, output + QLatin1String(".partial")})
        if (QFileInfo::exists(path)) return path;
    return {};
}

/// A file name from a model's name, which may hold anything.
QString fileNameOf(const QString& name) {
    QString plain = name.simplified();
    plain.replace(QRegularExpression(QStringLiteral("[^\\w.-]+")), QStringLiteral("-"));
    return plain.isEmpty() ? QStringLiteral("model") : plain;
}

/// What the end of the work would fail at.
std::optional<Error> outputError(const QString& output) {
    const QFileInfo folder(QFileInfo(output).absolutePath());
    const std::string folderName = folder.filePath().toStdString();
    if (!folder.isDir()) return Error{ErrorCode::NotFound, "is not there", folderName, {}};
    if (!folder.isWritable()) return Error{ErrorCode::PermissionDenied, "cannot be written to", folderName, {}};
    const QString taken = whatTakes(output);
    if (!taken.isEmpty()) return Error{ErrorCode::AlreadyExists, "is there already", taken.toStdString(), {}};
    return std::nullopt;
}

/// Runs the questions in order, on its own thread.
class InspectorWorker : public QObject {};

}  // namespace

SourceDescription inspectSource(const QString& path) {
    const QFileInfo info(path);
    SourceDescription source;
    source.path = info.absoluteFilePath();
    QFile file(path);
    if (info.isFile() && file.open(QIODevice::ReadOnly) && isConversation(file.read(kHeadBytes))) {
        source.kind = SourceKind::Conversation;
        source.name = info.completeBaseName();
        source.sizeBytes = info.size();
        source.isUsable = true;
        return source;
    }
    const DroppedSource dropped = classifyDrop({path});
    source.kind = dropped.kind;
    source.name = dropped.name.isEmpty() ? info.fileName() : dropped.name;
    source.sizeBytes = dropped.sizeBytes;
    source.problem = dropped.problem;
    if (!dropped.paths.isEmpty()) source.path = QFileInfo(dropped.paths.first()).absoluteFilePath();
    if (source.kind == SourceKind::Stack)
        describeStack(source);
    else if (source.kind != SourceKind::None)
        describeModel(source);
    return source;
}

QString freeOutput(const QString& folder, const QString& name) {
    const QString base = QDir(folder).filePath(fileNameOf(name));
    QString output = base + QStringLiteral(".strata");
    for (int number = 2; !whatTakes(output).isEmpty(); ++number)
        output = QStringLiteral("%1-%2.strata").arg(base).arg(number);
    return output;
}

CompressionCost compressionCost(const SourceDescription& source, unsigned planes, const QString& output,
                                const DiskSpace& freeDisk) {
    CompressOptions options;
    options.source = native(source.path);
    options.output = native(output);
    options.planes = planes;
    CompressionCost cost;
    if (const auto estimate = estimateCompression(options)) {
        cost.stackBytes = static_cast<qint64>(estimate->stackBytes);
        cost.workBytes = static_cast<qint64>(estimate->workBytes);
        cost.peakMemoryBytes = static_cast<qint64>(estimate->peakMemoryBytes);
    } else {
        cost.problem = problemFrom(estimate.error());
    }
    if (const auto free = freeDisk(options.output))
        cost.freeDiskBytes = static_cast<qint64>(*free);
    else
        cost.problem = problemFrom(free.error());
    if (const auto error = outputError(output)) cost.problem = problemFrom(*error);
    cost.seconds = expectedSeconds(source, planes, Effort::Best);
    cost.quickSeconds = expectedSeconds(source, planes, Effort::Quick);
    return cost;
}

SourceInspector::SourceInspector(QObject* parent, DiskSpace freeDisk)
    : QObject(parent),
      m_thread(std::make_unique<QThread>()),
      m_worker(new InspectorWorker),
      m_freeDisk(std::move(freeDisk)) {
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

RequestId SourceInspector::inspect(const QStringList& paths, const QString& outputFolder) {
    const RequestId request = ++m_last;
    QMetaObject::invokeMethod(m_worker, [this, request, paths, outputFolder] {
        QList<SourceDescription> sources;
        for (const QString& path : paths) {
            sources.append(inspectSource(path));
            if (!outputFolder.isEmpty()) sources.last().output = freeOutput(outputFolder, sources.last().name);
        }
        emit inspected(request, sources);
    });
    return request;
}

RequestId SourceInspector::askCost(const SourceDescription& source, unsigned planes, const QString& output) {
    const RequestId request = ++m_last;
    QMetaObject::invokeMethod(m_worker, [this, request, source, planes, output] {
        emit costKnown(request, compressionCost(source, planes, output, m_freeDisk));
    });
    return request;
}

}  // namespace strata::ui
