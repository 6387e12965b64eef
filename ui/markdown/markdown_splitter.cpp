#include "ui/markdown/markdown_splitter.h"

#include <algorithm>

namespace strata::ui {
namespace {

constexpr int kTabWidth = 4;
constexpr qsizetype kSoftLimit = MarkdownSplitter::kSegmentLimit / 2;

struct Indent {
    int columns = 0;
    qsizetype characters = 0;
};

Indent indentOf(QStringView line) {
    Indent indent;
    for (const QChar character : line) {
        if (character == u' ') {
            ++indent.columns;
        } else if (character == u'\t') {
            indent.columns += kTabWidth - indent.columns % kTabWidth;
        } else {
            break;
        }
        ++indent.characters;
    }
    return indent;
}

qsizetype runLength(QStringView text, QChar character) {
    qsizetype length = 0;
    while (length < text.size() && text[length] == character) ++length;
    return length;
}

/// Length of the fence that `trimmed` begins with; 0 = none.
qsizetype fenceLength(QStringView trimmed) {
    if (trimmed.isEmpty() || (trimmed[0] != u'`' && trimmed[0] != u'~')) return 0;
    const qsizetype length = runLength(trimmed, trimmed[0]);
    if (length < 3) return 0;
    return trimmed[0] == u'`' && trimmed.sliced(length).contains(u'`') ? 0 : length;
}

/// Columns of a list's mark, or 0: "-", "*", "+", "12." or "12)", followed by a space or nothing.
int markWidth(QStringView trimmed) {
    if (trimmed.isEmpty()) return 0;
    qsizetype width = 0;
    if (trimmed[0] == u'-' || trimmed[0] == u'*' || trimmed[0] == u'+') {
        width = 1;
    } else {
        while (width < trimmed.size() && width < 9 && trimmed[width] >= u'0' && trimmed[width] <= u'9') ++width;
        if (width == 0 || width >= trimmed.size() || (trimmed[width] != u'.' && trimmed[width] != u')')) return 0;
        ++width;
    }
    const bool ends = width == trimmed.size() || trimmed[width] == u' ' || trimmed[width] == u'\t';
    return ends ? static_cast<int>(width) : 0;
}

/// "***", "- - -": a rule, or the underline of a heading.
bool looksLikeRule(QStringView trimmed) {
    int marks = 0;
    for (const QChar character : trimmed) {
        if (character == u' ' || character == u'\t') continue;
        if (character != trimmed[0] || (character != u'-' && character != u'*' && character != u'_')) return false;
        ++marks;
    }
    return marks >= 3;
}

/// Where to cut a line that is too long: behind the last space, never within a character.
qsizetype cutOf(QStringView line, qsizetype limit) {
    const qsizetype space = line.first(limit).lastIndexOf(u' ');
    if (space > limit / 2) return space + 1;
    return line[limit - 1].isHighSurrogate() ? limit - 1 : limit;
}

bool isForbidden(QChar character) {
    return (character < u' ' && character != u'\n' && character != u'\t') || character == QChar(0x7F);
}

}  // namespace

QList<MarkdownSegment> MarkdownSplitter::append(QStringView text) {
    for (QChar character : text) {
        // CR LF and CR end lines as LF does, also where a piece ends between the two.
        const bool followsReturn = std::exchange(m_carriageReturn, character == u'\r');
        if (character == u'\n' && followsReturn) continue;
        if (character == u'\r') character = u'\n';
        if (isForbidden(character)) character = QChar::ReplacementCharacter;
        if (character != u'\n') {
            m_line += character;
            if (m_line.size() < kSegmentLimit) continue;
            const qsizetype cut = cutOf(m_line, kSegmentLimit);
            const QString rest = m_line.sliced(cut);
            m_line.truncate(cut);
            takeLine(std::exchange(m_line, rest));
            closeSegment();
            continue;
        }
        m_line += character;
        const QString line = std::exchange(m_line, QString());
        takeLine(line);
    }
    return std::exchange(m_done, {});
}

QList<MarkdownSegment> MarkdownSplitter::finish() {
    if (!m_line.isEmpty()) takeLine(std::exchange(m_line, QString()));
    closeSegment();
    m_inFence = false;
    return std::exchange(m_done, {});
}

QList<MarkdownSegment> MarkdownSplitter::open() const {
    MarkdownSplitter ended(*this);
    const QStringView line = QStringView(m_line).trimmed();
    const bool isFence = m_inFence && runLength(line, m_fenceCharacter) == line.size();
    const bool isTag = m_dialect == MarkdownDialect::Answer && line.startsWith(u'<') &&
                       (QStringView(u"<think>").startsWith(line) || QStringView(u"</think>").startsWith(line));
    if (isFence || isTag) ended.m_line.clear();
    return ended.finish();
}

bool MarkdownSplitter::takeRetroactiveThinking() {
    return std::exchange(m_retroactive, false);
}

void MarkdownSplitter::takeLine(QStringView line) {
    if (m_inFence) {
        takeCodeLine(line);
    } else {
        takeTextLine(line);
    }
}

void MarkdownSplitter::takeCodeLine(QStringView line) {
    const QStringView trimmed = line.trimmed();
    const qsizetype run = runLength(trimmed, m_fenceCharacter);
    if (run >= m_fenceLength && run == trimmed.size() && indentOf(line).columns < kTabWidth) {
        closeSegment();
        m_inFence = false;
        return;
    }
    if (m_thinking && trimmed.startsWith(u"</think>")) {
        closeSegment();
        m_inFence = false;
        takeTextLine(line);
        return;
    }
    const qsizetype strip = std::min<qsizetype>(runLength(line, u' '), m_fenceIndent);
    m_text += line.sliced(strip);
    if (++m_lines >= kCodeLines || m_text.size() >= kSegmentLimit) closeSegment();
}

bool MarkdownSplitter::takeThinkTag(QStringView line) {
    static constexpr QStringView kBegin = u"<think>";
    static constexpr QStringView kEnd = u"</think>";
    const QStringView trimmed = line.trimmed();
    if (!m_thinking && trimmed.startsWith(kBegin)) {
        closeSegment();
        m_thinking = true;
        m_hasThought = true;
        const QStringView rest = line.sliced(line.indexOf(kBegin) + kBegin.size());
        if (!rest.trimmed().isEmpty()) takeTextLine(rest);
        return true;
    }
    const bool ends = m_thinking ? line.contains(kEnd) : !m_hasThought && trimmed.startsWith(kEnd);
    if (!ends) return false;
    const qsizetype at = line.indexOf(kEnd);
    if (!line.first(at).trimmed().isEmpty()) takeTextLine(line.first(at));
    closeSegment();
    if (!m_hasThought) {
        m_retroactive = true;
        for (MarkdownSegment& segment : m_done) segment.thinking = true;
    }
    m_hasThought = true;
    m_thinking = false;
    const QStringView rest = line.sliced(at + kEnd.size());
    if (!rest.trimmed().isEmpty()) takeTextLine(rest);
    return true;
}

bool MarkdownSplitter::takeFence(QStringView line, int indent) {
    const QStringView trimmed = line.trimmed();
    const qsizetype length = m_opaque || indent >= kTabWidth ? 0 : fenceLength(trimmed);
    if (length == 0) return false;
    if (indent > 0 && m_uncertain) {
        m_opaque = true;
        return false;
    }
    // md4c lets a bare fence at the margin end an item's code, which is what models mean by it.
    const bool endsItemFence =
        m_itemFence && trimmed[0] == m_itemFenceCharacter && length == trimmed.size() && length >= m_itemFence;
    if (m_inList && (endsItemFence || (indent > 0 && indent >= m_listOffset))) {
        if (!m_itemFence) m_itemFenceCharacter = trimmed[0];
        m_itemFence = endsItemFence ? 0 : std::max(m_itemFence, length);
        return false;
    }
    closeSegment();
    m_inFence = true;
    m_fenceCharacter = trimmed[0];
    m_fenceLength = length;
    m_fenceIndent = indent;
    m_language = trimmed.sliced(length).trimmed().toString().section(u' ', 0, 0).left(64);
    m_codeContinued = false;
    return true;
}

void MarkdownSplitter::noteList(QStringView trimmed, int indent) {
    const int width = markWidth(trimmed);
    const bool isTopLevel = !m_inList || indent < m_listOffset;
    if (!isTopLevel || indent >= kTabWidth) return;
    if (width == 0 || looksLikeRule(trimmed)) {
        if (m_inList && m_lastBlank && !looksLikeRule(trimmed)) {
            m_inList = false;
        } else if (m_inList) {
            m_uncertain = true;
        }
        return;
    }
    // A list interrupts a paragraph only with "1." or a bullet, and only with text behind it.
    const bool interrupts = !m_inList && !m_text.isEmpty() && !m_lastBlank;
    const bool isOne = !trimmed[0].isDigit() || (trimmed[0] == u'1' && width == 2);
    if (interrupts && (!isOne || width == trimmed.size())) m_uncertain = true;
    m_inList = true;
    const int gap = indentOf(trimmed.sliced(width)).columns;
    m_listOffset = indent + width + (gap >= 1 && gap <= kTabWidth ? gap : 1);
}

void MarkdownSplitter::takeTextLine(QStringView line) {
    if (m_dialect == MarkdownDialect::Answer && takeThinkTag(line)) return;
    const QStringView trimmed = line.trimmed();
    const Indent indent = indentOf(line);
    if (!trimmed.isEmpty() && takeFence(line, indent.columns)) return;
    if (trimmed.isEmpty()) {
        m_text += line;
        m_lastBlank = true;
        return;
    }
    const bool isPlain = m_dialect == MarkdownDialect::Plain;
    const bool isLong = m_text.size() >= kSoftLimit;
    const bool isTop = m_lastBlank && indent.columns == 0 && !m_opaque;
    const bool mayBeItem = m_inList && markWidth(trimmed) > 0;
    const bool startsItem = mayBeItem && indent.columns == 0 && !m_opaque;
    if (isPlain ? isLong : (isTop && !mayBeItem) || (isLong && startsItem)) closeSegment();
    if (!m_text.isEmpty() && m_text.size() + line.size() > kSegmentLimit) closeSegment();
    if (!isPlain) noteList(trimmed, indent.columns);
    m_text += line;
    m_lastBlank = false;
}

void MarkdownSplitter::restart() {
    m_text.clear();
    m_lines = 0;
    m_lastBlank = false;
    m_inList = false;
    m_uncertain = false;
    m_opaque = false;
    m_itemFence = 0;
}

void MarkdownSplitter::closeSegment() {
    MarkdownSegment segment;
    segment.text = m_text;
    segment.thinking = m_thinking;
    const bool isFirstCode = m_inFence && !m_codeContinued;
    if (m_inFence) {
        segment.kind = MarkdownSegment::Kind::Code;
        segment.language = m_language;
        segment.continued = m_codeContinued;
        m_codeContinued = true;
    }
    if (isFirstCode || (m_inFence ? !m_text.isEmpty() : !QStringView(m_text).trimmed().isEmpty())) {
        m_done.append(segment);
    }
    restart();
}

}  // namespace strata::ui
