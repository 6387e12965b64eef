// One message in the view: its blocks, their heights (guessed until they are laid out), and what lies where.
#pragma once

#include "ui/chat/block_layout.h"
#include "ui/markdown/markdown_document.h"
#include "ui/models/message_tree.h"

#include <QRect>
#include <QSet>

namespace strata::ui {

/// Coordinates are pixels from the message's upper edge and the column's left edge.
class MessageItem {
public:
    /// A thing with a height of its own, in reading order.
    struct Slot {
        enum class Kind : int { Thinking, Block };
        Kind kind = Kind::Block;
        qsizetype block = 0;  ///< of Thinking: the first block of the section
        int gap = 0;          ///< above it
        int height = 0;
        bool isExact = false;
        std::unique_ptr<BlockLayout> layout;
        [[nodiscard]] int total() const noexcept { return gap + height; }
    };

    MessageItem(NodeId node, Role role, const QString& text);

    [[nodiscard]] NodeId node() const noexcept { return m_node; }
    [[nodiscard]] Role role() const noexcept { return m_role; }
    [[nodiscard]] bool isUser() const noexcept { return m_role == Role::User; }
    [[nodiscard]] const QString& text() const noexcept { return m_text; }
    [[nodiscard]] const QList<MarkdownBlock>& blocks();

    void setText(const QString& text);
    void append(const QString& text);
    void finish();
    /// Everything is laid out again when it is next seen.
    void invalidate();

    /// Reads the text and makes slots where that was not done yet.
    void prepare(const ChatStyle& style, int width);
    [[nodiscard]] int height(const ChatStyle& style, int width) const;
    [[nodiscard]] qsizetype slotCount() const noexcept { return static_cast<qsizetype>(m_slots.size()); }
    [[nodiscard]] const Slot& slot(qsizetype index) const { return m_slots[static_cast<std::size_t>(index)]; }
    /// Upper edge of the slot without its gap.
    [[nodiscard]] int slotTop(qsizetype index) const;
    /// The last slot whose gap begins at or above `y`; -1 where there is none.
    [[nodiscard]] qsizetype slotAt(int y) const;
    [[nodiscard]] qsizetype slotOfBlock(qsizetype block) const;
    /// True where the height is another than before.
    bool layOut(qsizetype index, const ChatStyle& style);
    /// Forgets layouts, not heights.
    void dropLayouts();
    void setCodeSpans(qsizetype block, const QList<CodeSpan>& spans, const ChatStyle& style);

    /// Sections are numbered by their first block.
    [[nodiscard]] bool isOpen(qsizetype section) const { return m_openSections.contains(section); }
    void setOpen(qsizetype section, bool open);

    /// Width of the text; bubbles are narrower than the column.
    [[nodiscard]] int textWidth(const ChatStyle& style, int column) const;
    /// Of the text's left edge; bubbles stand at the right.
    [[nodiscard]] int textLeft(const ChatStyle& style, int column) const;
    [[nodiscard]] QRect bubble(const ChatStyle& style, int column) const;
    [[nodiscard]] int textTop(const ChatStyle& style) const;

private:
    void makeSlots(qsizetype fromBlock);
    [[nodiscard]] int gapAbove(qsizetype block, bool isFirst) const;

    NodeId m_node;
    Role m_role;
    QString m_text;
    MarkdownDocument m_document;
    bool m_isParsed = false;
    bool m_isFinished = false;
    mutable int m_estimate = 0;  ///< of the text's height, for m_estimateWidth
    mutable int m_estimateWidth = 0;
    std::vector<Slot> m_slots;
    int m_slotsHeight = 0;
    int m_width = 0;   ///< for which the heights hold
    int m_widest = 0;  ///< of the laid out blocks of a bubble
    const ChatStyle* m_style = nullptr;
    QSet<qsizetype> m_openSections;
};

}  // namespace strata::ui
