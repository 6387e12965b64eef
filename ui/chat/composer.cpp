#include "ui/chat/composer.h"

#include "ui/chat/context_meter.h"
#include "ui/models/number_text.h"
#include "ui/theme/live_words.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMimeData>
#include <QStyle>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace strata::ui {
namespace {

constexpr int kMostLines = 8;

/// Text does not have them; a few may come from a terminal.
bool looksBinary(const QString& text) {
    const QStringView head = QStringView(text).first(std::min<qsizetype>(text.size(), 64 * 1024));
    qsizetype strange = 0;
    for (const QChar character : head) {
        if (character.isNull()) return true;
        const bool isControl = character < u' ' && character != u'\n' && character != u'\t' && character != u'\r';
        strange += isControl || character == QChar::ReplacementCharacter ? 1 : 0;
    }
    return strange > 8 && strange * 20 > head.size();
}

}  // namespace

ComposerEdit::ComposerEdit(QWidget* parent) : QPlainTextEdit(parent) {
    setTabChangesFocus(true);
    // The window takes what is dropped.
    setAcceptDrops(false);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
}

int ComposerEdit::heightFor(int lines) const {
    const QMargins margins = contentsMargins();
    return qCeil(lines * QFontMetricsF(font()).lineSpacing() + 2 * document()->documentMargin()) + margins.top() +
           margins.bottom();
}

int ComposerEdit::lineCount() const {
    return qRound(document()->documentLayout()->documentSize().height());
}

void ComposerEdit::keyPressEvent(QKeyEvent* event) {
    const bool isEnter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    const bool sends = event->modifiers() & Qt::ControlModifier ||
                       (m_enterSends && !(event->modifiers() & (Qt::ShiftModifier | Qt::AltModifier)));
    if (isEnter && sends) {
        emit sendPressed();
        return;
    }
    if (event->key() == Qt::Key_Escape) {
        event->ignore();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void ComposerEdit::focusInEvent(QFocusEvent* event) {
    QPlainTextEdit::focusInEvent(event);
    emit focusChanged(true);
}

void ComposerEdit::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    emit focusChanged(false);
}

bool ComposerEdit::canInsertFromMimeData(const QMimeData* source) const {
    return source->hasText();
}

void ComposerEdit::insertFromMimeData(const QMimeData* source) {
    const QString text = source->text();
    if (text.size() + document()->characterCount() > kLongestMessage) {
        const QString size = bytesText(text.toUtf8().size());
        emit refused(
            tr("The text is too long to send (%1). Nothing was pasted; paste the part that matters.").arg(size));
        return;
    }
    if (looksBinary(text)) {
        emit refused(tr("This is not text but binary data. Nothing was pasted."));
        return;
    }
    insertPlainText(text);
}

Composer::Composer(Theme* theme, QWidget* parent)
    : QFrame(parent),
      m_theme(theme),
      m_edit(new ComposerEdit(this)),
      m_strip(new QFrame(this)),
      m_stripText(new QLabel(m_strip)),
      m_stripButton(new QToolButton(m_strip)),
      m_notice(new QLabel(this)),
      m_meter(new ContextMeter(theme, this)),
      m_send(new QToolButton(this)),
      m_stop(new QToolButton(this)) {
    setObjectName(QStringLiteral("composer"));
    m_edit->setObjectName(QStringLiteral("composerText"));
    followWords(*theme, *m_edit, [] { return tr("Message…"); }, &QPlainTextEdit::setPlaceholderText);
    followWords(*theme, *m_edit, [] { return tr("Message"); }, &QWidget::setAccessibleName);
    m_stripText->setTextFormat(Qt::PlainText);
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setWordWrap(true);
    setLook(*m_notice, Look::Problem);
    m_notice->hide();
    setLook(*m_stripText, Look::Secondary);
    followWords(*theme, *m_send, [] { return tr("Send"); }, &QWidget::setToolTip, &QWidget::setAccessibleName);
    m_send->setObjectName(QStringLiteral("send"));
    followWords(
        *theme, *m_stop, [this] { return m_theme->shortcuts().withKeys(tr("Stop"), ShortcutAction::Stop); },
        &QWidget::setToolTip);
    followWords(*theme, *m_stop, [] { return tr("Stop"); }, &QWidget::setAccessibleName);
    m_stop->setObjectName(QStringLiteral("stop"));

    auto* stripRow = new QHBoxLayout(m_strip);
    stripRow->setContentsMargins(0, 0, 0, 0);
    stripRow->addWidget(m_stripText, 1);
    stripRow->addWidget(m_stripButton);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_meter);
    buttons->addStretch();
    buttons->addWidget(m_stop);
    buttons->addWidget(m_send);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(theme->space(Space::Medium), theme->space(Space::Small), theme->space(Space::Small),
                               theme->space(Space::Small));
    column->setSpacing(theme->space(Space::Tiny));
    column->addWidget(m_strip);
    column->addWidget(m_notice);
    column->addWidget(m_edit);
    column->addLayout(buttons);

    connect(m_edit, &ComposerEdit::sendPressed, this, &Composer::send);
    connect(m_send, &QToolButton::clicked, this, &Composer::send);
    connect(m_stop, &QToolButton::clicked, this, &Composer::stopRequested);
    connect(m_stripButton, &QToolButton::clicked, this,
            [this] { m_isEditing ? emit editingCancelled() : emit queueCancelled(); });
    connect(m_edit, &ComposerEdit::focusChanged, this, [this](bool hasFocus) {
        setProperty("typing", hasFocus);
        style()->unpolish(this);
        style()->polish(this);
    });
    connect(m_edit, &ComposerEdit::refused, this, [this](const QString& reason) {
        m_notice->setText(reason);
        m_notice->show();
    });
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] {
        m_notice->hide();
        adjustHeight();
        updateButtons();
        if (!m_isEditing) emit draftChanged(text());
    });
    connect(theme, &Theme::changed, this, &Composer::restyle);
    restyle();
    updateButtons();
}

