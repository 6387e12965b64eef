#include "ui/settings/shortcut_list.h"

#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"

#include <QGridLayout>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

namespace strata::ui {
namespace {

constexpr int kEditWidth = 150;
constexpr int kGridRowsPerAction = 2;

/// A key that writes, or moves in what is written, is no shortcut by itself.
bool isTypingKey(const QKeySequence& keys) {
    const QKeyCombination combination = keys[0];
    const Qt::KeyboardModifiers modifiers = combination.keyboardModifiers();
    if (modifiers & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) return false;
    const Qt::Key key = combination.key();
    const bool isFunctionKey = key >= Qt::Key_F1 && key <= Qt::Key_F35;
    return !isFunctionKey && key != Qt::Key_Escape;
}

}  // namespace

ShortcutList::ShortcutList(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("shortcutList"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(theme.space(Space::Tiny));
    grid->setVerticalSpacing(theme.space(Space::Small));
    grid->setColumnStretch(0, 1);
    for (const ShortcutAction action : allShortcuts())
        if (Shortcuts::isChangeable(action)) addRow(*grid, action);
    connect(&theme.shortcuts(), &Shortcuts::changed, this, &ShortcutList::refresh);
    connect(&theme, &Theme::changed, this, [this] {
        for (const ShortcutAction action : m_rows.keys()) refresh(action);
    });
}

void ShortcutList::addRow(QGridLayout& grid, ShortcutAction action) {
    const int at = static_cast<int>(m_rows.size()) * kGridRowsPerAction;
    auto* name = new QLabel;
    name->setWordWrap(true);
    Row row;
    row.keys = new QKeySequenceEdit;
    row.keys->setObjectName(QStringLiteral("keys_") + shortcutName(action));
    row.reset = new QToolButton;
    row.reset->setObjectName(QStringLiteral("resetKeys_") + shortcutName(action));
    row.reset->setIcon(m_theme.icon(QStringLiteral("undo"), ColourRole::SecondaryText));
    keepIconSize(m_theme, *row.reset, QSize(18, 18));
    row.problem = new QLabel;
    row.problem->setWordWrap(true);
    setLook(*row.problem, Look::Problem);
    name->setBuddy(row.keys);
    grid.addWidget(name, at, 0);
    grid.addWidget(row.keys, at, 1);
    grid.addWidget(row.reset, at, 2);
    grid.addWidget(row.problem, at + 1, 0, 1, 3);
    followWords(m_theme, *name, [action] { return shortcutText(action); }, &QLabel::setText);
    followWords(m_theme, *row.keys, [action] { return shortcutText(action); }, &QWidget::setAccessibleName);
    followWords(m_theme, *row.reset, [] { return tr("Back to the usual keys"); }, &QWidget::setToolTip);
    followWords(
        m_theme, *row.reset, [action] { return tr("Usual keys: %1").arg(shortcutText(action)); },
        &QWidget::setAccessibleName);
    connect(row.keys, &QKeySequenceEdit::keySequenceChanged, this, [this, action] { take(action); });
    connect(row.reset, &QToolButton::clicked, this, [this, action] {
        const QKeySequence usual = shortcutKeys(action);
        const QSignalBlocker quiet(m_rows[action].keys);
        m_rows[action].keys->setKeySequence(usual);
        take(action);
    });
    m_rows.insert(action, row);
    refresh(action);
}

QString ShortcutList::objection(ShortcutAction action, const QKeySequence& keys) const {
    if (keys.isEmpty()) return {};
    const QString text = keys.toString(QKeySequence::NativeText);
    if (isTypingKey(keys)) return tr("%1 is needed for writing. Add Ctrl or Alt, or take a function key.").arg(text);
    if (const auto other = m_theme.shortcuts().conflict(action, keys))
        return tr("%1 is in use for “%2”. Take other keys, or change those first.").arg(text, shortcutText(*other));
    return {};
}

void ShortcutList::take(ShortcutAction action) {
    const Row& row = m_rows[action];
    QKeySequence keys = row.keys->keySequence();
    // One press, not a melody.
    if (keys.count() > 1) keys = QKeySequence(keys[0]);
    const QString problem = objection(action, keys);
    if (problem.isEmpty()) emit keysChosen(action, keys);
    refresh(action);
    row.problem->setText(problem);
    row.problem->setVisible(!problem.isEmpty());
}

void ShortcutList::refresh(ShortcutAction action) {
    const auto row = m_rows.constFind(action);
    if (row == m_rows.cend()) return;
    const QSignalBlocker quiet(row->keys);
    row->keys->setKeySequence(m_theme.shortcuts().keys(action));
    row->keys->setFixedWidth(qRound(kEditWidth * m_theme.fontScale()));
    row->reset->setEnabled(!m_theme.shortcuts().isDefault(action));
    row->problem->hide();
}

}  // namespace strata::ui
