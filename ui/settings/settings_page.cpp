#include "ui/settings/settings_page.h"

#include "ui/settings/device_section.h"
#include "ui/settings/shortcut_list.h"
#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/translations.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr int kColumnWidth = 640;
constexpr int kMostThreads = 256;
constexpr int kMostContext = 1 << 20;
constexpr int kContextStep = 1024;
constexpr double kGigabyte = 1e9;
constexpr int kCopiedMs = 2000;

QHBoxLayout* rowOf(QWidget& widget, int spacing) {
    auto* row = new QHBoxLayout(&widget);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(spacing);
    return row;
}

}  // namespace

SettingsPage::SettingsPage(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("settingsPage"));
    followWords(theme, *this, [] { return tr("Settings"); }, &QWidget::setAccessibleName);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget;
    auto* across = new QHBoxLayout(content);
    const int margin = theme.space(Space::Large);
    across->setContentsMargins(margin, margin, margin, theme.space(Space::Wide));
    m_holder = new QWidget;
    auto* column = new QVBoxLayout(m_holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme.space(Space::Medium));
    auto* title = new QLabel;
    followWords(theme, *title, [] { return tr("Settings"); }, &QLabel::setText);
    setLook(*title, Look::Title);
    column->addWidget(title);
    buildLook(*addGroup(*column, [] { return tr("Look"); }));
    buildWriting(*addGroup(*column, [] { return tr("Writing"); }));
    buildModels(*addGroup(*column, [] { return tr("Models"); }));
    buildDevices(*addGroup(*column, [] { return tr("Devices"); }));
    buildMemory(*addGroup(*column, [] { return tr("Memory"); }));
    buildKeys(*addGroup(*column, [] { return tr("Keyboard"); }));
    buildHelp(*addGroup(*column, [] { return tr("Help"); }));
    column->addStretch(1);
    across->addStretch(1);
    across->addWidget(m_holder, 100);
    across->addStretch(1);
    scroll->setWidget(content);
    outer->addWidget(scroll);
    connect(&theme, &Theme::changed, this, &SettingsPage::followSize);
    followSize();
    setValues({});
}

void SettingsPage::followSize() {
    m_holder->setMaximumWidth(qRound(kColumnWidth * m_theme.fontScale()));
    int widest = 0;
    for (QLabel* name : m_names) {
        name->setMinimumWidth(0);
        name->ensurePolished();
        widest = std::max(widest, name->sizeHint().width());
    }
    for (QLabel* name : m_names) name->setMinimumWidth(widest);
    // Other words ask for other widths; a row that has no room for the whole field breaks rather than cut them.
    for (QWidget* field : m_fields) {
        field->ensurePolished();
        field->setMinimumWidth(field->sizeHint().width());
        field->updateGeometry();
    }
}

QFormLayout* SettingsPage::addGroup(QVBoxLayout& column, QString (*title)()) {
    auto* heading = new QLabel;
    followWords(m_theme, *heading, title, &QLabel::setText);
    setLook(*heading, Look::Secondary);
    column.addSpacing(m_theme.space(Space::Small));
    column.addWidget(heading);
    auto* card = new QFrame;
    setLook(*card, Look::Card);
    auto* form = new QFormLayout(card);
    const int margin = m_theme.space(Space::Large);
    form->setContentsMargins(margin, margin, margin, margin);
    form->setHorizontalSpacing(m_theme.space(Space::Wide));
    form->setVerticalSpacing(m_theme.space(Space::Medium));
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::FieldsStayAtSizeHint);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    column.addWidget(card);
    return form;
}

void SettingsPage::addRow(QFormLayout& form, QString (*words)(), QWidget& field) {
    auto* label = new QLabel;
    followWords(m_theme, *label, words, &QLabel::setText);
    label->setBuddy(&field);
    form.addRow(label, &field);
    m_names.append(label);
    m_fields.append(&field);
}

QComboBox* SettingsPage::addChoice(QFormLayout& form, QString (*words)(), const char* name,
                                   const QList<QString (*)()>& choices) {
    auto* box = new QComboBox;
    box->setObjectName(QLatin1String(name));
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    for (qsizetype index = 0; index < choices.size(); ++index) box->addItem(QString());
    followWords(m_theme, *box, [box, choices] {
        for (qsizetype index = 0; index < choices.size(); ++index)
            box->setItemText(static_cast<int>(index), choices[index]());
    });
    addRow(form, words, *box);
    connect(box, &QComboBox::activated, this, &SettingsPage::take);
    return box;
}

QCheckBox* SettingsPage::addCheck(QFormLayout& form, QString (*words)(), const char* name) {
    auto* box = new QCheckBox;
    box->setObjectName(QLatin1String(name));
    followWords(m_theme, *box, words, &QAbstractButton::setText);
    form.addRow(box);
    connect(box, &QCheckBox::toggled, this, &SettingsPage::take);
    return box;
}

