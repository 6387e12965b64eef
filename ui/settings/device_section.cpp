#include "ui/settings/device_section.h"

#include "ui/settings/device_row.h"
#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>
#include <utility>

namespace strata::ui {

using Kind = DeviceChoice::Kind;

DeviceSection::DeviceSection(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_choice{Kind::Automatic, {}, {}} {
    setObjectName(QStringLiteral("deviceSection"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme.space(Space::Medium));
    m_rows = new QVBoxLayout;
    m_rows->setSpacing(theme.space(Space::Medium));
    column->addLayout(m_rows);
    m_lack = new QLabel;
    m_lack->setObjectName(QStringLiteral("deviceLack"));
    m_lack->setWordWrap(true);
    column->addWidget(m_lack);
    m_hint = new QLabel;
    m_hint->setObjectName(QStringLiteral("deviceHint"));
    m_hint->setWordWrap(true);
    setLook(*m_hint, Look::Secondary);
    followWords(
        theme, *m_hint,
        [] { return tr("Another choice holds at once: the model is loaded again, and the chat goes on."); },
        &QLabel::setText);
    column->addWidget(m_hint);
    m_check = new QPushButton;
    m_check->setObjectName(QStringLiteral("checkDevices"));
    connect(m_check, &QPushButton::clicked, this, &DeviceSection::checkRequested);
    auto* last = new QHBoxLayout;
    last->addWidget(m_check);
    last->addStretch(1);
    column->addLayout(last);
    connect(&m_group, &QButtonGroup::idClicked, this, [this](int id) {
        m_choice = m_choices.value(id);
        emit changed();
    });
    // Rows say their words, and measure themselves, once.
    connect(&theme, &Theme::changed, this, &DeviceSection::rebuild);
    rebuild();
}

void DeviceSection::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_isKnown && !m_isChecking) emit checkRequested();
}

void DeviceSection::setList(const DeviceList& list) {
    if (std::exchange(m_isKnown, true) && list == m_list) return;
    m_list = list;
    rebuild();
}

void DeviceSection::setChecking(bool checking) {
    m_isChecking = checking;
    showStatus();
}

void DeviceSection::setChoice(const DeviceChoice& choice) {
    if (choice == m_choice) return;
    m_choice = choice;
    rebuild();
}

void DeviceSection::setBudgets(const DeviceBudgets& budgets) {
    m_budgets = budgets;
    for (qsizetype index = 0; index < m_shown.size(); ++index)
        m_shown[index]->setBudget(m_budgets.value(m_choices[index].id));
}

void DeviceSection::rebuild() {
    QStringList open;
    const QWidget* focus = isAncestorOf(QApplication::focusWidget()) ? QApplication::focusWidget() : nullptr;
    const QString focused = focus != nullptr ? focus->objectName() : QString();
    for (DeviceRow* row : std::as_const(m_shown)) {
        if (row->areDetailsOpen()) open.append(row->objectName());
        m_group.removeButton(&row->radio());
        row->setParent(nullptr);
        row->deleteLater();
    }
    m_shown.clear();
    m_choices.clear();
    // Where there is nothing to choose, the line below says all.
    const bool isMissing = m_choice.kind == Kind::Device && m_list.find(m_choice.id) == nullptr;
    if (!m_list.devices.isEmpty() || isMissing) {
        addRow(new DeviceRow(m_theme, tr("Automatic"), QStringLiteral("deviceAutomatic")), {Kind::Automatic, {}, {}})
            .setNote(automaticNote());
        addRow(new DeviceRow(m_theme, tr("Processor"), QStringLiteral("deviceProcessor")), {Kind::Processor, {}, {}})
            .setNote(m_list.processorName);
        for (const DeviceReport& device : std::as_const(m_list.devices)) addDevice(device);
        if (isMissing)
            addRow(new DeviceRow(m_theme, m_choice.name, QStringLiteral("deviceMissing")), m_choice)
                .setNote(m_isKnown ? tr("not there now: the processor computes instead") : QString());
    }
    for (DeviceRow* row : std::as_const(m_shown)) row->setDetailsOpen(open.contains(row->objectName()));
    setBudgets(m_budgets);
    showChoice();
    showStatus();
    auto* again = focused.isEmpty() ? nullptr : findChild<QWidget*>(focused);
    if (again != nullptr) again->setFocus();
}

DeviceRow& DeviceSection::addRow(DeviceRow* row, const DeviceChoice& choice) {
    m_group.addButton(&row->radio(), static_cast<int>(m_shown.size()));
    m_rows->addWidget(row);
    m_shown.append(row);
    m_choices.append(choice);
    return *row;
}

void DeviceSection::addDevice(const DeviceReport& device) {
    DeviceRow& row = addRow(new DeviceRow(m_theme, device, QStringLiteral("device%1").arg(m_shown.size() - 2)),
                            {Kind::Device, device.id, device.name});
    // One that is chosen stays a choice: the keyboard finds the group by it.
    row.radio().setEnabled(device.isUsable() || m_choice.id == device.id);
    connect(&row, &DeviceRow::budgetChosen, this, [this, id = device.id](qint64 bytes) {
        if (bytes > 0) {
            m_budgets.insert(id, bytes);
        } else {
            m_budgets.remove(id);
        }
        emit changed();
    });
}

void DeviceSection::showChoice() {
    for (qsizetype index = 0; index < m_shown.size(); ++index)
        if (m_choices[index].kind == m_choice.kind && m_choices[index].id == m_choice.id)
            m_shown[index]->radio().setChecked(true);
}

void DeviceSection::showStatus() {
    const QString lack = lackText();
    m_lack->setText(lack);
    m_lack->setToolTip(m_list.detail);
    m_lack->setVisible(!lack.isEmpty());
    m_hint->setVisible(!m_shown.isEmpty());
    m_check->setVisible(m_list.lack != DeviceLack::NotBuilt);
    m_check->setEnabled(!m_isChecking);
    m_check->setText(m_isChecking ? tr("Looking for devices…") : tr("Check again"));
}

QString DeviceSection::automaticNote() const {
    if (!m_isKnown) return {};
    const DeviceReport* device = m_list.find(m_list.automaticId);
    if (device == nullptr) return tr("now the processor: there is no graphics device that would be faster");
    return tr("now %1").arg(shortDeviceName(device->name));
}

QString DeviceSection::lackText() const {
    if (!m_isKnown) return m_shown.isEmpty() ? tr("The processor computes.") : QString();
    switch (m_list.lack) {
        case DeviceLack::NotBuilt:
            return tr("This build of Strata has no support for graphics devices: the processor computes.");
        case DeviceLack::NotFound:
            return tr("No graphics device with Vulkan was found: the processor computes.");
        case DeviceLack::NoAnswer:
            return tr("The graphics driver does not answer: the processor computes. Restarting the computer may help.");
        case DeviceLack::None:
            break;
    }
    return m_list.devices.isEmpty() ? tr("No graphics device with Vulkan was found: the processor computes.")
                                    : QString();
}

}  // namespace strata::ui
