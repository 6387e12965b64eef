#include "ui/chat/block_layout.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <numeric>

namespace strata::ui {
namespace {

QTextCharFormat formatOf(const InlineSpan& span, const QFont& font, const ChatStyle& style) {
    QTextCharFormat format;
    QFont face = font;
    if (span.styles & InlineStyle::Code) {
        face = style.inlineCode;
        face.setPixelSize(qRound(font.pixelSize() * 0.9));
        format.setBackground(style.codeBackground);
    }
    if (span.styles & InlineStyle::Bold) face.setWeight(QFont::DemiBold);
    if (span.styles & InlineStyle::Italic) face.setItalic(true);
    face.setStrikeOut(span.styles.testFlag(InlineStyle::Strike));
    face.setUnderline(span.styles.testFlag(InlineStyle::Link));
    format.setFont(face);
    if (span.styles & InlineStyle::Link) format.setForeground(style.accent);
    return format;
}

/// A text layout breaks lines at this character only.
QString lines(QString text) {
    return text.replace(u'\n', QChar::LineSeparator);
}

}  // namespace

BlockLayout::BlockLayout(const MarkdownBlock& block, const ChatStyle& style, int width, const Place& place)
    : m_block(block), m_place(place), m_width(width), m_indent(std::min(style.indent(block), width / 2)) {
    m_length = plainText(block).size();
    switch (block.kind) {
        case BlockKind::Rule:
            m_height = 1;
            m_naturalWidth = width;
            break;
        case BlockKind::Code:
            layCode(style);
            break;
        case BlockKind::Table:
            layTable(style);
            break;
        case BlockKind::Heading: {
            const QFont font = style.heading(block.level);
            layText(style, font, qRound(font.pixelSize() * 1.35));
            break;
        }
        case BlockKind::Paragraph:
            layText(style, style.body, style.bodyLine);
            break;
    }
}

BlockLayout::Piece& BlockLayout::addPiece(const InlineText& text, const QFont& font, const ChatStyle& style,
                                          qsizetype begin) {
    Piece piece;
    piece.layout = std::make_unique<QTextLayout>(lines(text.text), font);
    piece.layout->setCacheEnabled(true);
    piece.begin = begin;
    piece.spans = text.spans;
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTabStopDistance(QFontMetricsF(font).horizontalAdvance(u' ') * 4);
    piece.layout->setTextOption(option);
    QList<QTextLayout::FormatRange> formats;
    for (const InlineSpan& span : text.spans) {
        formats.append({static_cast<int>(span.begin), static_cast<int>(span.length), formatOf(span, font, style)});
    }
    piece.layout->setFormats(formats);
    m_pieces.push_back(std::move(piece));
    return m_pieces.back();
}

int BlockLayout::layLines(QTextLayout& layout, int width, int lineHeight, Qt::Alignment alignment) {
    qreal y = 0;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(1, width));
        // Scripts and emoji that are taller than the line make room for themselves.
        const qreal height = std::max<qreal>(lineHeight, std::ceil(line.height()));
        const qreal free = width - line.naturalTextWidth();
        const qreal x = alignment & Qt::AlignRight ? free : alignment & Qt::AlignHCenter ? free / 2 : 0;
        line.setPosition(QPointF(std::max<qreal>(0, x), y + (height - line.height()) / 2));
        y += height;
    }
    layout.endLayout();
    return qCeil(y);
}

void BlockLayout::layText(const ChatStyle& style, const QFont& font, int lineHeight) {
    Piece& piece = addPiece(m_block.content, font, style, 0);
    piece.origin = QPointF(m_indent, 0);
    m_height = std::max(lineHeight, layLines(*piece.layout, m_width - m_indent, lineHeight));
    piece.area = QRectF(m_indent, 0, m_width - m_indent, m_height);
    m_naturalWidth = m_indent + qCeil(piece.layout->maximumWidth());
    qreal longest = 0;
    for (int line = 0; line < piece.layout->lineCount(); ++line) {
        longest = std::max(longest, piece.layout->lineAt(line).naturalTextWidth());
    }
    m_naturalWidth = m_indent + qCeil(longest) + 1;
}

