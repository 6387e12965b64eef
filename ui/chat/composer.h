// Where messages are written.
#pragma once

#include <QFrame>
#include <QPlainTextEdit>

class QLabel;
class QToolButton;

namespace strata::ui {

class ContextMeter;
class Theme;

/// Longer texts are refused with a notice: no model reads them, and nothing is to be gained by waiting.
inline constexpr qsizetype kLongestMessage = 1'000'000;

/// The text field within the composer.
class ComposerEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit ComposerEdit(QWidget* parent = nullptr);
    void setEnterSends(bool sends) { m_enterSends = sends; }
    /// Of `lines` lines, margins included.
    [[nodiscard]] int heightFor(int lines) const;
    [[nodiscard]] int lineCount() const;

signals:
    void sendPressed();
    /// A paste that was refused; one sentence for people.
    void refused(const QString& reason);
    void focusChanged(bool hasFocus);

protected:
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;

private:
    bool m_enterSends = true;
};

/// Grows to eight lines. Always usable: what becomes of a message is for others to decide.
class Composer : public QFrame {
    Q_OBJECT
public:
    explicit Composer(Theme* theme, QWidget* parent = nullptr);

    [[nodiscard]] QString text() const;
    void setText(const QString& text);
    void clear();
    /// Shows stop instead of send while nothing is written.
    void setAnswering(bool answering);
    /// Empty: nothing waits.
    void setQueued(const QString& text);
    /// Above the text, with a button that ends it; the text is then what will be a new version.
    void setEditing(bool editing);
    [[nodiscard]] bool isEditing() const noexcept { return m_isEditing; }
    void setContext(int tokens, int length);
    /// Enter sends, Shift+Enter breaks the line; else Enter breaks and Ctrl+Enter sends. The latter always works.
    void setEnterSends(bool sends);
    [[nodiscard]] ComposerEdit* edit() const noexcept { return m_edit; }

signals:
    void sendRequested(const QString& text);
    void stopRequested();
    void queueCancelled();
    void editingCancelled();
    void draftChanged(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void send();
    void adjustHeight();
    void updateButtons();
    void updateStrip();
    void restyle();

    Theme* m_theme;
    ComposerEdit* m_edit;
    QFrame* m_strip;
    QLabel* m_stripText;
    QToolButton* m_stripButton;
    QLabel* m_notice;
    ContextMeter* m_meter;
    QToolButton* m_send;
    QToolButton* m_stop;
    QString m_queued;
    bool m_isAnswering = false;
    bool m_isEditing = false;
};

}  // namespace strata::ui
