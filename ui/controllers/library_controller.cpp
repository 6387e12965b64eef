#include "ui/controllers/library_controller.h"

#include "ui/controllers/library_worker.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QSet>
#include <QThread>
#include <QUrl>
#include <algorithm>
#include <atomic>
#include <optional>

namespace strata::ui {
namespace {

const QString kForgotten = QStringLiteral("library/forgotten");

QString say(const char* text) {
    return QCoreApplication::translate("Library", text);
}

QString cleanPath(const QString& path) {
    return QDir::cleanPath(QFileInfo(path).absoluteFilePath());
}

}  // namespace

struct LibraryController::Private {
    struct Removed {
        LibraryEntry entry;
        QString trashed;  // empty = the file stayed
    };

    LibraryController& controller;
    StoreController& store;
    QString folder;
    LibraryModel model;
    QThread thread;
    LibraryWorker* worker = new LibraryWorker;  // ends with its thread
    QHash<QString, StackRecord> records;
    QSet<QString> forgotten;  // taken off the list though their files are in the models folder still
    QList<Removed> removed;   // the last one last
    std::shared_ptr<std::atomic<bool>> stopCopies = std::make_shared<std::atomic<bool>>(false);
    // Before the records are read nothing is listed: what was remembered of a model would be written over.
    bool isKnown = false;
    QStringList early;  // added before

    Private(LibraryController& owner, StoreController& database, const QString& path)
        : controller(owner), store(database), folder(cleanPath(path)) {
        worker->moveToThread(&thread);
        QObject::connect(&thread, &QThread::finished, worker, &QObject::deleteLater);
        thread.setObjectName(QStringLiteral("strata-library"));
        thread.start();
    }
    /// What was ordered is still done, but for copies.
    ~Private() {
        *stopCopies = true;
        QMetaObject::invokeMethod(worker, [this] { thread.quit(); }, Qt::QueuedConnection);
        thread.wait();
    }

    [[nodiscard]] bool isInFolder(const QString& path) const { return path.startsWith(folder + u'/'); }

    /// work() on the library's thread, then done(its value) here.
    template <class Work, class Done>
    void post(Work work, Done done) {
        QMetaObject::invokeMethod(
            worker,
            [this, work = std::move(work), done = std::move(done)] {
                auto result = work(*worker);
                QMetaObject::invokeMethod(
                    &controller, [done, result = std::move(result)] { done(result); }, Qt::QueuedConnection);
            },
            Qt::QueuedConnection);
    }

    void begin(const QList<StackRecord>& stacks) {
        for (const QString& path : store.setting(kForgotten).toStringList()) forgotten.insert(path);
        for (const StackRecord& stack : stacks)
            if (!forgotten.contains(stack.path)) records.insert(stack.path, stack);
        isKnown = true;
        for (const QString& path : std::exchange(early, {})) list(path);
        scan();
    }

    void scan(const QString& addedPath = {}) {
        if (!isKnown) return;
        const QStringList listed = records.keys();
        post([folder = folder, listed](LibraryWorker& files) { return files.scan(folder, listed); },
             [this, addedPath](const QList<ScannedStack>& stacks) { take(stacks, addedPath); });
    }

    void take(const QList<ScannedStack>& stacks, const QString& addedPath) {
        QSet<QString> seen;
        for (const ScannedStack& stack : stacks) {
            const bool isListed = records.contains(stack.path);
            if (forgotten.contains(stack.path) && !isListed) continue;
            // Between a scan and its answer the user may have removed the model.
            if (!isListed && !isInFolder(stack.path)) continue;
            seen.insert(stack.path);
            put(stack);
        }
        QStringList gone;
        for (const LibraryEntry& entry : model.entries())
            if (!seen.contains(entry.record.path)) gone.append(entry.record.path);
        for (const QString& path : gone) model.remove(path);
        if (!addedPath.isEmpty()) tellAdded(addedPath);
        emit controller.scanned();
    }

    void put(const ScannedStack& stack) {
        const LibraryEntry* before = model.find(stack.path);
        const bool wasUsable = before != nullptr && before->isUsable();
        StackRecord& record = records[stack.path];
        const StackRecord old = record;
        record.path = stack.path;
        record.sizeBytes = stack.sizeBytes;
        if (record.addedMs == 0) record.addedMs = QDateTime::currentMSecsSinceEpoch();
        if (stack.summary && old.addedMs == 0 && record.name.isEmpty() && hasNamesake(*stack.summary))
            record.name = QStringLiteral("%1 (%2)").arg(stack.summary->name, QFileInfo(stack.path).completeBaseName());
        if (old.addedMs == 0 || old.sizeBytes != record.sizeBytes) store.saveStack(record);
        LibraryEntry entry{record, {}, {}};
        if (stack.summary)
            entry.stack = *stack.summary;
        else
            entry.problem = stack.summary.error();
        model.put(entry);
        if (wasUsable && !stack.exists) emit controller.vanished(stack.path);
    }

