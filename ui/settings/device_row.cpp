#include "ui/settings/device_row.h"

#include "ui/models/number_text.h"
#include "ui/theme/style_sheet.h"

#include <QCoreApplication>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QTextDocumentFragment>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

constexpr double kGigabyte = 1e9;
// The indicator and the gap behind it: what belongs to a choice stands below its words.
constexpr int kIndent = 26;
// Of the arrow in its button: it stands below the words above it.
constexpr int kDiscloseInset = 10;

/// Of the words that the engine's side gives, in English.
QString said(const QByteArray& words) {
    return QCoreApplication::translate("Devices", words.constData());
}

QString kindText(DeviceKind kind) {
    switch (kind) {
        case DeviceKind::Discrete:
            return DeviceRow::tr("graphics card");
        case DeviceKind::Integrated:
            return DeviceRow::tr("graphics of the processor");
        case DeviceKind::Virtual:
            return DeviceRow::tr("graphics device of a virtual machine");
        case DeviceKind::Software:
            return DeviceRow::tr("software, for tests: slower than the processor itself");
        case DeviceKind::Other:
            break;
    }
    return DeviceRow::tr("device");
}

QString factText(const DeviceFact& fact) {
    if (!fact.number) return said(fact.value);
    const QString number = fact.isBytes ? bytesText(*fact.number) : countText(*fact.number);
    return fact.value.isEmpty() ? number : said(fact.value).arg(number);
}

QString joined(const QList<QByteArray>& words) {
    QStringList all;
    for (const QByteArray& word : words) all.append(said(word));
    return all.join(QStringLiteral(", "));
}

}  // namespace

QString deviceNote(const DeviceReport& device) {
    if (!device.isUsable()) return DeviceRow::tr("cannot be used: %1").arg(device.unusable);
    const QString memory = device.hasOwnMemory ? DeviceRow::tr("%1 of its own, %2 of it free")
                                                     .arg(bytesText(device.memoryBytes), bytesText(device.freeBytes))
                                               : DeviceRow::tr("works in the computer's memory");
    return DeviceRow::tr("%1 · %2").arg(kindText(device.kind), memory);
}

QString deviceDetails(const DeviceReport& device) {
    QString rows;
    const auto add = [&rows](const QString& label, const QString& text) {
        if (text.isEmpty()) return;
        const QString heading = label.left(1).toUpper() + label.mid(1);
        rows += QStringLiteral("<tr><td style=\"padding-right:16px\">%1</td><td>%2</td></tr>")
                    .arg(heading.toHtmlEscaped(), text.toHtmlEscaped());
    };
    add(DeviceRow::tr("name"), device.name);
    add(DeviceRow::tr("driver"), device.driver);
    add(DeviceRow::tr("memory"), DeviceRow::tr("%1, %2 of it free for this program")
                                     .arg(bytesText(device.memoryBytes), bytesText(device.freeBytes)));
    for (const DeviceFact& limit : device.limits) add(said(limit.label), factText(limit));
    add(DeviceRow::tr("found"), joined(device.found));
    add(DeviceRow::tr("not found"), joined(device.lacks));
    for (const DeviceFact& path : device.paths) add(said(path.label), factText(path));
    return QStringLiteral("<table>%1</table>").arg(rows);
}

DeviceRow::DeviceRow(const Theme& theme, const QString& name, const QString& objectName) : m_theme(theme) {
    setObjectName(objectName);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(theme.space(Space::Tiny));
    m_radio = new QRadioButton(shortDeviceName(name).replace(u'&', QStringLiteral("&&")));
    m_radio->setObjectName(objectName + QStringLiteral("Radio"));
    m_radio->setAccessibleName(name);
    column->addWidget(m_radio);
    m_below = new QVBoxLayout;
    m_below->setContentsMargins(qRound(kIndent * theme.fontScale()), 0, 0, 0);
    m_below->setSpacing(theme.space(Space::Small));
    column->addLayout(m_below);
    m_note = new QLabel;
    m_note->setObjectName(objectName + QStringLiteral("Note"));
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    setLook(*m_note, Look::Secondary);
    m_note->hide();
    m_below->addWidget(m_note);
}