void BlockLayout::layCode(const ChatStyle& style) {
    const int top = m_block.continued ? 0 : style.codeHeader;
    const int bottom = m_place.isCodeEnd ? style.codePadding : 0;
    Piece& piece = addPiece(InlineText{plainText(m_block), {}}, style.code, style, 0);
    piece.origin = QPointF(m_indent + style.codePadding, top);
    const int inner = m_width - m_indent - 2 * style.codePadding;
    const int text = m_length > 0 || !m_block.continued ? layLines(*piece.layout, inner, style.codeLine) : 0;
    m_height = top + text + bottom;
    piece.area = QRectF(piece.origin, QSizeF(inner, text));
    m_naturalWidth = m_width;
}

QList<int> BlockLayout::columnWidths(const ChatStyle& style, int available) {
    const auto columns = m_block.alignments.size();
    QList<int> wanted(columns, 1);
    std::size_t piece = 0;
    for (const QList<InlineText>& row : m_block.rows) {
        for (qsizetype column = 0; column < row.size(); ++column, ++piece) {
            QTextLayout& layout = *m_pieces[piece].layout;
            layLines(layout, 1 << 16, style.bodyLine);
            qreal longest = 0;
            for (int line = 0; line < layout.lineCount(); ++line) {
                longest = std::max(longest, layout.lineAt(line).naturalTextWidth());
            }
            wanted[column] = std::max(wanted[column], qCeil(longest) + 1);
        }
    }
    const int room =
        std::max<int>(static_cast<int>(columns), available - static_cast<int>(columns) * 2 * style.cellPadding);
    const int sum = std::accumulate(wanted.cbegin(), wanted.cend(), 0);
    if (sum <= room) return wanted;
    // Narrow columns keep their width; the others share what is left.
    const int fair = room / static_cast<int>(columns);
    int narrow = 0;
    int wide = 0;
    for (const int width : wanted) (width <= fair ? narrow : wide) += width;
    for (int& width : wanted) {
        if (width > fair) width = std::max(1, static_cast<int>(static_cast<qint64>(width) * (room - narrow) / wide));
    }
    return wanted;
}

void BlockLayout::layTable(const ChatStyle& style) {
    QFont head = style.body;
    head.setWeight(QFont::DemiBold);
    qsizetype begin = 0;
    for (qsizetype row = 0; row < m_block.rows.size(); ++row) {
        for (const InlineText& cell : m_block.rows[row]) {
            addPiece(cell, row == 0 ? head : style.body, style, begin);
            begin += cell.text.size() + 1;
        }
    }
    const QList<int> widths = columnWidths(style, m_width - m_indent);
    m_columnEdges = {m_indent};
    for (const int width : widths) m_columnEdges.append(m_columnEdges.last() + width + 2 * style.cellPadding);
    m_rowEdges = {0};
    std::size_t piece = 0;
    for (const QList<InlineText>& row : m_block.rows) {
        int height = style.bodyLine;
        const int top = m_rowEdges.last() + style.cellPadding * 3 / 4;
        for (qsizetype column = 0; column < row.size(); ++column, ++piece) {
            Piece& cell = m_pieces[piece];
            const CellAlignment alignment = m_block.alignments[column];
            const Qt::Alignment side = alignment == CellAlignment::Right    ? Qt::AlignRight
                                       : alignment == CellAlignment::Centre ? Qt::AlignHCenter
                                                                            : Qt::AlignLeft;
            cell.origin = QPointF(m_columnEdges[column] + style.cellPadding, top);
            height = std::max(height, layLines(*cell.layout, widths[column], style.bodyLine, side));
        }
        const int bottom = top + height + style.cellPadding * 3 / 4;
        for (qsizetype column = 0; column < row.size(); ++column) {
            const std::size_t index = piece - static_cast<std::size_t>(row.size() - column);
            m_pieces[index].area =
                QRectF(m_columnEdges[column], m_rowEdges.last(), m_columnEdges[column + 1] - m_columnEdges[column],
                       bottom - m_rowEdges.last());
        }
        m_rowEdges.append(bottom);
    }
    m_height = m_rowEdges.last() + 1;
    m_naturalWidth = m_columnEdges.last() + 1;
}

