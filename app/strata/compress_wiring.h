// Compressions between wizard, controller, store, jobs panel and library.
#pragma once

#include "ui/controllers/compression_controller.h"
#include "ui/controllers/store_controller.h"

#include <QHash>
#include <QObject>
#include <QPointer>

namespace strata::ui {
class CompressWizard;
class MainWindow;
class Theme;
}  // namespace strata::ui

namespace strata::app {

class CompressWiring : public QObject {
    Q_OBJECT
public:
    /// All must outlive it.
    CompressWiring(ui::StoreController& store, ui::MainWindow& window, const ui::Theme& theme,
                   QObject* parent = nullptr);
    void setModelsFolder(const QString& folder) { m_modelsFolder = folder; }
    void openWizard(const QString& source);
    [[nodiscard]] const ui::CompressionController& controller() const noexcept { return m_controller; }

signals:
    /// A stack is there; `chat` if the user wants to talk to it now.
    void stackMade(const QString& path, const QString& name);
    void failed(const QString& name, const strata::ui::Problem& problem);
    void chatRequested(const QString& path);
    /// "Compressing SmolLM2: 40 %"; empty when nothing is under way.
    void expectationChanged(const QString& words);

private:
    void connectController();
    void connectJobs();
    void showWizard(ui::CompressWizard* wizard);
    void showJob(qint64 job);
    void save(qint64 job);

    ui::StoreController& m_store;
    ui::MainWindow& m_window;
    const ui::Theme& m_theme;
    QString m_modelsFolder;
    ui::CompressionController m_controller;
    QHash<qint64, ui::JobRecord> m_records;
    QHash<ui::RequestId, ui::CompressionOrder> m_asked;
    QPointer<ui::CompressWizard> m_wizard;
};

}  // namespace strata::app
