// The model that is offered to those who have none: found where it is already, or fetched; then compressed.
#pragma once

#include "ui/controllers/catalogue.h"
#include "ui/controllers/download_controller.h"

#include <QObject>

namespace strata::ui {
class LibraryPage;
}

namespace strata::app {

class SampleWiring : public QObject {
    Q_OBJECT
public:
    SampleWiring(ui::LibraryPage& page, const QString& downloadFolder, QObject* parent = nullptr);
    /// Looks whether it is on this disk already.
    void locate();
    /// Where downloads go from now on.
    void setFolder(const QString& folder) { m_download.setFolder(folder); }
    /// Says the offer again: in another language.
    void retell();

signals:
    /// The file is there, and the user wants it.
    void ready(const QString& path);
    void failed(const strata::ui::Problem& problem);

private:
    void connectDownload();
    void take();
    void offer();
    void offerRunning(const ui::DownloadProgress& progress);

    ui::LibraryPage& m_page;
    ui::DownloadController m_download;
    ui::CatalogueEntry m_entry;
    QString m_path;  // empty: not on this disk
};

}  // namespace strata::app
