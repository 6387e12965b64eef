#include "ui/settings/settings_page.h"

#include "ui/theme/style_sheet.h"

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

constexpr int kColumnWidth = 640;
constexpr int kMostThreads = 256;
constexpr int kMostContext = 1 << 20;
constexpr int kContextStep = 1024;

}  // namespace

SettingsPage::SettingsPage(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("settingsPage"));
    setAccessibleName(tr("Settings"));
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget;
    auto* across = new QHBoxLayout(content);
    const int margin = theme.space(Space::Wide);
    across->setContentsMargins(margin, theme.space(Space::Large), margin, margin);
    auto* holder = new QWidget;
    holder->setMaximumWidth(qRound(kColumnWidth * theme.fontScale()));
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme.space(Space::Medium));
    auto* title = new QLabel(tr("Settings"));
    setLook(*title, Look::Title);
    column->addWidget(title);
    buildLook(*addGroup(*column, tr("Look")));
    buildModels(*addGroup(*column, tr("Models")));
    buildMemory(*addGroup(*column, tr("Memory")));
    buildHelp(*addGroup(*column, tr("Help")));
    column->addStretch(1);
    across->addStretch(1);
    across->addWidget(holder, 100);
    across->addStretch(1);
    scroll->setWidget(content);
    outer->addWidget(scroll);
    setValues({});
}

QFormLayout* SettingsPage::addGroup(QVBoxLayout& column, const QString& title) {
    auto* heading = new QLabel(title);
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
    column.addWidget(card);
    return form;
}

void SettingsPage::buildLook(QFormLayout& form) {
    m_themeBox = new QComboBox;
    m_themeBox->setObjectName(QStringLiteral("themeChoice"));
    m_themeBox->addItem(tr("As the system"), static_cast<int>(ThemeChoice::System));
    m_themeBox->addItem(tr("Light"), static_cast<int>(ThemeChoice::Light));
    m_themeBox->addItem(tr("Dark"), static_cast<int>(ThemeChoice::Dark));
    m_font = new QSpinBox;
    m_font->setObjectName(QStringLiteral("fontPercent"));
    m_font->setRange(100, 200);
    m_font->setSingleStep(10);
    m_font->setSuffix(tr(" %"));
    m_font->setKeyboardTracking(false);
    m_motion = new QCheckBox(tr("Reduce motion"));
    form.addRow(tr("&Theme"), m_themeBox);
    form.addRow(tr("Text &size"), m_font);
    form.addRow(QString(), m_motion);
    connect(m_themeBox, &QComboBox::activated, this, &SettingsPage::take);
    connect(m_font, &QSpinBox::valueChanged, this, &SettingsPage::take);
    connect(m_motion, &QCheckBox::toggled, this, &SettingsPage::take);
}

void SettingsPage::buildModels(QFormLayout& form) {
    m_threads = new QSpinBox;
    m_threads->setObjectName(QStringLiteral("threads"));
    m_threads->setRange(0, kMostThreads);
    m_threads->setSpecialValueText(tr("All cores"));
    m_threads->setKeyboardTracking(false);
    m_threads->setToolTip(tr("Takes effect when a model is loaded"));
    m_context = new QSpinBox;
    m_context->setObjectName(QStringLiteral("contextLength"));
    m_context->setRange(0, kMostContext);
    m_context->setSingleStep(kContextStep);
    m_context->setSpecialValueText(tr("The model's own"));
    m_context->setSuffix(tr(" tokens"));
    m_context->setKeyboardTracking(false);
    m_context->setToolTip(tr("Takes effect when a model is loaded"));
    auto* folder = new QWidget;
    auto* across = new QHBoxLayout(folder);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(m_theme.space(Space::Medium));
    m_folder = new QLabel;
    m_folder->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* change = new QPushButton(tr("Change…"));
    change->setAccessibleName(tr("Change the models folder"));
    connect(change, &QPushButton::clicked, this, &SettingsPage::chooseFolder);
    across->addWidget(m_folder);
    across->addWidget(change);
    m_loadLast = new QCheckBox(tr("Load the last model when Strata starts"));
    form.addRow(tr("T&hreads"), m_threads);
    form.addRow(tr("&Context length"), m_context);
    form.addRow(tr("Folder"), folder);
    form.addRow(QString(), m_loadLast);
    connect(m_threads, &QSpinBox::valueChanged, this, &SettingsPage::take);
    connect(m_context, &QSpinBox::valueChanged, this, &SettingsPage::take);
    connect(m_loadLast, &QCheckBox::toggled, this, &SettingsPage::take);
}

void SettingsPage::buildMemory(QFormLayout& form) {
    m_pause = new QCheckBox(tr("When memory is yielded, hold the answer rather than go on in poor quality"));
    form.addRow(m_pause);
    connect(m_pause, &QCheckBox::toggled, this, &SettingsPage::take);
}

void SettingsPage::buildHelp(QFormLayout& form) {
    auto* shortcuts = new QPushButton(tr("Keyboard shortcuts"));
    connect(shortcuts, &QPushButton::clicked, this, &SettingsPage::shortcutsRequested);
    auto* diagnostics = new QPushButton(tr("Copy diagnostics"));
    diagnostics->setObjectName(QStringLiteral("copyDiagnostics"));
    setButtonIcon(*diagnostics, m_theme.icon(QStringLiteral("copy")));
    diagnostics->setToolTip(tr("Version, system, model and memory, for a report; nothing of your chats"));
    connect(diagnostics, &QPushButton::clicked, this, [this] {
        if (m_diagnostics) QGuiApplication::clipboard()->setText(m_diagnostics());
    });
    auto* across = new QHBoxLayout;
    across->setSpacing(m_theme.space(Space::Small));
    across->addWidget(shortcuts);
    across->addWidget(diagnostics);
    across->addStretch(1);
    form.addRow(across);
}

void SettingsPage::chooseFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose the folder for models"), m_values.modelsFolder);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        m_values.modelsFolder = folder;
        m_folder->setText(folder);
        emit changed(m_values);
    });
    dialog->open();
}

void SettingsPage::setValues(const SettingsValues& values) {
    m_values = values;
    const QSignalBlocker quiet[] = {QSignalBlocker(m_themeBox), QSignalBlocker(m_font),    QSignalBlocker(m_motion),
                                    QSignalBlocker(m_threads),  QSignalBlocker(m_context), QSignalBlocker(m_loadLast),
                                    QSignalBlocker(m_pause)};
    m_themeBox->setCurrentIndex(m_themeBox->findData(static_cast<int>(values.theme)));
    m_font->setValue(values.fontPercent);
    m_motion->setChecked(values.reducedMotion);
    m_threads->setValue(values.threads);
    m_context->setValue(static_cast<int>(values.contextLength));
    m_folder->setText(values.modelsFolder);
    m_loadLast->setChecked(values.loadLastModel);
    m_pause->setChecked(values.pauseOnYield);
}

void SettingsPage::take() {
    SettingsValues values = m_values;
    values.theme = static_cast<ThemeChoice>(m_themeBox->currentData().toInt());
    values.fontPercent = m_font->value();
    values.reducedMotion = m_motion->isChecked();
    values.threads = m_threads->value();
    values.contextLength = m_context->value();
    values.pauseOnYield = m_pause->isChecked();
    values.loadLastModel = m_loadLast->isChecked();
    if (values == m_values) return;
    m_values = values;
    emit changed(m_values);
}

}  // namespace strata::ui
