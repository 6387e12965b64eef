#include "app/strata/folder_wiring.h"

#include "ui/models/number_text.h"
#include "ui/window/jobs_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/sidebar.h"

#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>
#include <utility>

namespace strata::app {
namespace {

using namespace strata::ui;

constexpr int kNewsMs = 8000;
const QString kJob = QStringLiteral("folder/move");

}  // namespace

FolderWiring::FolderWiring(LibraryController& library, EngineController& engine, MainWindow& window, QObject* parent)
    : QObject(parent), m_library(library), m_engine(engine), m_window(window) {
    connect(&library, &LibraryController::moveProgressed, this, &FolderWiring::showProgress);
    connect(&library, &LibraryController::moved, this, [this](const QString& from, const QString& to) {
        if (from == m_loaded) m_loaded = to;
    });
    connect(&library, &LibraryController::moveFailed, this,
            [this](const QString&, const Problem& problem) { emit told(noticeOf(problem)); });
    connect(&library, &LibraryController::moveEnded, this, &FolderWiring::takeEnd);
    connect(&window.sidebar().jobs(), &JobsPanel::cancelRequested, this, [this](const QString& key) {
        if (key == kJob) m_library.cancelCopies();
    });
}

void FolderWiring::change(const QString& folder) {
    const QString former = m_library.modelsFolder();
    if (folder == former) return;
    const QStringList stacks = m_library.stacksIn(former);
    m_library.setModelsFolder(folder);
    if (!stacks.isEmpty()) ask(stacks);
}

void FolderWiring::ask(const QStringList& stacks) {
    qint64 sizeBytes = 0;
    for (const QString& path : stacks)
        if (const LibraryEntry* entry = m_library.model().find(path)) sizeBytes += entry->record.sizeBytes;
    auto* box = new QMessageBox(&m_window);
    box->setObjectName(QStringLiteral("moveModels"));
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setWindowTitle(tr("Folder for models"));
    box->setText(tr("Move the models to the new folder?"));
    box->setInformativeText(tr("%n model(s), %1, lie in the former folder. Those that stay there are listed as before.",
                               nullptr, static_cast<int>(stacks.size()))
                                .arg(bytesText(sizeBytes)));
    QPushButton* move = box->addButton(tr("Move them"), QMessageBox::AcceptRole);
    QPushButton* stay = box->addButton(tr("Leave them there"), QMessageBox::RejectRole);
    box->setDefaultButton(move);
    box->setEscapeButton(stay);
    connect(move, &QPushButton::clicked, this, [this, stacks] { this->move(stacks); });
    box->open();
}

void FolderWiring::move(const QStringList& stacks) {
    // A file is not pulled away from under a model that answers.
    m_loaded = stacks.contains(m_engine.stack().path) ? m_engine.stack().path : QString();
    if (!m_loaded.isEmpty()) m_engine.eject();
    showProgress(stacks.first(), 0);
    m_library.moveIn(stacks);
}

void FolderWiring::showProgress(const QString& path, double fraction) {
    JobView view;
    view.title = tr("Moving models");
    view.text = tr("%1: %2").arg(percentText(fraction), QFileInfo(path).completeBaseName());
    view.fraction = fraction;
    view.pausable = false;
    m_window.sidebar().jobs().setJob(kJob, view);
}

void FolderWiring::takeEnd(int moved) {
    m_window.sidebar().jobs().removeJob(kJob);
    if (moved > 0) {
        Notice notice;
        notice.kind = NoticeKind::Success;
        notice.title = tr("%n model(s) moved to the new folder", nullptr, moved);
        notice.showMs = kNewsMs;
        emit told(notice);
    }
    if (!m_loaded.isEmpty()) emit reloadRequested(std::exchange(m_loaded, {}));
}

}  // namespace strata::app