void BlockLayout::setCodeSpans(const QList<CodeSpan>& spans, const ChatStyle& style) {
    if (m_block.kind != BlockKind::Code || m_pieces.empty()) return;
    QList<QTextLayout::FormatRange> formats;
    for (const CodeSpan& span : spans) {
        if (span.begin >= m_length) break;
        QTextCharFormat format;
        format.setForeground(style.codeColour(span.role));
        formats.append(
            {static_cast<int>(span.begin), static_cast<int>(std::min(span.length, m_length - span.begin)), format});
    }
    m_pieces.front().layout->setFormats(formats);
    // New formats forget the lines; in one fixed-width font they come out the same.
    layLines(*m_pieces.front().layout, qRound(m_pieces.front().area.width()), style.codeLine);
}

void BlockLayout::draw(QPainter& painter, const QPointF& at, const ChatStyle& style,
                       const QList<TextMark>& marks) const {
    drawContainers(painter, at, style);
    drawMark(painter, at, style);
    if (m_block.kind == BlockKind::Code) drawCodeFrame(painter, at, style);
    if (m_block.kind == BlockKind::Table) drawTableFrame(painter, at, style);
    if (m_block.kind == BlockKind::Rule)
        painter.fillRect(QRectF(at.x() + m_indent, at.y(), m_width - m_indent, 1), style.border);
    const bool isDimmed = m_block.thinking || m_block.containers.contains('q');
    painter.setPen(isDimmed && m_block.kind != BlockKind::Code ? style.secondaryText : style.text);
    for (const Piece& piece : m_pieces) {
        QList<QTextLayout::FormatRange> selections;
        const qsizetype length = piece.layout->text().size();
        for (const TextMark& mark : marks) {
            const qsizetype begin = std::clamp<qsizetype>(mark.begin - piece.begin, 0, length);
            const qsizetype end = std::clamp<qsizetype>(mark.end - piece.begin, 0, length);
            if (begin >= end) continue;
            QTextCharFormat format;
            format.setBackground(mark.background);
            selections.append({static_cast<int>(begin), static_cast<int>(end - begin), format});
        }
        piece.layout->draw(&painter, at + piece.origin, selections);
    }
}

void BlockLayout::drawContainers(QPainter& painter, const QPointF& at, const ChatStyle& style) const {
    qreal x = at.x();
    for (const char container : m_block.containers) {
        if (container == 'q') {
            const int above = m_place.joinsQuoteAbove ? m_place.gapAbove : 0;
            painter.fillRect(QRectF(x, at.y() - above, style.px(3), m_height + above), style.border);
        }
        x += container == 'q' ? style.quoteIndent : style.listIndent;
    }
}

void BlockLayout::drawMark(QPainter& painter, const QPointF& at, const ChatStyle& style) const {
    if (!m_block.mark) return;
    int indent = 0;
    for (const char container : m_block.containers.first(m_block.containers.lastIndexOf('l') + 1)) {
        indent += container == 'q' ? style.quoteIndent : style.listIndent;
    }
    const qreal right = at.x() + indent - style.px(8);
    const QRectF line(right - style.listIndent * 2, at.y(), style.listIndent * 2, style.bodyLine);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_block.mark->checked) {
        const qreal size = style.px(13);
        const QRectF box(right - size, line.center().y() - size / 2, size, size);
        painter.setPen(QPen(*m_block.mark->checked ? style.accent : style.secondaryText, style.scale * 1.4));
        painter.drawRoundedRect(box, 3, 3);
        if (*m_block.mark->checked) {
            painter.drawPolyline(QPolygonF{box.topLeft() + QPointF(size * 0.25, size * 0.52),
                                           box.topLeft() + QPointF(size * 0.43, size * 0.7),
                                           box.topLeft() + QPointF(size * 0.76, size * 0.3)});
        }
    } else if (m_block.mark->number) {
        painter.setFont(style.body);
        painter.setPen(style.secondaryText);
        painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, QString::number(*m_block.mark->number) + u'.');
    } else {
        painter.setBrush(style.secondaryText);
        painter.setPen(Qt::NoPen);
        const qreal radius = style.scale * 2.5;
        painter.drawEllipse(QPointF(right - style.px(3), line.center().y()), radius, radius);
    }
    painter.restore();
}

