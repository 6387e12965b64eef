// The page of settings. Changes take effect at once.
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>
#include <functional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QSpinBox;
class QVBoxLayout;

namespace strata::ui {

struct SettingsValues {
    ThemeChoice theme = ThemeChoice::System;
    int fontPercent = 100;  ///< 100..200
    bool reducedMotion = false;
    int threads = 0;           ///< 0 = all cores
    qint64 contextLength = 0;  ///< 0 = the model's own
    QString modelsFolder;
    bool pauseOnYield = true;
    bool loadLastModel = true;
    [[nodiscard]] bool operator==(const SettingsValues&) const = default;
};

class SettingsPage : public QWidget {
    Q_OBJECT
public:
    explicit SettingsPage(const Theme& theme, QWidget* parent = nullptr);
    /// Does not signal.
    void setValues(const SettingsValues& values);
    [[nodiscard]] const SettingsValues& values() const noexcept { return m_values; }
    /// What "Copy diagnostics" puts on the clipboard; asked for when it is pressed.
    void setDiagnostics(std::function<QString()> diagnostics) { m_diagnostics = std::move(diagnostics); }

signals:
    void changed(const strata::ui::SettingsValues& values);
    void shortcutsRequested();

private:
    [[nodiscard]] QFormLayout* addGroup(QVBoxLayout& column, const QString& title);
    void buildLook(QFormLayout& form);
    void buildModels(QFormLayout& form);
    void buildMemory(QFormLayout& form);
    void buildHelp(QFormLayout& form);
    void take();
    void chooseFolder();

    const Theme& m_theme;
    SettingsValues m_values;
    std::function<QString()> m_diagnostics;
    QComboBox* m_themeBox = nullptr;
    QSpinBox* m_font = nullptr;
    QCheckBox* m_motion = nullptr;
    QSpinBox* m_threads = nullptr;
    QSpinBox* m_context = nullptr;
    QLabel* m_folder = nullptr;
    QCheckBox* m_loadLast = nullptr;
    QCheckBox* m_pause = nullptr;
};

}  // namespace strata::ui
