// Fetches suggested models, or finds them where they are already.
#pragma once

#include "ui/controllers/download.h"

#include <QObject>
#include <QStringList>
#include <memory>

namespace strata::ui {

/// Lives on the GUI thread; no call waits: the network, the disk and the hash have a thread of their own. Downloads are
/// named by their entry's id; several may run.
class DownloadController : public QObject {
    Q_OBJECT
public:
    explicit DownloadController(const QString& folder, DownloadOptions options = {}, QObject* parent = nullptr);
    /// Ends downloads; their parts stay, and the next start() goes on.
    ~DownloadController() override;

    void setFolder(const QString& folder);
    /// Looks for the whole, right file in the folder for downloads and in `others`: located().
    void locate(const CatalogueEntry& entry, const QStringList& others);
    /// Goes on where an earlier one ended. Does nothing while the entry is being fetched.
    void start(const CatalogueEntry& entry);
    void cancel(const QString& id);
    [[nodiscard]] bool isRunning(const QString& id) const;

    /// Where a source tree keeps the sample model, for locate(): `models` beside and above the program, and in the
    /// present folder.
    [[nodiscard]] static QStringList developerFolders(const QString& executableFolder);

signals:
    /// An empty path = it is nowhere.
    void located(const QString& id, const QString& path);
    void progressed(const QString& id, const strata::ui::DownloadProgress& progress);
    void finished(const QString& id, const QString& path);
    void failed(const QString& id, const strata::ui::Problem& problem);
    void cancelled(const QString& id);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui
