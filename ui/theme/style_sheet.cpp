#include "ui/theme/style_sheet.h"

#include <QAbstractButton>
#include <QHash>
#include <QStyle>
#include <QWidget>

namespace strata::ui {
namespace {

// @role and @size are replaced; everything in pixels scales with the font. Kept as text, so that the look can be read
// in one piece.
constexpr const char* kSheet = R"(
* { outline: none; }
QWidget { color: @text; }
QMainWindow, QDialog, QWizard, QWizardPage { background: @window; }
QAbstractScrollArea { background: transparent; border: none; }
QToolTip { background: @text; color: @window; border: none; padding: @4 @8; font-size: @13; }

QLabel[look="Title"] { font-size: @18; font-weight: 600; }
QLabel[look="Secondary"] { font-size: @13; color: @secondary; }
QLabel[look="Figure"] { font-size: @28; font-weight: 600; }
QLabel[look="Problem"] { color: @error; }
QLabel:disabled { color: @secondary; }

QFrame[look="Card"] { background: @surface; border: 1px solid @border; border-radius: @8; }
QFrame[look="Notice"] { background: @surface; border: 1px solid @border; border-left: @4 solid @accent; border-radius: @8; }
QFrame[look="Sidebar"] { background: @window; border: none; }

QPushButton { background: @surface; color: @text; border: 1px solid @border; border-radius: @8; padding: @7 @14; min-height: @18; }
QPushButton:hover { background: @hover; }
QPushButton:pressed { background: @border; }
QPushButton:focus { border: 1px solid @accent; }
QPushButton:disabled { color: @secondary; background: @window; }
QPushButton:checked { background: @selection; border-color: @accent; }
QPushButton[look="Primary"] { background: @accent; color: @onaccent; border: 1px solid @accent; font-weight: 600; }
QPushButton[look="Primary"]:hover, QPushButton[look="Primary"]:pressed { background: @accenthover; border-color: @accenthover; }
QPushButton[look="Primary"]:focus { border: 2px solid @text; padding: @6 @13; }
QPushButton[look="Primary"]:disabled { background: @border; color: @secondary; border-color: @border; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[look="Danger"] { color: @error; }
QPushButton[look="Quiet"] { background: transparent; border: 1px solid transparent; padding: @6 @10; text-align: left; }
QPushButton[look="Quiet"]:hover { background: @hover; }
QPushButton[look="Quiet"]:checked { background: @hover; border-color: transparent; font-weight: 600; }
QPushButton[look="Quiet"]:focus { border: 1px solid @accent; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: @6; padding: @4; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @border; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QKeySequenceEdit QLineEdit {
    background: @surface; border: 1px solid @border; border-radius: @8; padding: @5 @10; min-height: @20;
    selection-background-color: @selection; selection-color: @text; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: @secondary; background: @window; }
QSpinBox, QDoubleSpinBox { padding-right: @22; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right; width: @20; border: none; background: transparent; margin: 2px 2px 0 0; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right; width: @20; border: none; background: transparent; margin: 0 2px 2px 0; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover, QDoubleSpinBox::up-button:hover, QDoubleSpinBox::down-button:hover { background: @hover; border-radius: @4; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(:/icons/arrow_up_@theme.svg); width: @11; height: @11; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(:/icons/arrow_down_@theme.svg); width: @11; height: @11; }
QComboBox { padding-right: @26; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: @26; border: none; }
QComboBox::down-arrow { image: url(:/icons/arrow_down_@theme.svg); width: @13; height: @13; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @border; border-radius: @8; padding: @4; selection-background-color: @selection; selection-color: @text; }
QComboBox QAbstractItemView::item { min-height: @28; padding: 0 @8; border-radius: @6; }

QCheckBox, QRadioButton { spacing: @8; background: transparent; border: 1px solid transparent; border-radius: @6; padding: @2 @4 @2 @2; }
QCheckBox::indicator, QRadioButton::indicator { width: @16; height: @16; border: 1px solid @secondary; background: @surface; }
QCheckBox::indicator { border-radius: @4; }
QRadioButton::indicator { border-radius: @radio; }
QCheckBox:focus, QRadioButton:focus, QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/tick_@theme.svg); }
QRadioButton::indicator:checked { border: @5 solid @accent; width: @8; height: @8; background: @onaccent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: @accent; }
QCheckBox:disabled, QRadioButton:disabled { color: @secondary; }

QMenu { background: @surface; border: 1px solid @border; border-radius: @8; padding: @4; }
QMenu::item { padding: @6 @24 @6 @10; border-radius: @6; }
QMenu::item:selected { background: @hover; }
QMenu::item:disabled { color: @secondary; }
QMenu::separator { height: 1px; background: @border; margin: @4 @8; }
QMenu::icon { padding-left: @8; }

QProgressBar { background: @border; border: none; border-radius: @3; min-height: @6; max-height: @6; text-align: center; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: @3; }

QScrollBar:vertical { background: transparent; width: @10; margin: 0; }
QScrollBar:horizontal { background: transparent; height: @10; margin: 0; }
QScrollBar::handle { background: @border; border-radius: @4; margin: 2px; }
QScrollBar::handle:vertical { min-height: @32; }
QScrollBar::handle:horizontal { min-width: @32; }
QScrollBar::handle:hover { background: @secondary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QListView, QTreeView, QTableView { background: transparent; border: none; selection-background-color: @hover; selection-color: @text; }
QListView::item, QTreeView::item { border-radius: @8; }
QListView::item:hover, QTreeView::item:hover { background: @hover; }
QListView::item:selected, QTreeView::item:selected { background: @selection; color: @text; }
QHeaderView::section { background: transparent; border: none; border-bottom: 1px solid @border; padding: @6; color: @secondary; }

QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent; padding: @8 @12; color: @secondary; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabWidget::pane { border: none; border-top: 1px solid @border; }

QSplitter::handle { background: @border; }
QSplitter::handle:horizontal { width: 1px; }
QSlider::groove:horizontal { height: @4; background: @border; border-radius: @2; }
QSlider::sub-page:horizontal { background: @accent; border-radius: @2; }
QSlider::handle:horizontal { width: @16; height: @16; margin: -@6 0; border-radius: @8; background: @surface; border: 1px solid @secondary; }
QSlider::handle:horizontal:focus { border: 2px solid @accent; }
)";

constexpr QSize kIconWithGap(24, 18);

struct Name {
    const char* name;
    ColourRole role;
};

constexpr Name kNames[] = {
    {"window", ColourRole::Window},           {"surface", ColourRole::Surface},
    {"border", ColourRole::Border},           {"text", ColourRole::Text},
    {"secondary", ColourRole::SecondaryText}, {"accent", ColourRole::Accent},
    {"onaccent", ColourRole::AccentText},     {"error", ColourRole::Error},
    {"selection", ColourRole::Selection},     {"hover", ColourRole::Hover},
};

constexpr const char* kLooks[] = {"Plain", "Primary",   "Quiet",  "Danger",  "Card",   "Notice",
                                  "Title", "Secondary", "Figure", "Problem", "Sidebar"};

QHash<QString, QString> wordsOf(const Theme& theme) {
    QHash<QString, QString> words;
    for (const Name& entry : kNames) words[QLatin1String(entry.name)] = theme.colour(entry.role).name();
    const QColor accent = theme.colour(ColourRole::Accent);
    words[QStringLiteral("accenthover")] = (theme.isDark() ? accent.lighter(110) : accent.darker(112)).name();
    // Half of 16 scaled pixels and a border; a radius above the half draws a square.
    words[QStringLiteral("radio")] = QStringLiteral("%1px").arg((qRound(16 * theme.fontScale()) + 2) / 2);
    words[QStringLiteral("theme")] = theme.isDark() ? QStringLiteral("dark") : QStringLiteral("light");
    return words;
}

}  // namespace

void setLook(QWidget& widget, Look look) {
    const QString name = QLatin1String(kLooks[static_cast<int>(look)]);
    if (widget.property("look").toString() == name) return;
    widget.setProperty("look", name);
    widget.style()->unpolish(&widget);
    widget.style()->polish(&widget);
}

void keepIconSize(const Theme& theme, QAbstractButton& button, const QSize& size) {
    const auto write = [&theme, &button, size] { button.setIconSize(size * theme.fontScale()); };
    write();
    QObject::connect(&theme, &Theme::changed, &button, write);
}

void setButtonIcon(const Theme& theme, QAbstractButton& button, const QIcon& icon) {
    const bool isFirst = button.icon().isNull();
    button.setIcon(icon);
    if (isFirst) keepIconSize(theme, button, kIconWithGap);
}

QString styleSheet(const Theme& theme) {
    const QHash<QString, QString> words = wordsOf(theme);
    const QString source = QLatin1String(kSheet);
    QString sheet;
    sheet.reserve(source.size() * 2);
    for (qsizetype at = 0; at < source.size(); ++at) {
        if (source[at] != QLatin1Char('@')) {
            sheet += source[at];
            continue;
        }
        qsizetype end = at + 1;
        const bool isNumber = end < source.size() && source[end].isDigit();
        while (end < source.size() && (isNumber ? source[end].isDigit() : source[end].isLetter())) ++end;
        const QString word = source.mid(at + 1, end - at - 1);
        sheet += isNumber ? QString::number(qRound(word.toInt() * theme.fontScale())) + QLatin1String("px")
                          : words.value(word);
        at = end - 1;
    }
    return sheet;
}

}  // namespace strata::ui