void Composer::restyle() {
    const auto name = [this](ColourRole role) { return m_theme->colour(role).name(); };
    setStyleSheet(
        QStringLiteral("#composer { background: %1; border: 1px solid %2; border-radius: %3px; }"
                       "#composer[typing=\"true\"] { border-color: %6; }"
                       "#composerText { background: transparent; border: none; padding: 0; min-height: 0; }"
                       "#send, #stop { border-radius: %4px; padding: %5px; background: %6; border: 1px solid %6; }"
                       "#send:disabled { background: %2; border-color: %2; }"
                       "#send:focus, #stop:focus { border: 2px solid %7; }")
            .arg(name(ColourRole::Surface), name(ColourRole::Border))
            .arg(qRound(kComposerRadius * m_theme->fontScale()))
            .arg(m_theme->space(Space::Small))
            .arg(m_theme->space(Space::Tiny))
            .arg(name(ColourRole::Accent), name(ColourRole::Text)));
    m_edit->setFont(m_theme->font(TextStyle::Body));
    m_send->setIcon(m_theme->icon(QStringLiteral("send"), ColourRole::AccentText));
    m_stop->setIcon(m_theme->icon(QStringLiteral("stop"), ColourRole::AccentText));
    const int size = qRound(20 * m_theme->fontScale());
    for (QToolButton* button : {m_send, m_stop}) button->setIconSize(QSize(size, size));
    adjustHeight();
    updateStrip();
}

QString Composer::text() const {
    return m_edit->toPlainText();
}

void Composer::setText(const QString& text) {
    if (text == m_edit->toPlainText()) return;
    m_edit->setPlainText(text.left(kLongestMessage));
    m_edit->moveCursor(QTextCursor::End);
}

void Composer::clear() {
    m_edit->clear();
}

void Composer::send() {
    const QString message = text();
    if (message.trimmed().isEmpty()) return;
    emit sendRequested(message);
}

void Composer::setAnswering(bool answering) {
    m_isAnswering = answering;
    updateButtons();
}

void Composer::setQueued(const QString& text) {
    m_queued = text;
    updateStrip();
}

void Composer::setEditing(bool editing) {
    m_isEditing = editing;
    updateStrip();
    updateButtons();
}

void Composer::setContext(int tokens, int length) {
    m_meter->setTokens(tokens, length);
}

void Composer::setEnterSends(bool sends) {
    m_edit->setEnterSends(sends);
}

void Composer::updateButtons() {
    const bool isEmpty = text().trimmed().isEmpty();
    m_stop->setVisible(m_isAnswering);
    m_send->setVisible(!m_isAnswering || !isEmpty);
    m_send->setEnabled(!isEmpty);
}

void Composer::updateStrip() {
    m_strip->setVisible(m_isEditing || !m_queued.isEmpty());
    if (m_isEditing) {
        m_stripText->setText(tr("Editing: what you send becomes a new version; the old one stays."));
        m_stripButton->setToolTip(m_theme->shortcuts().withKeys(tr("Keep the message as it is"), ShortcutAction::Stop));
    } else {
        const QString line = m_queued.simplified();
        m_stripText->setText(
            tr("Queued, sent after this answer: %1").arg(line.size() > 80 ? line.left(80) + QChar(0x2026) : line));
        m_stripButton->setToolTip(tr("Do not send the queued message"));
    }
    m_stripButton->setAccessibleName(m_stripButton->toolTip());
    m_stripButton->setIcon(m_theme->icon(QStringLiteral("close"), ColourRole::SecondaryText));
}

void Composer::adjustHeight() {
    const int lines = std::clamp(m_edit->lineCount(), 1, kMostLines);
    m_edit->setFixedHeight(m_edit->heightFor(lines));
    m_edit->setVerticalScrollBarPolicy(m_edit->lineCount() > kMostLines ? Qt::ScrollBarAsNeeded
                                                                        : Qt::ScrollBarAlwaysOff);
}

void Composer::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    adjustHeight();
}

}  // namespace strata::ui