    /// Whether another row has the same name.
    [[nodiscard]] bool hasNamesake(const StackSummary& stack) const {
        return std::ranges::any_of(model.entries(), [&](const LibraryEntry& other) {
            return other.record.path != stack.path && other.isUsable() && other.stack.name == stack.name;
        });
    }

    void tellAdded(const QString& path) {
        const LibraryEntry* entry = model.find(path);
        if (entry == nullptr) return;
        if (!entry->isUsable()) {
            const Problem problem = entry->problem;
            if (!isInFolder(path)) forget(path);
            emit controller.addFailed(path, problem);
            return;
        }
        emit controller.added(path);
        for (const LibraryEntry& other : model.entries()) {
            const bool isSame = other.record.path != path && other.isUsable() &&
                                other.stack.name == entry->stack.name &&
                                other.stack.parameters == entry->stack.parameters;
            if (!isSame) continue;
            emit controller.noticed({say(QT_TRANSLATE_NOOP("Library", "“%1” is in the library already; both are kept."))
                                         .arg(other.stack.name),
                                     other.record.path,
                                     say(QT_TRANSLATE_NOOP("Library", "Rename one of them, or remove one."))});
            return;
        }
    }

    void forget(const QString& path) {
        records.remove(path);
        model.remove(path);
        store.removeStack(path);
    }

    void setForgotten(const QString& path, bool isForgotten) {
        if (forgotten.contains(path) == isForgotten) return;
        if (isForgotten)
            forgotten.insert(path);
        else
            forgotten.remove(path);
        store.setSetting(kForgotten, QStringList(forgotten.begin(), forgotten.end()));
    }

    void list(const QString& path) {
        if (!isKnown) return early.append(path);
        setForgotten(path, false);
        records[path].path = path;
        scan(path);
    }

    void save(StackRecord record) {
        records.insert(record.path, record);
        store.saveStack(record);
        if (const LibraryEntry* before = model.find(record.path)) {
            LibraryEntry entry = *before;
            entry.record = std::move(record);
            model.put(entry);
        }
    }

    struct Moves {
        qint64 totalBytes = 0;
        qint64 doneBytes = 0;
        int count = 0;
    };

    void moveOne(const QString& path, const std::shared_ptr<Moves>& moves) {
        post(
            [this, path, moves, folder = folder, stop = stopCopies](LibraryWorker& files) {
                const qint64 size = QFileInfo(path).size();
                const auto tell = [this, path, moves, size](double fraction) {
                    QMetaObject::invokeMethod(
                        &controller,
                        [this, path, moves, bytes = static_cast<double>(size) * fraction] {
                            const auto total = static_cast<double>(std::max<qint64>(moves->totalBytes, 1));
                            emit controller.moveProgressed(path,
                                                           (static_cast<double>(moves->doneBytes) + bytes) / total);
                        },
                        Qt::QueuedConnection);
                };
                return std::pair(size, files.moveInto(folder, path, *stop, tell));
            },
            [this, path, moves](const std::pair<qint64, std::expected<QString, Problem>>& result) {
                moves->doneBytes += result.first;
                if (!result.second) return void(emit controller.moveFailed(path, result.second.error()));
                ++moves->count;
                StackRecord record = records.value(path);
                forget(path);
                record.path = *result.second;
                records.insert(record.path, record);
                store.saveStack(record);
                emit controller.moved(path, record.path);
            });
    }

