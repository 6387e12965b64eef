// One block of a message, laid out: drawn, and asked what lies where.
#pragma once

#include "ui/chat/chat_style.h"

#include <QList>
#include <QRectF>
#include <QTextLayout>
#include <memory>
#include <vector>

class QPainter;

namespace strata::ui {

/// A part of a block's text with a background of its own.
struct TextMark {
    qsizetype begin = 0;
    qsizetype end = 0;
    QColor background;
};

/// Positions count UTF-16 units of the block's plainText(); coordinates are pixels from the block's left upper corner.
class BlockLayout {
public:
    struct Place {
        bool isCodeEnd = true;         ///< no part of the same code follows
        bool joinsQuoteAbove = false;  ///< the block above is in the same quote: the bar goes on through the gap
        int gapAbove = 0;
    };

    /// `width` of the column; keeps no reference to `block`.
    BlockLayout(const MarkdownBlock& block, const ChatStyle& style, int width, const Place& place);

    [[nodiscard]] int height() const noexcept { return m_height; }
    /// Of its longest line, margins included.
    [[nodiscard]] int naturalWidth() const noexcept { return m_naturalWidth; }
    void setCodeSpans(const QList<CodeSpan>& spans, const ChatStyle& style);
    void draw(QPainter& painter, const QPointF& at, const ChatStyle& style, const QList<TextMark>& marks) const;

    /// The nearest position.
    [[nodiscard]] qsizetype positionAt(const QPointF& point) const;
    /// Where a cursor before `position` stands.
    [[nodiscard]] QRectF cursorAt(qsizetype position) const;
    /// The link under the point; empty where there is none.
    [[nodiscard]] QString hrefAt(const QPointF& point) const;
    [[nodiscard]] bool isTextAt(const QPointF& point) const;
    [[nodiscard]] qsizetype length() const noexcept { return m_length; }

private:
    struct Piece {
        std::unique_ptr<QTextLayout> layout;
        QPointF origin;
        qsizetype begin = 0;
        QList<InlineSpan> spans;
        QRectF area;  ///< of the cell, or of the whole text
    };

    Piece& addPiece(const InlineText& text, const QFont& font, const ChatStyle& style, qsizetype begin);
    /// Returns the height.
    static int layLines(QTextLayout& layout, int width, int lineHeight, Qt::Alignment alignment = Qt::AlignLeft);
    void layText(const ChatStyle& style, const QFont& font, int lineHeight);
    void layCode(const ChatStyle& style);
    void layTable(const ChatStyle& style);
    [[nodiscard]] QList<int> columnWidths(const ChatStyle& style, int available);
    void drawContainers(QPainter& painter, const QPointF& at, const ChatStyle& style) const;
    void drawMark(QPainter& painter, const QPointF& at, const ChatStyle& style) const;
    void drawCodeFrame(QPainter& painter, const QPointF& at, const ChatStyle& style) const;
    void drawTableFrame(QPainter& painter, const QPointF& at, const ChatStyle& style) const;
    [[nodiscard]] const Piece* pieceAt(const QPointF& point) const;

    MarkdownBlock m_block;
    Place m_place;
    int m_width;
    int m_indent;
    int m_height = 0;
    int m_naturalWidth = 0;
    qsizetype m_length = 0;
    std::vector<Piece> m_pieces;
    QList<int> m_columnEdges;
    QList<int> m_rowEdges;
};

}  // namespace strata::ui
