// How answers are written: system prompt, sampling, presets, thinking, what happens when the context is full.
#pragma once

#include "ui/controllers/engine_types.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace strata::ui {

class ChatController;
class StoreController;
class Theme;

/// Not modal; every change holds from the next answer on.
class SamplingPanel : public QDialog {
    Q_OBJECT
public:
    SamplingPanel(ChatController* controller, StoreController* store, Theme* theme, QWidget* parent = nullptr);

private:
    QDoubleSpinBox* addNumber(QFormLayout* form, const QString& name, const QString& meaning, double least, double most,
                              double step);
    QSpinBox* addInteger(QFormLayout* form, const QString& name, const QString& meaning, int most, const QString& zero);
    void buildPresets(QFormLayout* form);
    void buildFields(QFormLayout* form);
    void display(const PresetRecord& sampling);
    [[nodiscard]] PresetRecord entered() const;
    void take();
    void showPresets(const QList<PresetRecord>& presets);
    void savePreset();
    void removePreset();

    ChatController* m_controller;
    StoreController* m_store;
    Theme* m_theme;
    QList<PresetRecord> m_presets;
    QComboBox* m_preset;
    QPushButton* m_save;
    QPushButton* m_remove;
    QPlainTextEdit* m_prompt;
    QDoubleSpinBox* m_temperature;
    QDoubleSpinBox* m_topP;
    QSpinBox* m_topK;
    QDoubleSpinBox* m_minP;
    QDoubleSpinBox* m_repetition;
    QDoubleSpinBox* m_presence;
    QDoubleSpinBox* m_frequency;
    QLineEdit* m_seed;
    QSpinBox* m_maximum;
    QCheckBox* m_thinking;
    QComboBox* m_overflow;
    bool m_isShowing = false;
};

}  // namespace strata::ui
