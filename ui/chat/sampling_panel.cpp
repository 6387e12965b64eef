#include "ui/chat/sampling_panel.h"

#include "ui/chat/chat_controller.h"
#include "ui/controllers/store_controller.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QScrollArea>
#include <QSpinBox>
#include <algorithm>

namespace strata::ui {

SamplingPanel::SamplingPanel(ChatController* controller, StoreController* store, Theme* theme, QWidget* parent)
    : QDialog(parent), m_controller(controller), m_store(store), m_theme(theme) {
    setWindowTitle(tr("How answers are written"));
    auto* content = new QWidget;
    auto* form = new QFormLayout(content);
    form->setContentsMargins(theme->space(Space::Wide), theme->space(Space::Large), theme->space(Space::Wide),
                             theme->space(Space::Large));
    form->setSpacing(theme->space(Space::Medium));
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    buildPresets(form);
    buildFields(form);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    resize(qRound(640 * theme->fontScale()), qRound(680 * theme->fontScale()));
    connect(store, &StoreController::presetsLoaded, this, &SamplingPanel::showPresets);
    connect(controller, &ChatController::samplingChanged, this, [this] {
        if (!m_isShowing) display(m_controller->sampling());
    });
    connect(controller, &ChatController::conversationOpened, this, [this] { display(m_controller->sampling()); });
    store->loadPresets();
    display(controller->sampling());
}

void SamplingPanel::buildPresets(QFormLayout* form) {
    m_preset = new QComboBox(this);
    m_preset->setAccessibleName(tr("Preset"));
    m_save = new QPushButton(tr("Save as…"), this);
    m_remove = new QPushButton(tr("Remove"), this);
    auto* row = new QHBoxLayout;
    row->addWidget(m_preset, 1);
    row->addWidget(m_save);
    row->addWidget(m_remove);
    form->addRow(tr("Preset"), row);
    connect(m_preset, &QComboBox::activated, this, [this](int index) {
        if (index == 0) return m_controller->applyPreset(PresetRecord{});
        if (index <= m_presets.size()) m_controller->applyPreset(m_presets[index - 1]);
    });
    connect(m_save, &QPushButton::clicked, this, &SamplingPanel::savePreset);
    connect(m_remove, &QPushButton::clicked, this, &SamplingPanel::removePreset);
}

QDoubleSpinBox* SamplingPanel::addNumber(QFormLayout* form, const QString& name, const QString& meaning, double least,
                                         double most, double step) {
    auto* box = new QDoubleSpinBox(this);
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setDecimals(2);
    box->setToolTip(meaning);
    box->setAccessibleName(name);
    box->setAccessibleDescription(meaning);
    form->addRow(name, box);
    connect(box, &QDoubleSpinBox::valueChanged, this, &SamplingPanel::take);
    return box;
}

QSpinBox* SamplingPanel::addInteger(QFormLayout* form, const QString& name, const QString& meaning, int most,
                                    const QString& zero) {
    auto* box = new QSpinBox(this);
    box->setRange(0, most);
    box->setSpecialValueText(zero);
    box->setToolTip(meaning);
    box->setAccessibleName(name);
    box->setAccessibleDescription(meaning);
    form->addRow(name, box);
    connect(box, &QSpinBox::valueChanged, this, &SamplingPanel::take);
    return box;
}

void SamplingPanel::buildFields(QFormLayout* form) {
    m_prompt = new QPlainTextEdit(this);
    m_prompt->setPlaceholderText(tr("For example: You answer briefly and in German."));
    m_prompt->setAccessibleName(tr("System prompt"));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setFixedHeight(qRound(96 * m_theme->fontScale()));
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &SamplingPanel::take);
    form->addRow(tr("System prompt"), m_prompt);
    m_thinking = new QCheckBox(tr("Think before answering, where the model can"), this);
    connect(m_thinking, &QCheckBox::toggled, this, [this](bool on) {
        if (!m_isShowing) m_controller->setThinking(on);
    });
    form->addRow(QString(), m_thinking);
    m_temperature =
        addNumber(form, tr("Temperature"), tr("0 always takes the likeliest word; higher is more varied"), 0, 2, 0.05);
    m_topP =
        addNumber(form, tr("Top-p"), tr("Only the likeliest words that together have this share; 1 = all"), 0, 1, 0.05);
    m_topK = addInteger(form, tr("Top-k"), tr("Only this many of the likeliest words"), 1000, tr("all"));
    m_minP = addNumber(form, tr("Min-p"), tr("Only words at least this likely, compared with the likeliest; 0 = all"),
                       0, 1, 0.01);
    m_repetition =
        addNumber(form, tr("Repetition penalty"), tr("Above 1, words that were used become less likely"), 1, 2, 0.05);
    m_presence = addNumber(form, tr("Presence penalty"), tr("Taken from words that were used at all"), -2, 2, 0.1);
    m_frequency =
        addNumber(form, tr("Frequency penalty"), tr("Taken from words as often as they were used"), -2, 2, 0.1);
    m_seed = new QLineEdit(this);
    m_seed->setPlaceholderText(tr("another one for every answer"));
    m_seed->setToolTip(tr("The same number, question and memory give the same answer"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{0,19}")), m_seed));
    connect(m_seed, &QLineEdit::textChanged, this, &SamplingPanel::take);
    form->addRow(tr("Seed"), m_seed);
    m_maximum = addInteger(form, tr("Longest answer"), tr("In tokens; a token is about three quarters of a word"),
                           1 << 20, tr("until it ends by itself"));
    m_overflow = new QComboBox(this);
    m_overflow->addItems({tr("Stop"), tr("Forget the oldest"), tr("Forget the middle")});
    m_overflow->setAccessibleName(tr("When the context is full"));
    m_overflow->setToolTip(tr("Holds from the next time a model is loaded"));
    connect(m_overflow, &QComboBox::activated, this,
            [this](int index) { m_controller->setOverflow(static_cast<OverflowPolicy>(index)); });
    form->addRow(tr("When the context is full"), m_overflow);
}

void SamplingPanel::display(const PresetRecord& sampling) {
    m_isShowing = true;
    m_temperature->setValue(sampling.temperature);
    m_topP->setValue(sampling.topP);
    m_topK->setValue(sampling.topK);
    m_minP->setValue(sampling.minP);
    m_repetition->setValue(sampling.repetitionPenalty);
    m_presence->setValue(sampling.presencePenalty);
    m_frequency->setValue(sampling.frequencyPenalty);
    m_seed->setText(sampling.seed ? QString::number(*sampling.seed) : QString());
    m_maximum->setValue(sampling.maximumTokens);
    m_thinking->setChecked(m_controller->thinking());
    m_overflow->setCurrentIndex(static_cast<int>(m_controller->overflow()));
    const QString prompt = m_controller->conversation().systemPrompt;
    if (m_prompt->toPlainText() != prompt) m_prompt->setPlainText(prompt);
    const int preset = m_preset->findText(m_controller->conversation().presetName);
    m_preset->setCurrentIndex(std::max(0, preset));
    m_remove->setEnabled(preset > 0);
    m_isShowing = false;
}

PresetRecord SamplingPanel::entered() const {
    PresetRecord sampling;
    sampling.temperature = m_temperature->value();
    sampling.topP = m_topP->value();
    sampling.topK = m_topK->value();
    sampling.minP = m_minP->value();
    sampling.repetitionPenalty = m_repetition->value();
    sampling.presencePenalty = m_presence->value();
    sampling.frequencyPenalty = m_frequency->value();
    if (!m_seed->text().isEmpty()) sampling.seed = m_seed->text().toULongLong();
    sampling.maximumTokens = m_maximum->value();
    return sampling;
}

void SamplingPanel::take() {
    if (m_isShowing) return;
    // The fields already show what is set here: nothing comes back into them.
    m_isShowing = true;
    m_controller->setSystemPrompt(m_prompt->toPlainText());
    PresetRecord sampling = entered();
    sampling.name = m_controller->sampling().name;
    sampling.systemPrompt = m_controller->sampling().systemPrompt;
    m_controller->setSampling(sampling);
    m_isShowing = false;
}

void SamplingPanel::showPresets(const QList<PresetRecord>& presets) {
    m_presets = presets;
    m_preset->clear();
    m_preset->addItem(tr("Standard"));
    for (const PresetRecord& preset : presets) m_preset->addItem(preset.name);
    display(m_controller->sampling());
}

void SamplingPanel::savePreset() {
    auto* dialog = new QInputDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Save preset"));
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(m_controller->conversation().presetName);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString& name) {
        if (name.trimmed().isEmpty()) return;
        PresetRecord preset = entered();
        preset.name = name.trimmed();
        preset.systemPrompt = m_prompt->toPlainText();
        m_store->savePreset(preset);
        m_controller->applyPreset(preset);
        m_store->loadPresets();
    });
    dialog->open();
}

void SamplingPanel::removePreset() {
    const int index = m_preset->currentIndex();
    if (index < 1 || index > m_presets.size()) return;
    m_store->removePreset(m_presets[index - 1].name);
    m_store->loadPresets();
}

}  // namespace strata::ui
