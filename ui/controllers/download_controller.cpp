#include "ui/controllers/download_controller.h"

#include "core/base/hash.h"

#include <QDir>
#include <QFileInfo>
#include <QHash>
#include <QThread>
#include <atomic>

namespace strata::ui {
namespace {

/// Owns what lives on the network's thread; created and destroyed there.
class Network : public QObject {
public:
    QNetworkAccessManager manager{this};
    QHash<QString, Download*> downloads;
};

bool isTheFile(const QString& path, const CatalogueEntry& entry) {
    if (QFileInfo(path).size() != entry.sizeBytes) return false;
    const auto hash = strata::sha256OfFile(QFile::encodeName(path).toStdString());
    return hash && QString::fromStdString(*hash) == entry.sha256;
}

}  // namespace

struct DownloadController::Private {
    DownloadController& controller;
    QString folder;
    DownloadOptions options;
    QThread thread;
    QObject* gate = new QObject;  // calls on the thread go through it; ends with the thread
    Network* network = nullptr;   // of the thread
    QHash<QString, std::shared_ptr<std::atomic<bool>>> stops;

    Private(DownloadController& owner, const QString& path, DownloadOptions chosen)
        : controller(owner), folder(path), options(std::move(chosen)) {
        gate->moveToThread(&thread);
        QObject::connect(&thread, &QThread::finished, gate, &QObject::deleteLater);
        thread.setObjectName(QStringLiteral("strata-download"));
        thread.start();
        order([this] {
            network = new Network;
            network->setParent(gate);
        });
    }
    ~Private() {
        for (const auto& stop : std::as_const(stops)) *stop = true;
        order([this] {
            const QList<Download*> running = network->downloads.values();
            for (Download* download : running) download->cancel();
            thread.quit();
        });
        thread.wait();
    }

    void order(std::function<void()> job) { QMetaObject::invokeMethod(gate, std::move(job), Qt::QueuedConnection); }
    void reply(std::function<void()> job) {
        QMetaObject::invokeMethod(&controller, std::move(job), Qt::QueuedConnection);
    }

    /// On the network's thread.
    void run(const CatalogueEntry& entry, const QString& into, const std::shared_ptr<std::atomic<bool>>& stop) {
        auto* download = new Download(network->manager, entry, into, options, stop);
        download->setParent(network);
        network->downloads.insert(entry.id, download);
        const QString id = entry.id;
        const auto end = [this, id, download](std::function<void()> tell) {
            network->downloads.remove(id);
            download->deleteLater();
            reply([this, id, tell = std::move(tell)] {
                stops.remove(id);
                tell();
            });
        };
        connect(download, &Download::progressed, download, [this, id](const DownloadProgress& progress) {
            reply([this, id, progress] { emit controller.progressed(id, progress); });
        });
        connect(download, &Download::finished, download, [this, id, end](const QString& path) {
            end([this, id, path] { emit controller.finished(id, path); });
        });
        connect(download, &Download::failed, download, [this, id, end](const Problem& problem) {
            end([this, id, problem] { emit controller.failed(id, problem); });
        });
        connect(download, &Download::cancelled, download,
                [this, id, end] { end([this, id] { emit controller.cancelled(id); }); });
        download->start();
    }
};

DownloadController::DownloadController(const QString& folder, DownloadOptions options, QObject* parent)
    : QObject(parent), m_d(std::make_unique<Private>(*this, folder, std::move(options))) {}

DownloadController::~DownloadController() = default;

void DownloadController::setFolder(const QString& folder) {
    m_d->folder = folder;
}

void DownloadController::locate(const CatalogueEntry& entry, const QStringList& others) {
    m_d->order([d = m_d.get(), entry, folders = QStringList(m_d->folder) + others] {
        QString found;
        for (const QString& folder : folders) {
            const QString path = QDir(folder).absoluteFilePath(entry.file);
            if (found.isEmpty() && isTheFile(path, entry)) found = path;
        }
        d->reply([d, id = entry.id, found] { emit d->controller.located(id, found); });
    });
}

void DownloadController::start(const CatalogueEntry& entry) {
    if (isRunning(entry.id)) return;
    const auto stop = std::make_shared<std::atomic<bool>>(false);
    m_d->stops.insert(entry.id, stop);
    m_d->order([d = m_d.get(), entry, folder = m_d->folder, stop] { d->run(entry, folder, stop); });
}

void DownloadController::cancel(const QString& id) {
    if (!isRunning(id)) return;
    *m_d->stops.value(id) = true;
    m_d->order([d = m_d.get(), id] {
        if (Download* download = d->network->downloads.value(id)) download->cancel();
    });
}

bool DownloadController::isRunning(const QString& id) const {
    return m_d->stops.contains(id);
}

QStringList DownloadController::developerFolders(const QString& executableFolder) {
    QStringList folders = {QDir::current().absoluteFilePath(QStringLiteral("models"))};
    // A build lies three folders below the tree: build/PRESET/bin.
    QString folder = QDir::cleanPath(executableFolder);
    for (int level = 0; level < 4; ++level) {
        folders.append(folder + QStringLiteral("/models"));
        folder = QDir::cleanPath(folder + QStringLiteral("/.."));
    }
    folders.removeDuplicates();
    return folders;
}

}  // namespace strata::ui