DeviceRow::DeviceRow(const Theme& theme, const DeviceReport& device, const QString& objectName)
    : DeviceRow(theme, device.name, objectName) {
    setNote(deviceNote(device));
    if (!device.isUsable()) return;
    if (device.hasOwnMemory) addBudget(device, objectName);
    addDetails(device, objectName);
}

void DeviceRow::addBudget(const DeviceReport& device, const QString& objectName) {
    m_budget = new QDoubleSpinBox;
    m_budget->setObjectName(objectName + QStringLiteral("Budget"));
    m_budget->setDecimals(1);
    m_budget->setSingleStep(0.5);
    m_budget->setRange(0, static_cast<double>(device.memoryBytes) / kGigabyte);
    m_budget->setKeyboardTracking(false);
    m_budget->setSpecialValueText(tr("all that is free"));
    m_budget->setSuffix(tr(" GB"));
    m_budget->setAccessibleName(tr("The most memory to take of %1, in gigabytes").arg(device.name));
    m_budget->setToolTip(tr("What does not fit there, the processor computes in the computer's memory"));
    auto* label = new QLabel(tr("Take at most"));
    label->setBuddy(m_budget);
    auto* row = new QHBoxLayout;
    row->setSpacing(m_theme.space(Space::Small));
    row->addWidget(label);
    row->addWidget(m_budget);
    row->addStretch(1);
    m_below->addLayout(row);
    connect(m_budget, &QDoubleSpinBox::valueChanged, this,
            [this](double gigabytes) { emit budgetChosen(qRound64(gigabytes * kGigabyte)); });
}

void DeviceRow::addDetails(const DeviceReport& device, const QString& objectName) {
    m_disclose = new QToolButton;
    m_disclose->setObjectName(objectName + QStringLiteral("Disclose"));
    m_disclose->setText(tr("Details"));
    m_disclose->setAccessibleName(tr("Details of %1").arg(device.name));
    m_disclose->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_disclose->setFocusPolicy(Qt::StrongFocus);
    keepIconSize(m_theme, *m_disclose, QSize(16, 16));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(-kDiscloseInset, 0, 0, 0);
    row->addWidget(m_disclose);
    row->addStretch(1);
    m_below->addLayout(row);
    m_details = new QLabel(deviceDetails(device));
    m_details->setObjectName(objectName + QStringLiteral("Details"));
    m_details->setTextFormat(Qt::RichText);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_details->setAccessibleName(QTextDocumentFragment::fromHtml(m_details->text()).toPlainText());
    setLook(*m_details, Look::Secondary);
    m_below->addWidget(m_details);
    setDetailsOpen(false);
    connect(m_disclose, &QToolButton::clicked, this, [this] { setDetailsOpen(!areDetailsOpen()); });
}

void DeviceRow::setNote(const QString& text) {
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
    m_radio->setAccessibleDescription(text);
}

void DeviceRow::setBudget(qint64 bytes) {
    if (m_budget == nullptr) return;
    const QSignalBlocker quiet(m_budget);
    m_budget->setValue(static_cast<double>(bytes) / kGigabyte);
}

void DeviceRow::setDetailsOpen(bool open) {
    if (m_details == nullptr) return;
    m_details->setVisible(open);
    m_disclose->setIcon(m_theme.icon(open ? QStringLiteral("chevron_down") : QStringLiteral("chevron_right"),
                                     ColourRole::SecondaryText));
    m_disclose->setAccessibleDescription(open ? tr("shown") : tr("hidden"));
}

bool DeviceRow::areDetailsOpen() const noexcept {
    return m_details != nullptr && !m_details->isHidden();
}

}  // namespace strata::ui
