#include "ui/controllers/dropped_source.h"

#include "core/io/gguf.h"
#include "core/stack/stack_keys.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QtEndian>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr qint64 kMaximumHeaderBytes = 64 << 20;

QString say(const char* text) {
    return QCoreApplication::translate("DroppedSource", text);
}

DroppedSource refuse(const QString& title, const char* remedy) {
    DroppedSource source;
    source.problem = {title, {}, say(remedy)};
    return source;
}

DroppedSource refusal(const char* title, const QString& name, const char* remedy) {
    return refuse(say(title).arg(name), remedy);
}

constexpr const char* kWhatRuns = QT_TRANSLATE_NOOP(
    "DroppedSource", "Drop a .strata or .gguf file, or a folder with config.json and .safetensors files.");

/// "Llama-3.2-1B-00001-of-00004" is a part of "Llama-3.2-1B".
QString modelName(const QFileInfo& file) {
    static const QRegularExpression part(QStringLiteral("-\\d{5}-of-\\d{5}$"));
    return file.completeBaseName().remove(part);
}

qint64 sizeOfParts(const QFileInfo& file) {
    const QString name = modelName(file);
    if (name == file.completeBaseName()) return file.size();
    qint64 size = 0;
    for (const QFileInfo& part : file.dir().entryInfoList({QStringLiteral("*.gguf")}, QDir::Files))
        if (modelName(part) == name) size += part.size();
    return size;
}

DroppedSource classifyFile(const QFileInfo& file) {
    if (!file.exists())
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” is not there any more."), file.fileName(),
                       QT_TRANSLATE_NOOP("DroppedSource", "Check that its disk is connected, and drop it again."));
    if (file.size() == 0)
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” is empty (0 bytes)."), file.fileName(),
                       QT_TRANSLATE_NOOP("DroppedSource", "Download or copy it again."));
    QFile content(file.filePath());
    if (!content.open(QIODevice::ReadOnly))
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” cannot be read."), file.fileName(),
                       QT_TRANSLATE_NOOP("DroppedSource", "Check its permissions."));
    if (content.read(4) != "GGUF") {
        if (file.suffix() == QStringLiteral("safetensors"))
            return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” is only a part of a model."), file.fileName(),
                           QT_TRANSLATE_NOOP("DroppedSource", "Drop the folder that it lies in."));
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” is not a model."), file.fileName(), kWhatRuns);
    }
    // A damaged or newer header is a GGUF file all the same: who opens it says what is wrong with it.
    const auto gguf = GgufFile::open(QFile::encodeName(file.filePath()).toStdString(), {.allowPartialData = true});
    const bool isStack = gguf ? gguf->find(keys::kVersion) != nullptr : file.suffix() == QStringLiteral("strata");
    return {isStack ? SourceKind::Stack : SourceKind::Gguf, {file.filePath()}, modelName(file), sizeOfParts(file), {}};
}

/// The header of a safetensors file: 8 bytes of length, then JSON that names every tensor.
bool hasBitstackBlocks(const QFileInfo& weights) {
    QFile file(weights.filePath());
    if (!file.open(QIODevice::ReadOnly)) return false;
    const QByteArray length = file.read(8);
    if (length.size() != 8) return false;
    const quint64 size = qFromLittleEndian<quint64>(length.constData());
    return file.read(static_cast<qint64>(std::min<quint64>(size, kMaximumHeaderBytes))).contains(".qweight_0\"");
}

