#include "ui/controllers/download.h"

#include "core/base/file.h"
#include "ui/controllers/problem_text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QNetworkRequest>
#include <QTimer>
#include <QUrl>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr qint64 kChunkBytes = 1 << 20;
constexpr qint64 kTellMs = 100;

QString say(const char* text) {
    return QCoreApplication::translate("Download", text);
}

/// Adds a file to a hash. False when it cannot be read, or on a stop.
bool addFile(QCryptographicHash& hash, const QString& path, const std::atomic<bool>& stop) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return false;
    while (!file.atEnd() && !stop) {
        const QByteArray chunk = file.read(kChunkBytes);
        if (chunk.isEmpty()) return false;
        hash.addData(chunk);
    }
    return !stop;
}

qint64 systemFreeBytes(const QString& folder) {
    const auto space = strata::freeDiskBytes(QFile::encodeName(folder).toStdString());
    return space ? static_cast<qint64>(*space) : -1;
}

int statusOf(const QNetworkReply& reply) {
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

/// Too busy, or broken for the moment.
bool isPassing(int status) {
    return status == 0 || status == 408 || status == 429 || status >= 500;
}

}  // namespace

Download::Download(QNetworkAccessManager& network, CatalogueEntry entry, const QString& folder, DownloadOptions options,
                   std::shared_ptr<const std::atomic<bool>> stop)
    : m_network(network),
      m_entry(std::move(entry)),
      m_target(QDir(folder).filePath(m_entry.file)),
      m_options(std::move(options)),
      m_stop(std::move(stop)),
      m_part(m_target + QStringLiteral(".part")) {}

void Download::start() {
    QDir().mkpath(QFileInfo(m_target).path());
    if (isOnDisk()) {
        m_over = true;
        emit finished(m_target);
        return;
    }
    if (*m_stop) {
        cancel();
        return;
    }
    if (openPart() && hasSpace()) request();
}

bool Download::isOnDisk() const {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return QFileInfo(m_target).size() == m_entry.sizeBytes && addFile(hash, m_target, *m_stop) &&
           hash.result().toHex() == m_entry.sha256.toLatin1();
}

/// The hash goes on where the part ends.
bool Download::openPart() {
    m_hash.reset();
    m_received = 0;
    if (m_part.size() > m_entry.sizeBytes) m_part.remove();
    if (m_part.exists() && addFile(m_hash, m_part.fileName(), *m_stop)) m_received = m_part.size();
    if (*m_stop) {
        cancel();
        return false;
    }
    if (m_received == 0) m_hash.reset();
    const QIODevice::OpenMode mode = m_received > 0 ? QIODevice::Append : QIODevice::WriteOnly | QIODevice::Truncate;
    if (m_part.open(mode)) return true;
    fail({say(QT_TRANSLATE_NOOP("Download", "The folder for models cannot be written.")), m_part.errorString(),
          say(QT_TRANSLATE_NOOP("Download", "Check its permissions, or choose another folder in the settings."))});
    return false;
}

bool Download::hasSpace() {
    const QString folder = QFileInfo(m_target).path();
    const qint64 space = m_options.freeBytes ? m_options.freeBytes(folder) : systemFreeBytes(folder);
    const qint64 needed = m_entry.sizeBytes - m_received + m_options.spareDiskBytes;
    if (space < 0 || space >= needed) return true;
    fail({say(QT_TRANSLATE_NOOP("Download", "The disk has too little space: %1 more are needed."))
              .arg(bytesText(needed - space)),
          folder, say(QT_TRANSLATE_NOOP("Download", "Free some space, or choose another folder in the settings."))});
    return false;
}

void Download::request() {
    if (m_received == m_entry.sizeBytes) {
        complete();
        return;
    }
    QNetworkRequest request{QUrl(m_entry.address)};
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
    request.setTransferTimeout(m_options.stallTimeoutMs);
    // What is unpacked on the way has other lengths than the file.
    request.setRawHeader("Accept-Encoding", "identity");
    if (m_received > 0) request.setRawHeader("Range", "bytes=" + QByteArray::number(m_received) + '-');
    m_accepted = false;
    m_sinceTold.start();
    m_told = m_received;
    m_reply = m_network.get(request);
    connect(m_reply, &QNetworkReply::readyRead, this, &Download::takeBytes);
    connect(m_reply, &QNetworkReply::finished, this, &Download::takeEnd);
}

/// Whether the bytes that follow go behind those that are there.
void Download::takeHeaders() {
    const int status = statusOf(*m_reply);
    const QByteArray range = m_reply->rawHeader("Content-Range");
    if (status == 206 && range.startsWith("bytes " + QByteArray::number(m_received) + '-')) {
        m_accepted = true;
    } else if (status == 200) {
        // A server without ranges sends everything again.
        restart();
        m_accepted = true;
    }
}

void Download::restart() {
    m_part.resize(0);
    m_part.seek(0);
    m_hash.reset();
    m_received = m_told = 0;
}

void Download::takeBytes() {
    if (m_over || m_reply == nullptr) return;
    if (!m_accepted) takeHeaders();
    // The rest is the body of an error page, or of a reply that was given up.
    if (!m_accepted || !m_reply->isOpen()) return;
    const QByteArray bytes = m_reply->readAll();
    if (m_received + bytes.size() > m_entry.sizeBytes) {
        m_part.remove();
        fail({say(QT_TRANSLATE_NOOP("Download", "The server sent another file than “%1”.")).arg(m_entry.file),
              QStringLiteral("more than %1 bytes").arg(m_entry.sizeBytes),
              say(QT_TRANSLATE_NOOP("Download", "Nothing was kept. Try again later."))});
        return;
    }
    if (m_part.write(bytes) != bytes.size() || !m_part.flush()) {
        fail({say(QT_TRANSLATE_NOOP("Download", "The disk is full; what has arrived is kept.")), m_part.errorString(),
              say(QT_TRANSLATE_NOOP("Download", "Free some space and go on with the download."))});
        return;
    }
    m_hash.addData(bytes);
    m_received += bytes.size();
    tell(false);
}

void Download::takeEnd() {
    if (m_over || m_reply == nullptr) return;
    takeBytes();
    if (m_over) return;
    QNetworkReply& reply = *std::exchange(m_reply, nullptr);
    reply.deleteLater();
    const int status = statusOf(reply);
    if (m_received == m_entry.sizeBytes) {
        complete();
    } else if (status == 416 || (status == 206 && !m_accepted)) {
        // The part and the server do not fit together: once more from the beginning.
        restart();
        retry(QStringLiteral("the server refused to go on"));
    } else if (status == 0 || m_accepted || isPassing(status)) {
        retry(reply.errorString());
    } else {
        fail({say(QT_TRANSLATE_NOOP("Download", "“%1” is not to be had at its address any more.")).arg(m_entry.name),
              QStringLiteral("HTTP %1, %2").arg(status).arg(m_entry.address),
              say(QT_TRANSLATE_NOOP("Download", "Update Strata, or drop a model of your own on the window."))});
    }
}

void Download::retry(const QString& why) {
    // Only what is new counts: a server that sends the same beginning again and again is no progress.
    m_failures = m_received > m_most ? 1 : m_failures + 1;
    m_most = std::max(m_most, m_received);
    if (m_failures < m_options.tries) {
        QTimer::singleShot(m_options.retryDelayMs << (m_failures - 1), this, [this] {
            if (!m_over) request();
        });
        return;
    }
    fail({say(QT_TRANSLATE_NOOP("Download", "The connection was lost; what has arrived is kept.")), why,
          say(QT_TRANSLATE_NOOP("Download", "Check the connection and go on with the download."))});
}

void Download::complete() {
    m_part.close();
    if (m_hash.result().toHex() != m_entry.sha256.toLatin1()) {
        m_part.remove();
        fail({say(QT_TRANSLATE_NOOP("Download", "“%1” arrived damaged (its checksum is wrong).")).arg(m_entry.file),
              QString::fromLatin1(m_hash.result().toHex()),
              say(QT_TRANSLATE_NOOP("Download", "Nothing was kept. Download it again."))});
        return;
    }
    const auto part = QFile::encodeName(m_part.fileName()).toStdString();
    auto saved = [&]() -> strata::Result<void> {
        STRATA_TRY(strata::File file, strata::File::open(part, strata::File::Mode::ReadWrite));
        STRATA_CHECK(file.sync());
        return strata::renameFile(part, QFile::encodeName(m_target).toStdString(), false);
    }();
    if (!saved) {
        fail(problemFrom(saved.error()));
        return;
    }
    m_over = true;
    tell(true);
    emit finished(m_target);
}

void Download::dropReply() {
    if (m_reply == nullptr) return;
    QNetworkReply* reply = std::exchange(m_reply, nullptr);
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void Download::fail(const Problem& problem) {
    if (std::exchange(m_over, true)) return;
    dropReply();
    m_part.close();
    emit failed(problem);
}

void Download::cancel() {
    if (std::exchange(m_over, true)) return;
    dropReply();
    m_part.close();
    emit cancelled();
}

void Download::tell(bool now) {
    const qint64 elapsedMs = m_sinceTold.isValid() ? m_sinceTold.elapsed() : 0;
    if (!now && elapsedMs < kTellMs) return;
    if (elapsedMs > 0) {
        const double rate = static_cast<double>(m_received - m_told) * 1000 / static_cast<double>(elapsedMs);
        m_rate = m_rate > 0 ? m_rate + 0.1 * (rate - m_rate) : rate;
    }
    m_told = m_received;
    m_sinceTold.start();
    const double left = static_cast<double>(m_entry.sizeBytes - m_received);
    emit progressed({m_received, m_entry.sizeBytes, m_rate, m_rate > 0 ? left / m_rate : -1});
}

}  // namespace strata::ui