void BlockLayout::drawCodeFrame(QPainter& painter, const QPointF& at, const ChatStyle& style) const {
    const qreal radius = 8;
    QRectF frame(at.x() + m_indent + 0.5, at.y() + 0.5, m_width - m_indent - 1, m_height - 1);
    painter.save();
    painter.setClipRect(QRectF(at.x(), at.y(), m_width, m_height));
    // Parts of the same code meet without a border: the frame reaches beyond the clip there.
    if (m_block.continued) frame.setTop(frame.top() - 2 * radius);
    if (!m_place.isCodeEnd) frame.setBottom(frame.bottom() + 2 * radius);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(style.border);
    painter.setBrush(style.codeBackground);
    painter.drawRoundedRect(frame, radius, radius);
    if (!m_block.continued) {
        painter.setFont(style.label);
        painter.setPen(style.secondaryText);
        const QRectF header(frame.left() + style.codePadding, at.y(), frame.width() / 2, style.codeHeader);
        painter.drawText(header, Qt::AlignLeft | Qt::AlignVCenter, m_block.language);
    }
    painter.restore();
}

void BlockLayout::drawTableFrame(QPainter& painter, const QPointF& at, const ChatStyle& style) const {
    const qreal left = at.x() + m_columnEdges.first();
    const qreal width = m_columnEdges.last() - m_columnEdges.first();
    for (qsizetype row = 1; row < m_rowEdges.size(); ++row) {
        const bool isHead = row == 1;
        painter.fillRect(QRectF(left, at.y() + m_rowEdges[row], width, 1), isHead ? style.secondaryText : style.border);
    }
}

const BlockLayout::Piece* BlockLayout::pieceAt(const QPointF& point) const {
    const Piece* best = nullptr;
    qreal bestDistance = 0;
    for (const Piece& piece : m_pieces) {
        const qreal dx = std::max({piece.area.left() - point.x(), point.x() - piece.area.right(), 0.0});
        const qreal dy = std::max({piece.area.top() - point.y(), point.y() - piece.area.bottom(), 0.0});
        // The row counts before the column.
        const qreal distance = dy * 1000 + dx;
        if (best && distance >= bestDistance) continue;
        best = &piece;
        bestDistance = distance;
    }
    return best;
}

qsizetype BlockLayout::positionAt(const QPointF& point) const {
    const Piece* piece = pieceAt(point);
    if (!piece || piece->layout->lineCount() == 0) return 0;
    const QPointF inner = point - piece->origin;
    const QTextLayout& layout = *piece->layout;
    for (int index = 0; index < layout.lineCount(); ++index) {
        const QTextLine line = layout.lineAt(index);
        const bool isLast = index + 1 == layout.lineCount();
        if (!isLast && inner.y() >= layout.lineAt(index + 1).y()) continue;
        return piece->begin + line.xToCursor(inner.x());
    }
    return piece->begin;
}

QRectF BlockLayout::cursorAt(qsizetype position) const {
    for (std::size_t index = m_pieces.size(); index-- > 0;) {
        const Piece& piece = m_pieces[index];
        if (position < piece.begin && index > 0) continue;
        const int inner =
            static_cast<int>(std::clamp<qsizetype>(position - piece.begin, 0, piece.layout->text().size()));
        const QTextLine line = piece.layout->lineForTextPosition(inner);
        if (!line.isValid()) break;
        return {piece.origin.x() + line.cursorToX(inner), piece.origin.y() + line.y(), 1, line.height()};
    }
    return {static_cast<qreal>(m_indent), 0, 1, static_cast<qreal>(m_height)};
}

bool BlockLayout::isTextAt(const QPointF& point) const {
    const Piece* piece = pieceAt(point);
    return piece && piece->area.contains(point);
}

QString BlockLayout::hrefAt(const QPointF& point) const {
    const Piece* piece = pieceAt(point);
    if (!piece || !piece->area.contains(point)) return {};
    const QPointF inner = point - piece->origin;
    for (int index = 0; index < piece->layout->lineCount(); ++index) {
        const QTextLine line = piece->layout->lineAt(index);
        if (!line.naturalTextRect().contains(inner)) continue;
        const int position = line.xToCursor(inner.x(), QTextLine::CursorOnCharacter);
        for (const InlineSpan& span : piece->spans) {
            if (position >= span.begin && position < span.begin + span.length) return span.href;
        }
    }
    return {};
}

}  // namespace strata::ui
