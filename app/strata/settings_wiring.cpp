#include "app/strata/settings_wiring.h"

#include "ui/window/main_window.h"

namespace strata::app {
namespace {

using namespace strata::ui;

constexpr double kPercent = 100;

}  // namespace

SettingsWiring::SettingsWiring(StoreController& store, Theme& theme, MainWindow& window, MemoryController& memory,
                               const QString& modelsFolder, QObject* parent)
    : QObject(parent),
      m_store(store),
      m_theme(theme),
      m_window(window),
      m_memory(memory),
      m_defaultFolder(modelsFolder),
      m_page(new SettingsPage(theme)) {
    SettingsValues values;
    values.modelsFolder = modelsFolder;
    m_page->setValues(values);
    connect(m_page, &SettingsPage::changed, this, [this](const SettingsValues& changed) {
        apply(changed);
        save(changed);
    });
    connect(&memory, &MemoryController::choiceChanged, this, [this](const MemoryChoice& choice) {
        m_store.setSetting(QStringLiteral("memory/mode"), static_cast<int>(choice.mode));
        m_store.setSetting(QStringLiteral("memory/leaveFreeBytes"), choice.leaveFreeBytes);
    });
    connect(&window, &MainWindow::stateChanged, this, &SettingsWiring::saveWindow);
}

void SettingsWiring::load() {
    const auto read = [this](const char* key, const QVariant& fallback) {
        return m_store.setting(QLatin1String(key), fallback);
    };
    SettingsValues values;
    values.theme = static_cast<ThemeChoice>(qBound(0, read("theme/choice", 0).toInt(), 2));
    values.fontPercent = qBound(100, read("theme/fontPercent", 100).toInt(), 200);
    values.reducedMotion = read("theme/reducedMotion", false).toBool();
    values.threads = std::max(read("engine/threads", 0).toInt(), 0);
    values.contextLength = std::max<qint64>(read("engine/contextLength", 0).toLongLong(), 0);
    values.modelsFolder = read("folders/models", m_defaultFolder).toString();
    values.pauseOnYield = read("memory/pauseOnYield", true).toBool();
    values.loadLastModel = read("engine/loadLast", true).toBool();
    m_page->setValues(values);
    apply(values);
    const MemoryChoice usual;
    m_memory.setChoice({static_cast<MemoryMode>(qBound(0, read("memory/mode", 0).toInt(), 1)),
                        std::max<qint64>(read("memory/leaveFreeBytes", usual.leaveFreeBytes).toLongLong(), 0)});
    m_window.restoreState({read("window/geometry", QByteArray()).toByteArray(), read("window/listOpen", true).toBool(),
                           read("window/memoryOpen", true).toBool()});
}

void SettingsWiring::apply(const SettingsValues& values) {
    m_theme.setReducedMotion(values.reducedMotion);
    m_theme.setFontScale(values.fontPercent / kPercent);
    m_theme.setChoice(values.theme);
    m_memory.setPauseOnYield(values.pauseOnYield);
    emit modelsFolderChanged(values.modelsFolder);
}

void SettingsWiring::save(const SettingsValues& values) {
    const auto write = [this](const char* key, const QVariant& value) {
        m_store.setSetting(QLatin1String(key), value);
    };
    write("theme/choice", static_cast<int>(values.theme));
    write("theme/fontPercent", values.fontPercent);
    write("theme/reducedMotion", values.reducedMotion);
    write("engine/threads", values.threads);
    write("engine/contextLength", values.contextLength);
    write("folders/models", values.modelsFolder);
    write("memory/pauseOnYield", values.pauseOnYield);
    write("engine/loadLast", values.loadLastModel);
}

void SettingsWiring::saveWindow() {
    const WindowState state = m_window.state();
    m_store.setSetting(QStringLiteral("window/geometry"), state.geometry);
    m_store.setSetting(QStringLiteral("window/listOpen"), state.listOpen);
    m_store.setSetting(QStringLiteral("window/memoryOpen"), state.memoryOpen);
}

}  // namespace strata::app
