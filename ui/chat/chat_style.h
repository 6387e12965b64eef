// Fonts, colours and distances of the conversation, worked out once per change of the theme.
#pragma once

#include "ui/markdown/code_highlighter.h"
#include "ui/markdown/markdown_block.h"

#include <QColor>
#include <QFont>

namespace strata::ui {

class Theme;

/// A value; all lengths in pixels, with the font's scale.
struct ChatStyle {
    explicit ChatStyle(const Theme& theme);

    QFont body;
    QFont code;
    QFont inlineCode;
    QFont secondary;
    QFont label;  ///< of a code block's language
    QColor text;
    QColor secondaryText;
    QColor accent;
    QColor border;
    QColor surface;
    QColor codeBackground;
    QColor userBubble;
    QColor selection;
    QColor match;
    QColor currentMatch;
    bool isDark = false;
    double scale = 1;

    int column = 760;   ///< widest text
    int bodyLine = 23;  ///< line height of text
    int codeLine = 20;
    int listIndent = 24;
    int quoteIndent = 16;
    int codePadding = 12;
    int codeHeader = 32;
    int cellPadding = 8;
    int bubblePadding = 12;
    int messageGap = 16;
    int barHeight = 34;
    int thinkingHeader = 32;

    [[nodiscard]] int px(int length) const { return qRound(length * scale); }
    [[nodiscard]] QFont heading(int level) const;
    [[nodiscard]] QColor codeColour(CodeRole role) const;
    /// Between two blocks of a message.
    [[nodiscard]] int gap(const MarkdownBlock& above, const MarkdownBlock& below) const;
    /// Room at the left for lists and quotes.
    [[nodiscard]] int indent(const MarkdownBlock& block) const;
    /// Without laying the block out; `width` of the column.
    [[nodiscard]] int estimatedHeight(const MarkdownBlock& block, int width) const;
    [[nodiscard]] int estimatedHeight(QStringView text, int width) const;
};

}  // namespace strata::ui
