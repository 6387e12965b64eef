#include "ui/controllers/library_worker.h"

#include "core/base/file.h"
#include "ui/controllers/problem_text.h"
#include "ui/controllers/stack_summary.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <filesystem>

namespace strata::ui {
namespace {

constexpr int kSettleMs = 300;
constexpr qint64 kChunkBytes = 4 << 20;

QString say(const char* text) {
    return QCoreApplication::translate("Library", text);
}

std::unexpected<Problem> fileProblem(const char* title, const QString& path, const QString& detail,
                                     const char* remedy) {
    return std::unexpected(Problem{say(title).arg(QFileInfo(path).fileName()), detail, say(remedy)});
}

/// Stacks below the folder, but for what lies in the work folders of compressions.
QStringList stacksIn(const QString& folder) {
    QStringList paths;
    QDirIterator files(folder, {QStringLiteral("*.strata")}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        if (!path.contains(QStringLiteral(".partial/"))) paths.append(QDir::cleanPath(path));
    }
    return paths;
}

/// A name that is not taken: "x.strata", "x 2.strata".
QString freeName(const QDir& folder, const QFileInfo& file) {
    QString name = file.fileName();
    for (int number = 2; folder.exists(name); ++number)
        name = QStringLiteral("%1 %2.%3").arg(file.completeBaseName()).arg(number).arg(file.suffix());
    return folder.filePath(name);
}

}  // namespace

LibraryWorker::LibraryWorker() {
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleMs);
    // A copy in progress changes its file all the time: one look per interval is enough.
    const auto later = [this] {
        if (!m_settle.isActive()) m_settle.start();
    };
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, later);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, later);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        if (m_changed) m_changed();
    });
}

ScannedStack LibraryWorker::look(const QString& path) {
    const QFileInfo file(path);
    const auto known = m_known.constFind(path);
    if (known != m_known.cend() && file.exists() && known->sizeBytes == file.size() &&
        known->changed == file.lastModified())
        return known->stack;
    ScannedStack stack{path, file.size(), file.exists(), readStackSummary(path)};
    if (!file.exists())
        stack.summary = fileProblem(QT_TRANSLATE_NOOP("Library", "“%1” is not there any more."), path, path,
                                    QT_TRANSLATE_NOOP("Library", "Connect its disk, or remove it from the library."));
    m_known.insert(path, {file.size(), file.lastModified(), stack});
    return stack;
}

QList<ScannedStack> LibraryWorker::scan(const QString& folder, const QStringList& listed) {
    QStringList paths = stacksIn(folder);
    for (const QString& path : listed)
        if (!paths.contains(path)) paths.append(path);
    QList<ScannedStack> stacks;
    for (const QString& path : paths) stacks.append(look(path));
    watchThese(folder, stacks, QSet<QString>(listed.begin(), listed.end()));
    return stacks;
}

// A folder tells of files that come and go, but not of what is written into one: those that are incomplete are watched
// themselves, and so are those that lie elsewhere.
void LibraryWorker::watchThese(const QString& folder, const QList<ScannedStack>& stacks, const QSet<QString>& listed) {
    QSet<QString> wanted;
    if (QFileInfo(folder).isDir()) wanted.insert(folder);
    for (const ScannedStack& stack : stacks) {
        const QFileInfo file(stack.path);
        if (file.exists() && (!stack.summary || listed.contains(stack.path))) wanted.insert(stack.path);
        if (QFileInfo(file.path()).isDir()) wanted.insert(file.path());
    }
    const QStringList watched = m_watcher.files() + m_watcher.directories();
    const QSet<QString> present(watched.begin(), watched.end());
    for (const QString& path : present - wanted) m_watcher.removePath(path);
    for (const QString& path : wanted - present) m_watcher.addPath(path);
}

