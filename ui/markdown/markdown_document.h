// A message's Markdown while it grows: text in, blocks out, with what has not changed left alone.
#pragma once

#include "ui/markdown/markdown_block.h"
#include "ui/markdown/markdown_splitter.h"

namespace strata::ui {

/// A block keeps its index for as long as it lives. A value type; not thread-safe.
class MarkdownDocument {
public:
    explicit MarkdownDocument(MarkdownDialect dialect = MarkdownDialect::Answer)
        : m_splitter(dialect), m_dialect(dialect) {}

    /// Returns the index of the first block that is new or another than before; blocks().size() where none is. Cost:
    /// the new text and the open segment, at most MarkdownSplitter::kSegmentLimit.
    qsizetype append(QStringView text);
    /// There is no more text. The same return.
    qsizetype finish();

    [[nodiscard]] const QList<MarkdownBlock>& blocks() const noexcept { return m_blocks; }
    /// Blocks before this one never change again, unless a `</think>` without a beginning comes.
    [[nodiscard]] qsizetype stableCount() const noexcept { return m_stable; }
    /// All of `text` at once.
    [[nodiscard]] static QList<MarkdownBlock> parse(QStringView text,
                                                    MarkdownDialect dialect = MarkdownDialect::Answer);

private:
    [[nodiscard]] QList<MarkdownBlock> blocksOf(const MarkdownSegment& segment) const;
    qsizetype take(const QList<MarkdownSegment>& done);

    MarkdownSplitter m_splitter;
    MarkdownDialect m_dialect;
    QList<MarkdownBlock> m_blocks;
    qsizetype m_stable = 0;
};

}  // namespace strata::ui
