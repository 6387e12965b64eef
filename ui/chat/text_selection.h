// Places in the text of a conversation, and the text between two of them.
#pragma once

#include "ui/chat/message_item.h"

namespace strata::ui {

struct TextPosition {
    int item = 0;
    qsizetype block = 0;
    qsizetype offset = 0;
    [[nodiscard]] auto operator<=>(const TextPosition&) const = default;
};

struct TextMatch {
    TextPosition begin;
    qsizetype length = 0;
};

struct TextSelection {
    TextPosition anchor;
    TextPosition cursor;
    [[nodiscard]] bool isRange() const { return anchor != cursor; }
    [[nodiscard]] const TextPosition& begin() const { return std::min(anchor, cursor); }
    [[nodiscard]] const TextPosition& end() const { return std::max(anchor, cursor); }
    /// What of a block of `length` is selected; empty where nothing is.
    [[nodiscard]] std::pair<qsizetype, qsizetype> within(int item, qsizetype block, qsizetype length) const;
};

using MessageItems = std::vector<std::unique_ptr<MessageItem>>;

/// Blocks of closed thinking sections are left out, as they cannot be seen.
[[nodiscard]] QString selectedPlainText(const MessageItems& items, const TextSelection& selection);
[[nodiscard]] QString selectedMarkdownText(const MessageItems& items, const TextSelection& selection);
/// Every place of `words`, in any case. At most 10,000.
[[nodiscard]] QList<TextMatch> findMatches(const MessageItems& items, const QString& words);

}  // namespace strata::ui
