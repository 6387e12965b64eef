// The choice of a device between settings page, controller and engine.
#pragma once

#include "ui/controllers/device_controller.h"
#include "ui/controllers/engine_controller.h"
#include "ui/controllers/store_controller.h"
#include "ui/settings/settings_page.h"
#include "ui/window/notice_bar.h"

#include <QObject>
#include <memory>

namespace strata::app {

class DeviceWiring : public QObject {
    Q_OBJECT
public:
    /// Engine, store and page must outlive it. Null: a program without GPU support.
    DeviceWiring(std::shared_ptr<ui::DeviceProvider> provider, ui::EngineController& engine, ui::StoreController& store,
                 ui::SettingsPage& page, QObject* parent = nullptr);
    ~DeviceWiring() override;
    /// Once, when the settings are read: whether the last run ended while a device was new to its model. A driver that
    /// brings the program down would do so at every start.
    void lookBack();
    /// What the settings say now. A model that is loaded goes on with another device as soon as it answers no more.
    void apply(const ui::SettingsValues& values);
    /// Lines of a report.
    [[nodiscard]] QStringList diagnostics() const;

signals:
    void told(const strata::ui::Notice& notice);
    /// The chosen device is not the one that computes.
    void reloadRequested();
    void settingsRequested();
    void choiceWanted(const strata::ui::DeviceChoice& choice);

private:
    void showList();
    void reload();
    void tell(const ui::Problem& problem);
    void setTrial(bool isUnderWay);

    ui::EngineController& m_engine;
    ui::StoreController& m_store;
    ui::SettingsPage& m_page;
    ui::DeviceController m_controller;
    ui::DeviceChoice m_choice;
    bool m_isDue = false;
    bool m_isTrial = false;
    const bool m_hasProvider;
};

}  // namespace strata::app
