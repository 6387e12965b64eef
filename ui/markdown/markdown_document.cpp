#include "ui/markdown/markdown_document.h"

#include "ui/markdown/markdown_parser.h"

#include <algorithm>

namespace strata::ui {

QList<MarkdownBlock> MarkdownDocument::parse(QStringView text, MarkdownDialect dialect) {
    MarkdownDocument document(dialect);
    document.append(text);
    document.finish();
    return document.blocks();
}

qsizetype MarkdownDocument::append(QStringView text) {
    return take(m_splitter.append(text));
}

qsizetype MarkdownDocument::finish() {
    return take(m_splitter.finish());
}

QList<MarkdownBlock> MarkdownDocument::blocksOf(const MarkdownSegment& segment) const {
    QList<MarkdownBlock> blocks;
    if (segment.kind == MarkdownSegment::Kind::Code || m_dialect == MarkdownDialect::Plain) {
        MarkdownBlock block;
        const bool isCode = segment.kind == MarkdownSegment::Kind::Code;
        block.kind = isCode ? BlockKind::Code : BlockKind::Paragraph;
        block.content.text = isCode ? segment.text : segment.text.trimmed();
        block.language = segment.language;
        block.continued = segment.continued;
        blocks.append(block);
    } else {
        blocks = parseMarkdown(segment.text);
    }
    for (MarkdownBlock& block : blocks) block.thinking = segment.thinking;
    return blocks;
}

qsizetype MarkdownDocument::take(const QList<MarkdownSegment>& done) {
    const QList<MarkdownBlock> before = m_blocks.sliced(m_stable);
    qsizetype first = m_stable;
    m_blocks.resize(m_stable);
    const bool isRetroactive = m_splitter.takeRetroactiveThinking();
    if (isRetroactive) {
        for (MarkdownBlock& block : m_blocks) block.thinking = true;
    }
    for (const MarkdownSegment& segment : done) m_blocks += blocksOf(segment);
    m_stable = m_blocks.size();
    for (const MarkdownSegment& segment : m_splitter.open()) m_blocks += blocksOf(segment);
    if (isRetroactive) return 0;
    for (const MarkdownBlock& block : before) {
        if (first >= m_blocks.size() || m_blocks[first] != block) break;
        ++first;
    }
    return first;
}

}  // namespace strata::ui