    void takeOff(const LibraryEntry& entry, const QString& trashed) {
        const QString name = model.index(model.rowOf(entry.record.path)).data().toString();
        // A file that stays in the models folder would be found again.
        if (trashed.isEmpty() && isInFolder(entry.record.path)) setForgotten(entry.record.path, true);
        removed.append({entry, trashed});
        forget(entry.record.path);
        emit controller.removed(entry.record.path, name, true);
    }
};

LibraryController::LibraryController(StoreController& store, const QString& modelsFolder, QObject* parent)
    : QObject(parent), m_d(std::make_unique<Private>(*this, store, modelsFolder)) {
    connect(&store, &StoreController::stacksLoaded, this,
            [this](const QList<StackRecord>& stacks) { m_d->begin(stacks); });
    // Without a database there are models all the same.
    connect(&store, &StoreController::openFailed, this, [this] { m_d->begin({}); });
    QMetaObject::invokeMethod(
        m_d->worker,
        [this] {
            m_d->worker->watch(
                [this] { QMetaObject::invokeMethod(this, &LibraryController::rescan, Qt::QueuedConnection); });
        },
        Qt::QueuedConnection);
}

LibraryController::~LibraryController() = default;

LibraryModel& LibraryController::model() noexcept {
    return m_d->model;
}

QString LibraryController::modelsFolder() const {
    return m_d->folder;
}

void LibraryController::start() {
    m_d->store.loadStacks();
}

void LibraryController::setModelsFolder(const QString& folder) {
    m_d->folder = cleanPath(folder);
    rescan();
}

void LibraryController::rescan() {
    m_d->scan();
}

void LibraryController::add(const QString& path, bool copy) {
    const QString file = cleanPath(path);
    if (!copy) {
        m_d->list(file);
        return;
    }
    m_d->post(
        [this, file, folder = m_d->folder, stop = m_d->stopCopies](LibraryWorker& files) {
            return files.copyInto(folder, file, *stop, [this, file](double fraction) {
                QMetaObject::invokeMethod(
                    this, [this, file, fraction] { emit copyProgressed(file, fraction); }, Qt::QueuedConnection);
            });
        },
        [this, file](const std::expected<QString, Problem>& copied) {
            if (copied)
                m_d->list(*copied);
            else
                emit addFailed(file, copied.error());
        });
}

void LibraryController::cancelCopies() {
    *m_d->stopCopies = true;
    m_d->stopCopies = std::make_shared<std::atomic<bool>>(false);
}

void LibraryController::rename(const QString& path, const QString& name) {
    if (!m_d->records.contains(path)) return;
    StackRecord record = m_d->records.value(path);
    record.name = name.simplified().left(200);
    m_d->save(record);
}

void LibraryController::remove(const QString& path, bool trashFile) {
    const LibraryEntry* entry = m_d->model.find(path);
    if (entry == nullptr) return;
    if (!trashFile) {
        m_d->takeOff(LibraryEntry(*entry), {});
        return;
    }
    m_d->post([path](LibraryWorker& files) { return files.moveToTrash(path); },
              [this, path, entry = *entry](const std::expected<QString, Problem>& trashed) {
                  if (trashed)
                      m_d->takeOff(entry, *trashed);
                  else
                      emit removeFailed(path, trashed.error());
              });
}

bool LibraryController::undoRemove(const QString& path) {
    const auto isIt = [&](const Private::Removed& other) { return other.entry.record.path == path; };
    const auto found = std::ranges::find_if(m_d->removed, isIt);
    if (found == m_d->removed.end()) return false;
    const Private::Removed removed = *found;
    m_d->removed.erase(found);
    const auto bringBack = [this, removed, path] {
        m_d->setForgotten(path, false);
        m_d->save(removed.entry.record);
        rescan();
    };
    if (removed.trashed.isEmpty()) {
        bringBack();
        return true;
    }
    m_d->post([trashed = removed.trashed, path](LibraryWorker& files) { return files.restore(trashed, path); },
              [this, path, bringBack](const std::expected<void, Problem>& restored) {
                  if (restored)
                      bringBack();
                  else
                      emit removeFailed(path, restored.error());
              });
    return true;
}

QStringList LibraryController::stacksIn(const QString& folder) const {
    const QString beginning = cleanPath(folder) + u'/';
    QStringList paths;
    for (const LibraryEntry& entry : m_d->model.entries())
        if (entry.record.path.startsWith(beginning)) paths.append(entry.record.path);
    return paths;
}

void LibraryController::moveIn(const QStringList& paths) {
    auto moves = std::make_shared<Private::Moves>();
    for (const QString& path : paths) moves->totalBytes += QFileInfo(path).size();
    for (const QString& path : paths) m_d->moveOne(path, moves);
    // Behind all of them on the same thread.
    m_d->post([](LibraryWorker&) { return true; },
              [this, moves](bool) {
                  emit moveEnded(moves->count);
                  rescan();
              });
}

void LibraryController::reveal(const QString& path) {
    QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).absolutePath()));
}

void LibraryController::noteUse(const QString& path, qint64 memoryBytes, qint64 contextLength) {
    if (!m_d->records.contains(path)) return;
    StackRecord record = m_d->records.value(path);
    record.lastUsedMs = QDateTime::currentMSecsSinceEpoch();
    record.memoryBytes = memoryBytes;
    record.contextLength = contextLength;
    m_d->save(record);
}

}  // namespace strata::ui
