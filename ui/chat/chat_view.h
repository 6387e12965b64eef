// The conversation: a scrolling view that lays out only what is seen.
#pragma once

#include "ui/chat/chat_style.h"
#include "ui/chat/message_action.h"
#include "ui/chat/message_item.h"
#include "ui/chat/text_selection.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QPointer>
#include <QTimer>
#include <QUrl>
#include <map>
#include <memory>

namespace strata::ui {

class ChatTreeModel;
class CodeHighlighter;
class MessageBar;
class Theme;

/// Keeps a place in the text (message and pixel), not a place on the scroll bar: guessed heights above or below never
/// move what is being read. Sticks to the end while it is there. Text can be selected across messages by mouse and
/// keyboard. For screen readers every message is a child with its text.
class ChatView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit ChatView(Theme* theme, QWidget* parent = nullptr);
    ~ChatView() override;

    /// Shows its end. nullptr: nothing.
    void setModel(ChatTreeModel* model);
    /// Words beside a message that waits, is being read ("Reading ... 40 %") or written.
    void setBusyText(const QString& text);
    /// False while there is nothing that could answer: regenerate and continue are greyed.
    void setCanAnswer(bool can);

    [[nodiscard]] bool isAtEnd() const noexcept { return m_sticksToEnd; }
    void scrollToEnd();
    void scrollToMessage(NodeId node);
    void scrollByPixels(int pixels);
    /// The message that keyboard actions mean; the first visible one where none was chosen; 0 = none.
    [[nodiscard]] NodeId currentMessage() const;
    void stepMessage(int step);

    [[nodiscard]] bool hasSelection() const { return m_selection.isRange(); }
    [[nodiscard]] QString selectedText();
    [[nodiscard]] QString selectedMarkdown();
    void selectAll();
    void clearSelection();
    void copySelection();
    void copySelectionAsMarkdown();

    /// Marks every place and goes to the last one; returns their number.
    int find(const QString& words);
    void findStep(int step);
    /// From 0; -1 where nothing was found.
    [[nodiscard]] int currentMatch() const noexcept { return m_currentMatch; }

    [[nodiscard]] int messageCount() const noexcept { return static_cast<int>(m_items.size()); }
    /// In viewport coordinates, empty where it is not seen.
    [[nodiscard]] QRect messageRect(int index) const;
    [[nodiscard]] QString messageText(int index);
    [[nodiscard]] QString messageName(int index) const;
    /// Blocks that are laid out now: a measure of laziness.
    [[nodiscard]] int laidOutBlocks() const;
    /// Layouts of blocks that were made since the view is there, again and again included: a measure of work.
    [[nodiscard]] qint64 madeLayouts() const noexcept { return m_madeLayouts; }
    /// Does now what is due at the next turn of the event loop.
    void layOutNow();

signals:
    void actionRequested(strata::ui::NodeId node, strata::ui::MessageAction action);
    void linkActivated(const QUrl& url);
    void atEndChanged(bool atEnd);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    struct Visible {
        int item = 0;
        int top = 0;  ///< in viewport coordinates
        qsizetype firstSlot = 0;
        qsizetype endSlot = 0;
        int firstSlotTop = 0;  ///< with its gap
    };
    struct OverlayKey {
        NodeId node = 0;
        int kind = 0;
        qsizetype block = 0;
        [[nodiscard]] auto operator<=>(const OverlayKey&) const = default;
    };
    struct CodeColours {
        QList<CodeSpan> spans;
        qsizetype length = 0;
    };

    void connectModel();
    void reset();
    void insertItems(int first, int last);
    void removeItems(int first, int last);
    void updateItems(int first, int last, const QList<int>& roles);
    void restyle();
    void later();

    // Layout. An item's height is exact where it was seen.
    [[nodiscard]] MessageItem& item(int index) { return *m_items[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const MessageItem& item(int index) const { return *m_items[static_cast<std::size_t>(index)]; }
    [[nodiscard]] int heightOf(int index) const;
    void prepareAnchor(int index);
    void layOutSlot(int index, qsizetype slot);
    void layOutVisible();
    void layOutItem(int index, int& top);
    void goUp(int pixels);
    void goDown(int pixels);
    void goToEnd();
    void goToValue(int value);
    [[nodiscard]] int contentBottom() const;
    void syncScrollBar();
    void setSticksToEnd(bool sticks);
    void dropFarLayouts();
    void askForColours(int index, qsizetype block);
    void takeColours(quint64 key, const QList<CodeSpan>& spans);
    [[nodiscard]] quint64 colourKey(NodeId node, qsizetype block) const;
    void updateOverlays();
    QWidget* overlay(const OverlayKey& key);
    QWidget* makeOverlay(const OverlayKey& key);
    void placeBar(const Visible& visible, std::map<OverlayKey, QRect>& wanted) const;
    void fillBar(MessageBar& bar, int index);

    // Selection.
    [[nodiscard]] TextPosition positionAt(const QPoint& point);
    [[nodiscard]] QString hrefAt(const QPoint& point);
    [[nodiscard]] bool isTextAt(const QPoint& point);
    template <class Found>
    auto atPoint(const QPoint& point, Found&& found);
    void moveCursor(QKeyEvent* event);
    [[nodiscard]] TextPosition stepped(const TextPosition& from, int step);
    [[nodiscard]] TextPosition steppedWord(const TextPosition& from, int step);
    [[nodiscard]] TextPosition steppedLine(const TextPosition& from, int step);
    [[nodiscard]] QRectF cursorRect(const TextPosition& position);
    [[nodiscard]] QString blockText(const TextPosition& position);
    void selectAround(const TextPosition& position, bool wholeBlock);
    void showPosition(const TextPosition& position);
    void setSelection(const TextPosition& anchor, const TextPosition& cursor);
    [[nodiscard]] QList<TextMark> marksOf(int index, qsizetype block, qsizetype length) const;
    void drawItem(QPainter& painter, const Visible& visible);
    void showMenu(const QPoint& globalPlace, NodeId node);
    [[nodiscard]] int indexOf(NodeId node) const;
    void dragScroll();

    Theme* m_theme;
    std::unique_ptr<ChatStyle> m_style;
    CodeHighlighter* m_highlighter;
    QPointer<ChatTreeModel> m_model;
    std::vector<std::unique_ptr<MessageItem>> m_items;
    QHash<quint64, CodeColours> m_colours;
    quint64 m_generation = 0;  ///< of the model: tells late colours of another conversation apart
    std::map<OverlayKey, QWidget*> m_overlays;
    QTimer m_layoutTimer;
    QString m_busyText;
    bool m_canAnswer = true;

    int m_left = 0;    ///< of the column
    int m_column = 0;  ///< its width
    int m_anchor = 0;  ///< the item at the viewport's upper edge
    int m_offset = 0;  ///< how far that edge is below the item's
    bool m_sticksToEnd = true;
    bool m_isSyncing = false;
    std::vector<Visible> m_visible;
    qint64 m_madeLayouts = 0;
    int m_current = -1;

    TextSelection m_selection;
    bool m_isSelecting = false;
    QPoint m_pressed;
    QPoint m_lastMouse;
    QTimer m_dragTimer;
    QElapsedTimer m_sinceDoubleClick;
    qreal m_cursorX = -1;  ///< where Shift+Up and Shift+Down aim

    QString m_words;
    QList<TextMatch> m_matches;
    int m_currentMatch = -1;
};

}  // namespace strata::ui
