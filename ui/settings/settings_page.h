// The page of settings. Changes take effect at once.
#pragma once

#include "ui/controllers/device_types.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/theme.h"

#include <QWidget>
#include <functional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace strata::ui {

class DeviceSection;

struct SettingsValues {
    ThemeChoice theme = ThemeChoice::System;
    int fontPercent = 100;  ///< 100..200
    QString language;       ///< a code of languages(); empty = the system's
    bool reducedMotion = false;
    bool enterSends = true;    ///< else Ctrl+Enter does
    int threads = 0;           ///< 0 = all cores
    qint64 contextLength = 0;  ///< 0 = the model's own
    QString modelsFolder;
    bool loadLastModel = true;
    DeviceChoice device = {DeviceChoice::Kind::Automatic, {}, {}};
    DeviceBudgets deviceBudgets;
    bool leaveFree = false;  ///< the model makes room for other programs; else it keeps what the slider says
    qint64 leaveFreeBytes = 2'000'000'000;
    bool pauseOnYield = true;
    [[nodiscard]] bool operator==(const SettingsValues&) const = default;
};

class SettingsPage : public QWidget {
    Q_OBJECT
public:
    explicit SettingsPage(const Theme& theme, QWidget* parent = nullptr);
    /// Does not signal.
    void setValues(const SettingsValues& values);
    [[nodiscard]] const SettingsValues& values() const noexcept { return m_values; }
    /// To be told what there is.
    [[nodiscard]] DeviceSection& devices() noexcept { return *m_devices; }
    /// What "Copy diagnostics" puts on the clipboard; asked for when it is pressed.
    void setDiagnostics(std::function<QString()> diagnostics) { m_diagnostics = std::move(diagnostics); }

signals:
    void changed(const strata::ui::SettingsValues& values);
    /// The user wants these keys, which no other action has.
    void keysChosen(strata::ui::ShortcutAction action, const QKeySequence& keys);
    void revealRequested(const QString& folder);

private:
    [[nodiscard]] QFormLayout* addGroup(QVBoxLayout& column, QString (*title)());
    void addRow(QFormLayout& form, QString (*words)(), QWidget& field);
    [[nodiscard]] QComboBox* addChoice(QFormLayout& form, QString (*words)(), const char* name,
                                       const QList<QString (*)()>& choices);
    [[nodiscard]] QCheckBox* addCheck(QFormLayout& form, QString (*words)(), const char* name);
    void buildLook(QFormLayout& form);
    void buildWriting(QFormLayout& form);
    void buildModels(QFormLayout& form);
    [[nodiscard]] QWidget* buildFolder();
    void buildDevices(QFormLayout& form);
    void buildMemory(QFormLayout& form);
    void buildKeys(QFormLayout& form);
    void buildHelp(QFormLayout& form);
    void followSize();
    void showFolder();
    void take();
    void chooseFolder();
    void copyDiagnostics();

    const Theme& m_theme;
    SettingsValues m_values;
    std::function<QString()> m_diagnostics;
    QWidget* m_holder = nullptr;
    QList<QLabel*> m_names;  // of rows: as wide as the widest, so that the fields of all cards stand in line
    QList<QWidget*> m_fields;
    QComboBox* m_themeBox = nullptr;
    QSpinBox* m_font = nullptr;
    QComboBox* m_language = nullptr;
    QCheckBox* m_motion = nullptr;
    QComboBox* m_send = nullptr;
    QSpinBox* m_threads = nullptr;
    QSpinBox* m_context = nullptr;
    QLabel* m_folder = nullptr;
    QCheckBox* m_loadLast = nullptr;
    DeviceSection* m_devices = nullptr;
    QComboBox* m_memoryMode = nullptr;
    QDoubleSpinBox* m_leaveFree = nullptr;
    QComboBox* m_yield = nullptr;
    QPushButton* m_copy = nullptr;
};

}  // namespace strata::ui
