// The whole application on a folder of its own, and a hand on its settings.
#pragma once

#include "app/strata/application.h"

#include <QApplication>
#include <QComboBox>
#include <QSpinBox>
#include <QTemporaryDir>
#include <memory>

namespace strata::app {

struct Desk {
    QTemporaryDir folder;
    std::shared_ptr<ui::DeviceProvider> devices;
    std::unique_ptr<Application> application;
    ui::MainWindow* window = nullptr;

    explicit Desk(std::shared_ptr<ui::DeviceProvider> provider = nullptr) : devices(std::move(provider)) { start(); }

    /// Ends the application, if there is one, and starts another with what was stored.
    void start() {
        application.reset();
        const QString data = folder.path();
        const ui::AppFolders folders{
            .data = data, .config = data, .cache = data, .models = data + QStringLiteral("/models")};
        static_cast<void>(folders.create());
        application = std::make_unique<Application>(folders, devices);
        application->show();
        for (QWidget* widget : QApplication::topLevelWidgets())
            if (auto* found = qobject_cast<ui::MainWindow*>(widget)) window = found;
    }

    template <class Widget>
    [[nodiscard]] Widget* child(const char* name) const {
        return window->findChild<Widget*>(QLatin1String(name));
    }

    /// As a user would, in one of the boxes of the settings page.
    void choose(const char* name, int index) const {
        auto* box = child<QComboBox>(name);
        box->setCurrentIndex(index);
        emit box->activated(index);
    }
    /// Empty: the system's.
    void choose(const QString& language) const {
        choose("language", language.isEmpty() ? 0 : child<QComboBox>("language")->findData(language));
    }
    void setFont(int percent) const { child<QSpinBox>("fontPercent")->setValue(percent); }
};

}  // namespace strata::app
