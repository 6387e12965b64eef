// The user's models: finds them on disk, keeps the list true, and does what the library page asks for.
#pragma once

#include "ui/controllers/store_controller.h"
#include "ui/models/library_model.h"

#include <QObject>
#include <memory>

namespace strata::ui {

/// Lives on the GUI thread; no call waits. Files are looked at, copied and moved on a thread of its own. What the user
/// made of a model (name, last use, memory) is kept in the store, by path.
class LibraryController : public QObject {
    Q_OBJECT
public:
    /// `store` must outlive it. Scans when start() is called.
    LibraryController(StoreController& store, const QString& modelsFolder, QObject* parent = nullptr);
    ~LibraryController() override;

    [[nodiscard]] LibraryModel& model() noexcept;
    [[nodiscard]] QString modelsFolder() const;

    /// Reads the list from the store, and scans. What is asked of the list before waits for it.
    void start();
    /// Another folder, on another disk perhaps. Files in the former one stay listed.
    void setModelsFolder(const QString& folder);
    void rescan();

    /// Adds a stack where it is, or a copy of it in the models folder: added() or addFailed().
    void add(const QString& path, bool copy = false);
    void cancelCopies();
    /// The user's name for it; empty = the model's own again.
    void rename(const QString& path, const QString& name);
    /// Takes it off the list; `trashFile` also moves the file to the trash. removed() follows.
    void remove(const QString& path, bool trashFile);
    /// Brings back what remove() took. False if it was not removed, or is back already.
    bool undoRemove(const QString& path);
    /// The listed models that lie in the folder or below.
    [[nodiscard]] QStringList stacksIn(const QString& folder) const;
    /// Moves these files into the models folder, one after the other; what the user made of them goes with them.
    /// moved() or moveFailed() for each, then moveEnded(). cancelCopies() ends it after the present file's copy is
    /// given up; nothing is lost.
    void moveIn(const QStringList& paths);
    /// Opens the file's folder in the file manager.
    void reveal(const QString& path);
    /// The model was loaded: keeps the time, and where the slider stands.
    void noteUse(const QString& path, qint64 memoryBytes, qint64 contextLength);

signals:
    /// The list is what is on the disk; also after changes there.
    void scanned();
    void copyProgressed(const QString& path, double fraction);
    void added(const QString& path);
    void addFailed(const QString& path, const strata::ui::Problem& problem);
    /// `undoable`: undoRemove() brings it back.
    void removed(const QString& path, const QString& name, bool undoable);
    void removeFailed(const QString& path, const strata::ui::Problem& problem);
    /// `fraction` is of all that is to be moved.
    void moveProgressed(const QString& path, double fraction);
    void moved(const QString& from, const QString& to);
    void moveFailed(const QString& path, const strata::ui::Problem& problem);
    void moveEnded(int moved);
    /// A file that was there is not any more.
    void vanished(const QString& path);
    /// Something worth knowing, but nothing failed: the same model is there twice.
    void noticed(const strata::ui::Problem& problem);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui
