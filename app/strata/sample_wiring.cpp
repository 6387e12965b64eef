#include "app/strata/sample_wiring.h"

#include "ui/library/library_page.h"
#include "ui/models/jobs_model.h"
#include "ui/models/number_text.h"

#include <QCoreApplication>
#include <QUrl>
#include <algorithm>

namespace strata::app {

using namespace strata::ui;

namespace {

/// What the catalogue says of its models. An entry that is not named here is shown as it is written.
QString describe(const CatalogueEntry& entry) {
    static constexpr const char* kKnown[] = {
        QT_TRANSLATE_NOOP("Catalogue", "A small English assistant to try Strata with."),
    };
    const auto known =
        std::ranges::find(kKnown, entry.description, [](const char* text) { return QString::fromUtf8(text); });
    return known == std::end(kKnown) ? entry.description : QCoreApplication::translate("Catalogue", *known);
}

}  // namespace

SampleWiring::SampleWiring(LibraryPage& page, const QString& downloadFolder, QObject* parent)
    : QObject(parent), m_page(page), m_download(downloadFolder) {
    const QList<CatalogueEntry> entries = catalogue();
    if (entries.isEmpty()) return;
    m_entry = entries.first();
    connectDownload();
    connect(&page, &LibraryPage::suggestionTaken, this, &SampleWiring::take);
    connect(&page, &LibraryPage::suggestionCancelled, this, [this] { m_download.cancel(m_entry.id); });
    offer();
}

void SampleWiring::locate() {
    if (!m_entry.id.isEmpty())
        m_download.locate(m_entry, DownloadController::developerFolders(QCoreApplication::applicationDirPath()));
}

void SampleWiring::retell() {
    // One that runs says it with its next progress.
    if (!m_entry.id.isEmpty() && !m_download.isRunning(m_entry.id)) offer();
}

void SampleWiring::connectDownload() {
    connect(&m_download, &DownloadController::located, this, [this](const QString&, const QString& path) {
        m_path = path;
        offer();
    });
    connect(&m_download, &DownloadController::progressed, this,
            [this](const QString&, const DownloadProgress& progress) { offerRunning(progress); });
    connect(&m_download, &DownloadController::finished, this, [this](const QString&, const QString& path) {
        m_path = path;
        offer();
        emit ready(path);
    });
    connect(&m_download, &DownloadController::failed, this, [this](const QString&, const Problem& problem) {
        offer();
        emit failed(problem);
    });
    connect(&m_download, &DownloadController::cancelled, this, [this] { offer(); });
}

void SampleWiring::take() {
    if (!m_path.isEmpty()) return emit ready(m_path);
    m_download.start(m_entry);
    offerRunning({});
}

void SampleWiring::offer() {
    Suggestion suggestion;
    suggestion.name = m_entry.name;
    suggestion.text =
        m_path.isEmpty()
            ? tr("%1 %2 to download, %3, from %4")
                  .arg(describe(m_entry), bytesText(m_entry.sizeBytes), m_entry.licence, QUrl(m_entry.address).host())
            : tr("%1 It is on this computer already; %2.").arg(describe(m_entry), m_entry.licence);
    suggestion.action = m_path.isEmpty() ? tr("Download") : tr("Compress");
    m_page.setSuggestion(suggestion);
}

void SampleWiring::offerRunning(const DownloadProgress& progress) {
    Suggestion suggestion;
    suggestion.name = m_entry.name;
    suggestion.fraction =
        static_cast<double>(progress.receivedBytes) / static_cast<double>(std::max<qint64>(m_entry.sizeBytes, 1));
    suggestion.text =
        tr("%1 of %2  ·  %3")
            .arg(bytesText(progress.receivedBytes), bytesText(m_entry.sizeBytes), timeLeftText(progress.secondsLeft));
    m_page.setSuggestion(suggestion);
}

}  // namespace strata::app
