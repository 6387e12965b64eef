// One download: resumed where an earlier one ended, verified while it arrives. For download_controller.cpp.
#pragma once

#include "ui/controllers/catalogue.h"
#include "ui/controllers/engine_types.h"

#include <QCryptographicHash>
#include <QElapsedTimer>
#include <QFile>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <atomic>
#include <functional>
#include <memory>

namespace strata::ui {

struct DownloadProgress {
    qint64 receivedBytes = 0;
    qint64 totalBytes = 0;
    double bytesPerSecond = 0;  ///< smoothed; 0 = not known yet
    double secondsLeft = -1;    ///< -1 = not known yet
};

struct DownloadOptions {
    int tries = 5;            ///< in a row that bring nothing
    int retryDelayMs = 1000;  ///< doubled each time
    int stallTimeoutMs = 30'000;
    qint64 spareDiskBytes = 64 << 20;  ///< that must stay free
    /// Free bytes of the disk that holds a folder; -1 = not known. The system's answer when empty.
    std::function<qint64(const QString& folder)> freeBytes = {};
};

/// Lives on the thread of its network manager, which also writes and hashes. What has arrived stays in FOLDER/FILE.part
/// until it is whole and its hash is right; then it gets its name.
class Download : public QObject {
    Q_OBJECT
public:
    Download(QNetworkAccessManager& network, CatalogueEntry entry, const QString& folder, DownloadOptions options,
             std::shared_ptr<const std::atomic<bool>> stop);
    void start();
    /// Ends it; the part stays.
    void cancel();

signals:
    void progressed(const strata::ui::DownloadProgress& progress);
    void finished(const QString& path);
    void failed(const strata::ui::Problem& problem);
    void cancelled();

private:
    [[nodiscard]] bool isOnDisk() const;
    [[nodiscard]] bool openPart();
    [[nodiscard]] bool hasSpace();
    void request();
    void takeHeaders();
    void takeBytes();
    void takeEnd();
    void retry(const QString& why);
    void complete();
    void fail(const Problem& problem);
    void tell(bool now);
    void restart();
    void dropReply();

    QNetworkAccessManager& m_network;
    CatalogueEntry m_entry;
    QString m_target;
    DownloadOptions m_options;
    std::shared_ptr<const std::atomic<bool>> m_stop;
    QFile m_part;
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
    QNetworkReply* m_reply = nullptr;
    bool m_accepted = false;  // the headers of this reply were those of our file
    bool m_over = false;
    int m_failures = 0;
    qint64 m_received = 0;
    qint64 m_most = 0;  // that had arrived at any retry
    QElapsedTimer m_sinceTold;
    qint64 m_told = 0;
    double m_rate = 0;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::DownloadProgress)