void SettingsPage::buildLook(QFormLayout& form) {
    m_themeBox = addChoice(form, [] { return tr("&Theme"); }, "themeChoice",
                           {[] { return tr("As the system"); }, [] { return tr("Light"); }, [] { return tr("Dark"); }});
    m_font = new QSpinBox;
    m_font->setObjectName(QStringLiteral("fontPercent"));
    m_font->setRange(100, 200);
    m_font->setSingleStep(10);
    m_font->setKeyboardTracking(false);
    followWords(m_theme, *m_font, [] { return tr(" %"); }, &QSpinBox::setSuffix);
    addRow(form, [] { return tr("Text &size"); }, *m_font);
    connect(m_font, &QSpinBox::valueChanged, this, &SettingsPage::take);
    m_language = addChoice(form, [] { return tr("&Language"); }, "language", {[] { return tr("As the system"); }});
    // Each in itself, so that it is found by those who read no other.
    for (const Language& language : languages()) m_language->addItem(language.name, language.code);
    m_motion = addCheck(form, [] { return tr("Reduce motion"); }, "reducedMotion");
}

void SettingsPage::buildWriting(QFormLayout& form) {
    m_send = addChoice(form, [] { return tr("Send &with"); }, "sendWith",
                       {[] { return tr("Enter"); }, [] { return tr("Ctrl+Enter"); }});
    auto* hint = new QLabel;
    hint->setWordWrap(true);
    setLook(*hint, Look::Secondary);
    followWords(
        m_theme, *hint, [] { return tr("Shift+Enter always begins a new line, and Ctrl+Enter always sends."); },
        &QLabel::setText);
    form.addRow(hint);
}

void SettingsPage::buildModels(QFormLayout& form) {
    const auto later = [] { return tr("Takes effect when a model is loaded"); };
    m_threads = new QSpinBox;
    m_threads->setObjectName(QStringLiteral("threads"));
    m_threads->setRange(0, kMostThreads);
    m_threads->setKeyboardTracking(false);
    followWords(m_theme, *m_threads, [] { return tr("All cores"); }, &QSpinBox::setSpecialValueText);
    followWords(m_theme, *m_threads, later, &QWidget::setToolTip);
    m_context = new QSpinBox;
    m_context->setObjectName(QStringLiteral("contextLength"));
    m_context->setRange(0, kMostContext);
    m_context->setSingleStep(kContextStep);
    m_context->setKeyboardTracking(false);
    followWords(m_theme, *m_context, [] { return tr("The model's own"); }, &QSpinBox::setSpecialValueText);
    followWords(m_theme, *m_context, [] { return tr(" tokens"); }, &QSpinBox::setSuffix);
    followWords(m_theme, *m_context, later, &QWidget::setToolTip);
    addRow(form, [] { return tr("T&hreads"); }, *m_threads);
    addRow(form, [] { return tr("&Context length"); }, *m_context);
    addRow(form, [] { return tr("Folder"); }, *buildFolder());
    m_folder = new QLabel;
    m_folder->setObjectName(QStringLiteral("modelsFolder"));
    m_folder->setTextFormat(Qt::PlainText);
    m_folder->setWordWrap(true);
    setLook(*m_folder, Look::Secondary);
    form.addRow(m_folder);
    m_loadLast = addCheck(form, [] { return tr("Load the last model at the start"); }, "loadLast");
    connect(m_threads, &QSpinBox::valueChanged, this, &SettingsPage::take);
    connect(m_context, &QSpinBox::valueChanged, this, &SettingsPage::take);
}

QWidget* SettingsPage::buildFolder() {
    auto* buttons = new QWidget;
    auto* row = rowOf(*buttons, m_theme.space(Space::Small));
    auto* change = new QPushButton;
    change->setObjectName(QStringLiteral("changeFolder"));
    followWords(m_theme, *change, [] { return tr("Change…"); }, &QAbstractButton::setText);
    followWords(m_theme, *change, [] { return tr("Change the models folder"); }, &QWidget::setAccessibleName);
    auto* show = new QPushButton;
    show->setObjectName(QStringLiteral("showFolder"));
    followWords(m_theme, *show, [] { return tr("Show"); }, &QAbstractButton::setText);
    followWords(m_theme, *show, [] { return tr("Show the models folder"); }, &QWidget::setAccessibleName);
    connect(change, &QPushButton::clicked, this, &SettingsPage::chooseFolder);
    connect(show, &QPushButton::clicked, this, [this] { emit revealRequested(m_values.modelsFolder); });
    row->addWidget(change);
    row->addWidget(show);
    return buttons;
}

void SettingsPage::buildDevices(QFormLayout& form) {
    m_devices = new DeviceSection(m_theme);
    form.setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form.addRow(m_devices);
    connect(m_devices, &DeviceSection::changed, this, &SettingsPage::take);
}