/// For people: "37 pictures and no model".
DroppedSource refuseFolder(const QDir& folder) {
    static const QStringList pictures = {QStringLiteral("*.jpg"),  QStringLiteral("*.jpeg"), QStringLiteral("*.png"),
                                         QStringLiteral("*.heic"), QStringLiteral("*.gif"),  QStringLiteral("*.webp")};
    const qsizetype count = folder.entryList(pictures, QDir::Files).size();
    if (count > 0)
        return refuse(say(QT_TRANSLATE_NOOP("DroppedSource", "“%1” holds pictures (%2) and no model."))
                          .arg(folder.dirName(), QString::number(count)),
                      kWhatRuns);
    if (folder.exists(QStringLiteral("config.json")))
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” describes a model, but its weights are missing."),
                       folder.dirName(),
                       QT_TRANSLATE_NOOP("DroppedSource", "Download its .safetensors files too; others are not read."));
    if (!folder.entryList({QStringLiteral("*.safetensors")}, QDir::Files).isEmpty())
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” has weights, but no config.json that describes them."),
                       folder.dirName(), QT_TRANSLATE_NOOP("DroppedSource", "Download the whole folder of the model."));
    return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” is a folder without a model."), folder.dirName(),
                   kWhatRuns);
}

/// The folder of a model in a hub's cache is named by a hash; the model's name stands three levels above.
QString folderName(const QDir& folder) {
    static const QRegularExpression cached(QStringLiteral("/models--[^/]*--([^/]+)/snapshots/[^/]+$"));
    const QRegularExpressionMatch match = cached.match(folder.absolutePath());
    return match.hasMatch() ? match.captured(1) : folder.dirName();
}

DroppedSource classifyFolder(const QDir& folder) {
    const QFileInfoList weights = folder.entryInfoList({QStringLiteral("*.safetensors")}, QDir::Files, QDir::Name);
    if (folder.exists(QStringLiteral("config.json")) && !weights.isEmpty()) {
        DroppedSource source{SourceKind::HuggingFace, {folder.absolutePath()}, folderName(folder), 0, {}};
        for (const QFileInfo& file : weights) source.sizeBytes += file.size();
        if (std::ranges::any_of(weights, hasBitstackBlocks)) source.kind = SourceKind::Bitstack;
        return source;
    }
    const QFileInfoList models =
        folder.entryInfoList({QStringLiteral("*.strata"), QStringLiteral("*.gguf")}, QDir::Files, QDir::Name);
    const auto isOther = [&](const QFileInfo& file) { return modelName(file) != modelName(models.first()); };
    if (models.isEmpty()) return refuseFolder(folder);
    if (std::ranges::any_of(models, isOther))
        return refusal(QT_TRANSLATE_NOOP("DroppedSource", "“%1” holds several models."), folder.dirName(),
                       QT_TRANSLATE_NOOP("DroppedSource", "Drop one of its files."));
    return classifyFile(models.first());
}

/// Several things at once: stacks together, or the parts of one model.
DroppedSource combine(const QList<DroppedSource>& sources) {
    DroppedSource all = sources.first();
    const bool areStacks =
        std::ranges::all_of(sources, [](const DroppedSource& source) { return source.kind == SourceKind::Stack; });
    const bool isOneModel = std::ranges::all_of(sources, [&](const DroppedSource& source) {
        return source.kind == SourceKind::Gguf && source.name == all.name;
    });
    if (isOneModel) return all;
    if (!areStacks)
        return refuse(
            say(QT_TRANSLATE_NOOP("DroppedSource", "These are several things.")),
            QT_TRANSLATE_NOOP("DroppedSource", "Drop one model at a time; only .strata files may be several."));
    for (const DroppedSource& source : sources.mid(1)) {
        all.paths += source.paths;
        all.sizeBytes += source.sizeBytes;
        all.name += QStringLiteral(", ") + source.name;
    }
    return all;
}

}  // namespace

DroppedSource classifyDrop(const QStringList& paths) {
    QList<DroppedSource> sources;
    for (const QString& path : paths) {
        const QFileInfo file(path);
        sources.append(file.isDir() ? classifyFolder(QDir(path)) : classifyFile(file));
    }
    if (sources.isEmpty()) return refuse(say(QT_TRANSLATE_NOOP("DroppedSource", "That is not a file.")), kWhatRuns);
    return sources.size() == 1 ? sources.first() : combine(sources);
}

}  // namespace strata::ui