std::expected<QString, Problem> LibraryWorker::copyInto(const QString& folder, const QString& path,
                                                        const std::atomic<bool>& stop,
                                                        const std::function<void(double)>& progress) {
    const auto cannot = [&](const QString& why) {
        return fileProblem(
            QT_TRANSLATE_NOOP("Library", "“%1” could not be copied."), path, why,
            QT_TRANSLATE_NOOP("Library", "Check the disk and its free space; the original is untouched."));
    };
    QDir().mkpath(folder);
    const qint64 size = QFileInfo(path).size();
    const auto space = strata::freeDiskBytes(QFile::encodeName(folder).toStdString());
    if (space && *space < static_cast<std::uint64_t>(size))
        return fileProblem(QT_TRANSLATE_NOOP("Library", "The disk has too little space for a copy of “%1”."), path,
                           QStringLiteral("%1 of %2").arg(*space).arg(size),
                           QT_TRANSLATE_NOOP("Library", "Free some space, or add the file where it is."));
    const QString target = freeName(QDir(folder), QFileInfo(path));
    QFile from(path);
    QFile to(target + QStringLiteral(".copying"));
    if (!from.open(QIODevice::ReadOnly)) return cannot(from.errorString());
    if (!to.open(QIODevice::WriteOnly)) return cannot(to.errorString());
    QString error;
    while (error.isEmpty() && !from.atEnd()) {
        const QByteArray chunk = from.read(kChunkBytes);
        if (stop) error = QStringLiteral("cancelled");
        if (chunk.isEmpty() || to.write(chunk) != chunk.size()) error = from.errorString() + to.errorString();
        progress(static_cast<double>(from.pos()) / static_cast<double>(std::max<qint64>(size, 1)));
    }
    if (error.isEmpty() && (!to.flush() || !to.rename(target))) error = to.errorString();
    if (error.isEmpty()) return target;
    to.remove();
    return cannot(error);
}

std::expected<QString, Problem> LibraryWorker::moveInto(const QString& folder, const QString& path,
                                                        const std::atomic<bool>& stop,
                                                        const std::function<void(double)>& progress) {
    if (stop)
        return fileProblem(QT_TRANSLATE_NOOP("Library", "“%1” was not moved."), path, QStringLiteral("cancelled"),
                           QT_TRANSLATE_NOOP("Library", "It is still where it was, and can be used there."));
    QDir().mkpath(folder);
    const QString target = freeName(QDir(folder), QFileInfo(path));
    // Within one disk: QFile::rename() would copy where the system cannot rename.
    std::error_code renamed;
    std::filesystem::rename(QFile::encodeName(path).toStdString(), QFile::encodeName(target).toStdString(), renamed);
    if (!renamed) return target;
    auto copied = copyInto(folder, path, stop, progress);
    // One that stays because its folder is read-only is there twice; nothing is lost.
    if (copied) QFile::remove(path);
    return copied;
}

std::expected<QString, Problem> LibraryWorker::moveToTrash(const QString& path) {
    QString trashed;
    if (!QFileInfo::exists(path)) return trashed;
    if (QFile::moveToTrash(path, &trashed)) return trashed;
    return fileProblem(QT_TRANSLATE_NOOP("Library", "“%1” could not be moved to the trash; it is still there."), path,
                       path, QT_TRANSLATE_NOOP("Library", "Delete it in the file manager."));
}

std::expected<void, Problem> LibraryWorker::restore(const QString& trashed, const QString& path) {
    const QFileInfo file(trashed);
    QDir().mkpath(QFileInfo(path).path());
    if (!QFileInfo::exists(path) && QFile::rename(trashed, path)) {
        // The note that the trash keeps beside it; without it nothing more than a line too many would be shown there.
        QFile::remove(file.dir().filePath(QStringLiteral("../info/") + file.fileName() + QStringLiteral(".trashinfo")));
        return {};
    }
    return fileProblem(QT_TRANSLATE_NOOP("Library", "“%1” could not be brought back."), path, trashed,
                       QT_TRANSLATE_NOOP("Library", "Look for it in the trash of the file manager."));
}

}  // namespace strata::ui