void SettingsPage::buildMemory(QFormLayout& form) {
    m_memoryMode =
        addChoice(form, [] { return tr("The &model keeps"); }, "memoryMode",
                  {[] { return tr("what the slider says"); }, [] { return tr("what other programs leave"); }});
    m_leaveFree = new QDoubleSpinBox;
    m_leaveFree->setObjectName(QStringLiteral("leaveFreeDefault"));
    m_leaveFree->setDecimals(1);
    m_leaveFree->setSingleStep(0.5);
    m_leaveFree->setRange(0.1, 1000);
    m_leaveFree->setKeyboardTracking(false);
    followWords(m_theme, *m_leaveFree, [] { return tr(" GB"); }, &QDoubleSpinBox::setSuffix);
    addRow(form, [] { return tr("Leave &free"); }, *m_leaveFree);
    connect(m_leaveFree, &QDoubleSpinBox::valueChanged, this, &SettingsPage::take);
    m_yield = addChoice(form, [] { return tr("When memory is &yielded"); }, "yieldPolicy",
                        {[] { return tr("hold the answer"); }, [] { return tr("go on, in poor quality"); }});
}

void SettingsPage::buildKeys(QFormLayout& form) {
    auto* list = new ShortcutList(m_theme);
    connect(list, &ShortcutList::keysChosen, this, &SettingsPage::keysChosen);
    form.setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form.addRow(list);
}

void SettingsPage::buildHelp(QFormLayout& form) {
    m_copy = new QPushButton;
    m_copy->setObjectName(QStringLiteral("copyDiagnostics"));
    setButtonIcon(m_theme, *m_copy, m_theme.icon(QStringLiteral("copy")));
    followWords(m_theme, *m_copy, [] { return tr("Copy diagnostics"); }, &QAbstractButton::setText);
    followWords(
        m_theme, *m_copy, [] { return tr("Version, system, model and memory, for a report; nothing of your chats"); },
        &QWidget::setToolTip);
    connect(m_copy, &QPushButton::clicked, this, &SettingsPage::copyDiagnostics);
    auto* box = new QWidget;
    auto* row = rowOf(*box, 0);
    row->addWidget(m_copy);
    row->addStretch(1);
    form.addRow(box);
}

void SettingsPage::copyDiagnostics() {
    if (!m_diagnostics) return;
    QGuiApplication::clipboard()->setText(m_diagnostics());
    m_copy->setText(tr("Copied"));
    setButtonIcon(m_theme, *m_copy, m_theme.icon(QStringLiteral("check")));
    QTimer::singleShot(kCopiedMs, m_copy, [this] {
        m_copy->setText(tr("Copy diagnostics"));
        setButtonIcon(m_theme, *m_copy, m_theme.icon(QStringLiteral("copy")));
    });
}

void SettingsPage::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose the folder for models"), m_values.modelsFolder);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_values.modelsFolder = folder;
        showFolder();
        emit changed(m_values);
    });
    dialog->open();
}

/// A long path is broken where a folder ends.
void SettingsPage::showFolder() {
    QString folder = m_values.modelsFolder;
    m_folder->setAccessibleName(folder);
    m_folder->setText(folder.replace(u'/', QStringLiteral("/\u200b")));
}

void SettingsPage::setValues(const SettingsValues& values) {
    m_values = values;
    const QSignalBlocker quiet[] = {QSignalBlocker(m_font),    QSignalBlocker(m_motion),   QSignalBlocker(m_threads),
                                    QSignalBlocker(m_context), QSignalBlocker(m_loadLast), QSignalBlocker(m_leaveFree)};
    m_themeBox->setCurrentIndex(static_cast<int>(values.theme));
    m_font->setValue(values.fontPercent);
    m_language->setCurrentIndex(std::max(m_language->findData(values.language), 0));
    m_motion->setChecked(values.reducedMotion);
    m_send->setCurrentIndex(values.enterSends ? 0 : 1);
    m_threads->setValue(values.threads);
    m_context->setValue(static_cast<int>(values.contextLength));
    showFolder();
    m_loadLast->setChecked(values.loadLastModel);
    m_devices->setChoice(values.device);
    m_devices->setBudgets(values.deviceBudgets);
    m_memoryMode->setCurrentIndex(values.leaveFree ? 1 : 0);
    m_leaveFree->setValue(static_cast<double>(values.leaveFreeBytes) / kGigabyte);
    m_leaveFree->setEnabled(values.leaveFree);
    m_yield->setCurrentIndex(values.pauseOnYield ? 0 : 1);
}

void SettingsPage::take() {
    SettingsValues values = m_values;
    values.theme = static_cast<ThemeChoice>(m_themeBox->currentIndex());
    values.fontPercent = m_font->value();
    values.language = m_language->currentData().toString();
    values.reducedMotion = m_motion->isChecked();
    values.enterSends = m_send->currentIndex() == 0;
    values.threads = m_threads->value();
    values.contextLength = m_context->value();
    values.loadLastModel = m_loadLast->isChecked();
    values.device = m_devices->choice();
    values.deviceBudgets = m_devices->budgets();
    values.leaveFree = m_memoryMode->currentIndex() == 1;
    values.leaveFreeBytes = qRound64(m_leaveFree->value() * kGigabyte);
    values.pauseOnYield = m_yield->currentIndex() == 0;
    m_leaveFree->setEnabled(values.leaveFree);
    if (values == m_values) return;
    m_values = values;
    emit changed(m_values);
}

}  // namespace strata::ui
