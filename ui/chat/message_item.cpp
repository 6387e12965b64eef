#include "ui/chat/message_item.h"

#include <algorithm>

namespace strata::ui {

MessageItem::MessageItem(NodeId node, Role role, const QString& text)
    : m_node(node),
      m_role(role),
      m_text(text),
      m_document(role == Role::User ? MarkdownDialect::Plain : MarkdownDialect::Answer) {}

const QList<MarkdownBlock>& MessageItem::blocks() {
    if (!m_isParsed) {
        m_document.append(m_text);
        m_isParsed = true;
    }
    return m_document.blocks();
}

void MessageItem::setText(const QString& text) {
    m_text = text;
    m_document = MarkdownDocument(isUser() ? MarkdownDialect::Plain : MarkdownDialect::Answer);
    m_isParsed = false;
    m_isFinished = false;
    m_estimateWidth = 0;
    invalidate();
}

void MessageItem::append(const QString& text) {
    if (m_isFinished) {
        setText(m_text + text);
        return;
    }
    m_text += text;
    m_estimateWidth = 0;
    if (!m_isParsed) return;
    const qsizetype first = m_document.append(text);
    if (m_style) makeSlots(first);
}

void MessageItem::finish() {
    if (!m_isParsed || m_isFinished) return;
    m_isFinished = true;
    const qsizetype first = m_document.finish();
    if (m_style && first < m_document.blocks().size()) makeSlots(first);
}

void MessageItem::invalidate() {
    m_slots.clear();
    m_slotsHeight = 0;
    m_widest = 0;
    m_style = nullptr;
}

void MessageItem::prepare(const ChatStyle& style, int width) {
    if (m_style == &style && m_width == width) return;
    invalidate();
    m_style = &style;
    m_width = width;
    static_cast<void>(blocks());
    makeSlots(0);
}

int MessageItem::gapAbove(qsizetype block, bool isFirst) const {
    const QList<MarkdownBlock>& all = m_document.blocks();
    if (isFirst) return 0;
    return block > 0 ? m_style->gap(all[block - 1], all[block]) : m_style->px(8);
}

/// Slots of blocks before `fromBlock` stay. The block before it is made anew where it is code that may now go on.
void MessageItem::makeSlots(qsizetype fromBlock) {
    const QList<MarkdownBlock>& all = m_document.blocks();
    if (fromBlock > 0 && fromBlock < all.size() && all[fromBlock].continued) --fromBlock;
    while (!m_slots.empty() && m_slots.back().block >= fromBlock) {
        m_slotsHeight -= m_slots.back().total();
        m_slots.pop_back();
    }
    qsizetype section = -1;
    for (qsizetype block = fromBlock - 1; block >= 0 && all[block].thinking; --block) section = block;
    const auto add = [this](Slot slot) {
        m_slotsHeight += slot.total();
        m_slots.push_back(std::move(slot));
    };
    for (qsizetype block = fromBlock; block < all.size(); ++block) {
        const bool begins = all[block].thinking && section < 0;
        if (begins) {
            section = block;
            Slot header;
            header.kind = Slot::Kind::Thinking;
            header.block = block;
            header.gap = m_slots.empty() ? 0 : m_style->px(8);
            header.height = m_style->thinkingHeader;
            header.isExact = true;
            add(std::move(header));
        }
        if (!all[block].thinking) section = -1;
        if (section >= 0 && !m_openSections.contains(section)) continue;
        Slot slot;
        slot.block = block;
        slot.gap = begins ? m_style->px(4) : gapAbove(block, m_slots.empty());
        slot.height = m_style->estimatedHeight(all[block], textWidth(*m_style, m_width));
        add(std::move(slot));
    }
}

int MessageItem::height(const ChatStyle& style, int width) const {
    const int frame = textTop(style) + (isUser() ? style.bubblePadding : 0) + style.barHeight;
    if (m_style == &style && m_width == width) return m_slotsHeight + frame;
    if (m_estimateWidth != width) {
        m_estimate = style.estimatedHeight(m_text, textWidth(style, width));
        m_estimateWidth = width;
    }
    return m_estimate + frame;
}

int MessageItem::slotTop(qsizetype index) const {
    int top = 0;
    for (qsizetype above = 0; above < index; ++above) top += slot(above).total();
    return top + slot(index).gap + (m_style ? textTop(*m_style) : 0);
}

qsizetype MessageItem::slotAt(int y) const {
    int top = m_style ? textTop(*m_style) : 0;
    qsizetype found = -1;
    for (qsizetype index = 0; index < slotCount() && top <= y; ++index) {
        found = index;
        top += slot(index).total();
    }
    return found;
}

qsizetype MessageItem::slotOfBlock(qsizetype block) const {
    const auto found = std::ranges::find_if(
        m_slots, [block](const Slot& slot) { return slot.kind == Slot::Kind::Block && slot.block == block; });
    return found == m_slots.end() ? -1 : found - m_slots.begin();
}

bool MessageItem::layOut(qsizetype index, const ChatStyle& style) {
    Slot& slot = m_slots[static_cast<std::size_t>(index)];
    if (slot.kind == Slot::Kind::Thinking || slot.layout) return false;
    const QList<MarkdownBlock>& all = m_document.blocks();
    BlockLayout::Place place;
    place.isCodeEnd = slot.block + 1 >= all.size() || !all[slot.block + 1].continued;
    place.joinsQuoteAbove = slot.block > 0 && slot.gap > 0 && all[slot.block].containers.startsWith('q') &&
                            all[slot.block - 1].containers.startsWith('q');
    place.gapAbove = slot.gap;
    slot.layout = std::make_unique<BlockLayout>(all[slot.block], style, textWidth(style, m_width), place);
    m_widest = std::max(m_widest, slot.layout->naturalWidth());
    const int before = std::exchange(slot.height, slot.layout->height());
    slot.isExact = true;
    m_slotsHeight += slot.height - before;
    return before != slot.height;
}

void MessageItem::dropLayouts() {
    for (Slot& slot : m_slots) slot.layout.reset();
}

void MessageItem::setCodeSpans(qsizetype block, const QList<CodeSpan>& spans, const ChatStyle& style) {
    const qsizetype index = slotOfBlock(block);
    if (index >= 0 && slot(index).layout) slot(index).layout->setCodeSpans(spans, style);
}

void MessageItem::setOpen(qsizetype section, bool open) {
    if (open == isOpen(section)) return;
    if (open) {
        m_openSections.insert(section);
    } else {
        m_openSections.remove(section);
    }
    if (m_style) makeSlots(0);
}

int MessageItem::textWidth(const ChatStyle& style, int column) const {
    return isUser() ? column * 4 / 5 - 2 * style.px(16) : column;
}

int MessageItem::textLeft(const ChatStyle& style, int column) const {
    return isUser() ? bubble(style, column).left() + style.px(16) : 0;
}

QRect MessageItem::bubble(const ChatStyle& style, int column) const {
    if (!isUser()) return {};
    const int widest = std::clamp(m_widest, style.px(24), textWidth(style, column));
    const int width = widest + 2 * style.px(16);
    return {column - width, style.messageGap, width, m_slotsHeight + 2 * style.bubblePadding};
}

int MessageItem::textTop(const ChatStyle& style) const {
    return style.messageGap + (isUser() ? style.bubblePadding : 0);
}

}  // namespace strata::ui
