#include "app/strata/settings_wiring.h"

#include "ui/window/main_window.h"

namespace strata::app {
namespace {

using namespace strata::ui;

constexpr double kPercent = 100;

QString keyOf(ShortcutAction action) {
    return QStringLiteral("keys/") + shortcutName(action);
}

QVariantMap mapOf(const DeviceBudgets& budgets) {
    QVariantMap map;
    for (auto entry = budgets.begin(); entry != budgets.end(); ++entry) map.insert(entry.key(), entry.value());
    return map;
}

DeviceBudgets budgetsOf(const QVariantMap& map) {
    DeviceBudgets budgets;
    for (auto entry = map.begin(); entry != map.end(); ++entry)
        if (const qint64 bytes = entry.value().toLongLong(); bytes > 0) budgets.insert(entry.key(), bytes);
    return budgets;
}

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
    connect(m_page, &SettingsPage::keysChosen, this, [this](ShortcutAction action, const QKeySequence& keys) {
        m_theme.shortcuts().setKeys(action, keys);
        m_store.setSetting(keyOf(action), m_theme.shortcuts().isDefault(action)
                                              ? QVariant()
                                              : QVariant(keys.toString(QKeySequence::PortableText)));
    });
    // The panel beside the chat changes it too.
    connect(&memory, &MemoryController::choiceChanged, this, [this](const MemoryChoice& choice) {
        SettingsValues shown = m_page->values();
        shown.leaveFree = choice.mode == strata::MemoryMode::LeaveFree;
        shown.leaveFreeBytes = choice.leaveFreeBytes;
        m_page->setValues(shown);
        m_store.setSetting(QStringLiteral("memory/mode"), static_cast<int>(choice.mode));
        m_store.setSetting(QStringLiteral("memory/leaveFreeBytes"), choice.leaveFreeBytes);
    });
    connect(&window, &MainWindow::stateChanged, this, &SettingsWiring::saveWindow);
}

void SettingsWiring::change(const SettingsValues& values) {
    m_page->setValues(values);
    apply(values);
    save(values);
}

void SettingsWiring::load() {
    const auto read = [this](const char* key, const QVariant& fallback) {
        return m_store.setting(QLatin1String(key), fallback);
    };
    SettingsValues values;
    values.theme = static_cast<ThemeChoice>(qBound(0, read("theme/choice", 0).toInt(), 2));
    values.fontPercent = qBound(100, read("theme/fontPercent", 100).toInt(), 200);
    values.language = read("theme/language", QString()).toString();
    values.reducedMotion = read("theme/reducedMotion", false).toBool();
    values.enterSends = read("chat/enterSends", true).toBool();
    values.threads = std::max(read("engine/threads", 0).toInt(), 0);
    values.contextLength = std::max<qint64>(read("engine/contextLength", 0).toLongLong(), 0);
    values.modelsFolder = read("folders/models", m_defaultFolder).toString();
    values.pauseOnYield = read("memory/pauseOnYield", true).toBool();
    values.loadLastModel = read("engine/loadLast", true).toBool();
    const int kind = read("engine/device", static_cast<int>(DeviceChoice::Kind::Automatic)).toInt();
    values.device = {static_cast<DeviceChoice::Kind>(qBound(0, kind, 2)), read("engine/deviceId", {}).toString(),
                     read("engine/deviceName", {}).toString()};
    values.deviceBudgets = budgetsOf(read("engine/deviceBudgets", {}).toMap());
    values.leaveFree = read("memory/mode", 0).toInt() == static_cast<int>(strata::MemoryMode::LeaveFree);
    values.leaveFreeBytes = std::max<qint64>(read("memory/leaveFreeBytes", values.leaveFreeBytes).toLongLong(), 0);
    for (const ShortcutAction action : allShortcuts()) {
        const QVariant keys = m_store.setting(keyOf(action));
        if (keys.isValid())
            m_theme.shortcuts().setKeys(action, QKeySequence(keys.toString(), QKeySequence::PortableText));
    }
    m_page->setValues(values);
    apply(values);
    m_window.restoreState({read("window/geometry", QByteArray()).toByteArray(), read("window/listOpen", true).toBool(),
                           read("window/memoryOpen", true).toBool()});
}

void SettingsWiring::apply(const SettingsValues& values) {
    m_theme.setLanguage(values.language);
    m_theme.setReducedMotion(values.reducedMotion);
    m_theme.setFontScale(values.fontPercent / kPercent);
    m_theme.setChoice(values.theme);
    m_memory.setPauseOnYield(values.pauseOnYield);
    m_memory.setChoice(
        {values.leaveFree ? strata::MemoryMode::LeaveFree : strata::MemoryMode::Fixed, values.leaveFreeBytes});
    emit enterSendsChanged(values.enterSends);
    emit modelsFolderChanged(values.modelsFolder);
    emit applied(values);
}

void SettingsWiring::save(const SettingsValues& values) {
    const auto write = [this](const char* key, const QVariant& value) {
        m_store.setSetting(QLatin1String(key), value);
    };
    write("theme/choice", static_cast<int>(values.theme));
    write("theme/fontPercent", values.fontPercent);
    write("theme/language", values.language);
    write("theme/reducedMotion", values.reducedMotion);
    write("chat/enterSends", values.enterSends);
    write("engine/threads", values.threads);
    write("engine/contextLength", values.contextLength);
    write("folders/models", values.modelsFolder);
    write("memory/pauseOnYield", values.pauseOnYield);
    write("engine/device", static_cast<int>(values.device.kind));
    write("engine/deviceId", values.device.id);
    write("engine/deviceName", values.device.name);
    write("engine/deviceBudgets", mapOf(values.deviceBudgets));
    write("engine/loadLast", values.loadLastModel);
}

void SettingsWiring::saveWindow() {
    const WindowState state = m_window.state();
    m_store.setSetting(QStringLiteral("window/geometry"), state.geometry);
    m_store.setSetting(QStringLiteral("window/listOpen"), state.listOpen);
    m_store.setSetting(QStringLiteral("window/memoryOpen"), state.memoryOpen);
}

}  // namespace strata::app
