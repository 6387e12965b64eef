// One segment of Markdown to blocks, by md4c (GitHub's dialect, no raw HTML).
#pragma once

#include "ui/markdown/markdown_block.h"

namespace strata::ui {

/// Linear in the text, but for md4c's own worst cases: callers bound the length (MarkdownSplitter does). Soft line
/// breaks stay line breaks, since models write verses and addresses that way. Raw HTML is text. A segment whose
/// blocks would outgrow any use (a table of millions of empty cells) comes back as one plain paragraph.
[[nodiscard]] QList<MarkdownBlock> parseMarkdown(QStringView text);

}  // namespace strata::ui
