#include "ui/markdown/markdown_writer.h"

#include <QRegularExpression>
#include <algorithm>

namespace strata::ui {
namespace {

/// Backslashes before what would mean something there, and before nothing else: the text is for people, too.
QString escape(const QString& text, bool atLineStart) {
    QString escaped;
    bool lineStart = atLineStart;
    bool onlyDigits = false;
    for (qsizetype index = 0; index < text.size(); ++index) {
        const QChar character = text[index];
        const QChar next = index + 1 < text.size() ? text[index + 1] : QChar(u' ');
        const bool isInWord = index > 0 && text[index - 1].isLetterOrNumber() && next.isLetterOrNumber();
        const bool always = QStringView(u"\\`*[]<~|").contains(character) || (character == u'_' && !isInWord) ||
                            (character == u'&' && (next.isLetter() || next == u'#'));
        const bool atStart = lineStart && !onlyDigits && QStringView(u"#>+-=").contains(character);
        const bool isNumberEnd = onlyDigits && (character == u'.' || character == u')');
        if (always || atStart || isNumberEnd) escaped += u'\\';
        escaped += character;
        onlyDigits = lineStart && character.isDigit();
        lineStart = character == u'\n' || (lineStart && (character == u' ' || character.isDigit()));
    }
    return escaped;
}

QString inlineCode(const QString& text) {
    qsizetype longest = 0;
    qsizetype run = 0;
    for (const QChar character : text) {
        run = character == u'`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const QString fence(longest + 1, u'`');
    const bool needsSpace = text.startsWith(u'`') || text.endsWith(u'`');
    return needsSpace ? fence + u' ' + text + u' ' + fence : fence + text + fence;
}

QString wrapped(const QString& text, InlineStyles styles, bool atLineStart) {
    if (!styles) return escape(text, atLineStart);
    // Marks must stand next to a letter: spaces go outside.
    const qsizetype lead = text.size() - QString(text).remove(QRegularExpression(QStringLiteral("^\\s+"))).size();
    const QString inner = text.trimmed();
    if (inner.isEmpty()) return text;
    const QString tail = text.sliced(lead + inner.size());
    QString marks;
    if (styles & InlineStyle::Strike) marks += QStringLiteral("~~");
    if (styles & InlineStyle::Bold) marks += QStringLiteral("**");
    if (styles & InlineStyle::Italic) marks += u'*';
    QString close = marks;
    std::reverse(close.begin(), close.end());
    const QString body = styles & InlineStyle::Code ? inlineCode(inner) : escape(inner, atLineStart && marks.isEmpty());
    return text.first(lead) + marks + body + close + tail;
}

QString writeInline(const InlineText& content) {
    QString written;
    qsizetype at = 0;
    const auto writePlain = [&](qsizetype end) {
        if (end > at) written += escape(content.text.sliced(at, end - at), at == 0);
        at = std::max(at, end);
    };
    for (const InlineSpan& span : content.spans) {
        writePlain(span.begin);
        const QString text = content.text.sliced(span.begin, span.length);
        const QString body = wrapped(text, span.styles & ~InlineStyles(InlineStyle::Link), span.begin == 0);
        if (span.styles & InlineStyle::Link) {
            if (written.endsWith(u'!')) written.insert(written.size() - 1, u'\\');
            written += u'[' + body + QStringLiteral("](<") + span.href + QStringLiteral(">)");
        } else {
            written += body;
        }
        at = span.begin + span.length;
    }
    writePlain(content.text.size());
    return written;
}

QString writeTable(const MarkdownBlock& block) {
    QStringList lines;
    for (const QList<InlineText>& row : block.rows) {
        QString line = QStringLiteral("|");
        for (const InlineText& cell : row) line += u' ' + writeInline(cell).replace(u'\n', u' ') + QStringLiteral(" |");
        lines.append(line);
        if (lines.size() > 1) continue;
        QString rule = QStringLiteral("|");
        for (const CellAlignment alignment : block.alignments) {
            rule += alignment == CellAlignment::Right    ? QStringLiteral(" ---: |")
                    : alignment == CellAlignment::Centre ? QStringLiteral(" :---: |")
                                                         : QStringLiteral(" --- |");
        }
        lines.append(rule);
    }
    return lines.join(u'\n');
}

QString fenceFor(const QString& code) {
    qsizetype length = 3;
    while (code.contains(QString(length, u'`'))) ++length;
    return QString(length, u'`');
}

/// Without containers; `code` is the whole text of a code block that came in parts.
QString writeBody(const MarkdownBlock& block, const QString& code) {
    switch (block.kind) {
        case BlockKind::Heading:
            return QString(block.level, u'#') + u' ' + writeInline(block.content).replace(u'\n', u' ');
        case BlockKind::Rule:
            return QStringLiteral("---");
        case BlockKind::Table:
            return writeTable(block);
        case BlockKind::Code: {
            const QString fence = fenceFor(code);
            const QString newline = code.isEmpty() || code.endsWith(u'\n') ? QString() : QStringLiteral("\n");
            return fence + block.language + u'\n' + code + newline + fence;
        }
        default:
            return writeInline(block.content);
    }
}

QString markText(const ListMark& mark) {
    QString text = mark.number ? QString::number(*mark.number) + QStringLiteral(". ") : QStringLiteral("- ");
    if (mark.checked) text += *mark.checked ? QStringLiteral("[x] ") : QStringLiteral("[ ] ");
    return text;
}

/// Puts the marks of quotes and lists before every line.
QString contained(const QString& body, const MarkdownBlock& block, QList<int>& itemWidths) {
    QString first;
    QString rest;
    qsizetype items = block.containers.count('l');
    qsizetype item = 0;
    for (const char container : block.containers) {
        if (container == 'q') {
            first += QStringLiteral("> ");
            rest += QStringLiteral("> ");
            continue;
        }
        const bool isInnermost = ++item == items;
        if (isInnermost && block.mark) {
            const QString mark = markText(*block.mark);
            const int width = block.mark->number ? static_cast<int>(mark.indexOf(u' ')) + 1 : 2;
            itemWidths.resize(item - 1);
            itemWidths.append(width);
            first += mark;
            rest += QString(width, u' ');
        } else {
            const int width = item <= itemWidths.size() ? itemWidths[item - 1] : 2;
            first += QString(width, u' ');
            rest += QString(width, u' ');
        }
    }
    return first + QString(body).replace(u'\n', u'\n' + rest);
}

InlineText excerptOf(const InlineText& content, qsizetype begin, qsizetype end) {
    InlineText part{content.text.sliced(begin, end - begin), {}};
    for (InlineSpan span : content.spans) {
        const qsizetype from = std::max(span.begin, begin);
        const qsizetype to = std::min(span.begin + span.length, end);
        if (from >= to) continue;
        span.begin = from - begin;
        span.length = to - from;
        part.spans.append(span);
    }
    return part;
}

}  // namespace

QString writeMarkdown(const QList<MarkdownBlock>& blocks) {
    QString text;
    QList<int> itemWidths;
    bool thinking = false;
    for (qsizetype index = 0; index < blocks.size(); ++index) {
        const MarkdownBlock& block = blocks[index];
        if (block.thinking != thinking)
            text += block.thinking ? QStringLiteral("<think>\n") : QStringLiteral("</think>\n\n");
        thinking = block.thinking;
        QString code = block.content.text;
        while (index + 1 < blocks.size() && blocks[index + 1].continued) code += blocks[++index].content.text;
        const bool isTightItem =
            block.mark && index + 1 < blocks.size() && blocks[index + 1].mark && block.kind == BlockKind::Paragraph;
        text += contained(writeBody(block, code), block, itemWidths);
        text += isTightItem ? QStringLiteral("\n") : QStringLiteral("\n\n");
    }
    if (thinking) text += QStringLiteral("</think>\n\n");
    return text.isEmpty() ? text : text.chopped(1);
}

MarkdownBlock excerpt(const MarkdownBlock& block, qsizetype begin, qsizetype end) {
    const QString whole = plainText(block);
    begin = std::clamp<qsizetype>(begin, 0, whole.size());
    end = std::clamp<qsizetype>(end, begin, whole.size());
    if (begin == 0 && end == whole.size()) return block;
    MarkdownBlock part = block;
    part.mark.reset();
    part.containers.clear();
    if (block.kind == BlockKind::Code) {
        part.content.text = whole.sliced(begin, end - begin);
    } else if (block.kind == BlockKind::Table) {
        const qsizetype firstRow = whole.first(begin).count(u'\n');
        const qsizetype lastRow = whole.first(end).count(u'\n');
        part.rows = block.rows.sliced(firstRow, std::min(lastRow + 1, block.rows.size()) - firstRow);
    } else {
        part.content = excerptOf(block.content, begin, end);
    }
    return part;
}

}  // namespace strata::ui
