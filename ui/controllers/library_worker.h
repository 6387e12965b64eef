// What the library does on its own thread: looking at files, copying, moving to the trash. For library_controller.cpp.
#pragma once

#include "ui/controllers/engine_types.h"

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QHash>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <atomic>
#include <expected>
#include <functional>

namespace strata::ui {

/// One file as it was found.
struct ScannedStack {
    QString path;
    qint64 sizeBytes = 0;
    bool exists = false;
    std::expected<StackSummary, Problem> summary;
};

/// Created anywhere, used and destroyed on its thread only.
class LibraryWorker : public QObject {
public:
    LibraryWorker();

    /// Everything of this kind in the folder and below, and `listed` files wherever they are. Files that have not
    /// changed since the last scan are not opened again.
    [[nodiscard]] QList<ScannedStack> scan(const QString& folder, const QStringList& listed);
    /// Calls `changed` when the folder or one of the listed or unusable files of the last scan has changed.
    void watch(std::function<void()> changed) { m_changed = std::move(changed); }

    /// Into `folder`, under a temporary name until it is whole. Gives the new path.
    [[nodiscard]] std::expected<QString, Problem> copyInto(const QString& folder, const QString& path,
                                                           const std::atomic<bool>& stop,
                                                           const std::function<void(double)>& progress);
    /// The same, and the original goes when the copy is whole; on one disk nothing is copied.
    [[nodiscard]] std::expected<QString, Problem> moveInto(const QString& folder, const QString& path,
                                                           const std::atomic<bool>& stop,
                                                           const std::function<void(double)>& progress);
    /// Gives the path in the trash; an empty one when the file was not there any more.
    [[nodiscard]] std::expected<QString, Problem> moveToTrash(const QString& path);
    [[nodiscard]] std::expected<void, Problem> restore(const QString& trashed, const QString& path);

private:
    struct Known {
        qint64 sizeBytes = 0;
        QDateTime changed;
        ScannedStack stack;
    };
    [[nodiscard]] ScannedStack look(const QString& path);
    void watchThese(const QString& folder, const QList<ScannedStack>& stacks, const QSet<QString>& listed);

    QHash<QString, Known> m_known;
    QFileSystemWatcher m_watcher{this};
    QTimer m_settle{this};
    std::function<void()> m_changed;
};

}  // namespace strata::ui
