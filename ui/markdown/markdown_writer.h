// Blocks back to Markdown, for what a person copies.
#pragma once

#include "ui/markdown/markdown_block.h"

namespace strata::ui {

/// Reading the result gives the same blocks (thinking sections are marked by `<think>`).
[[nodiscard]] QString writeMarkdown(const QList<MarkdownBlock>& blocks);
/// Characters [begin, end) of a block's plainText() as a block of its own: a table gives its rows that are touched,
/// other than whole ones give up their list mark.
[[nodiscard]] MarkdownBlock excerpt(const MarkdownBlock& block, qsizetype begin, qsizetype end);

}  // namespace strata::ui
