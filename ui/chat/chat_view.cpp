#include "ui/chat/chat_view.h"

#include "ui/chat/chat_accessible.h"
#include "ui/markdown/code_highlighter.h"
#include "ui/models/chat_tree_model.h"
#include "ui/theme/live_words.h"
#include "ui/theme/theme.h"

#include <QAccessible>
#include <QScrollBar>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr int kMargin = 24;        ///< least room beside the column
constexpr int kEndRoom = 16;       ///< below the last message
constexpr int kKeptViewports = 4;  ///< layouts farther away are dropped
constexpr int kDragMs = 30;

}  // namespace

ChatView::ChatView(Theme* theme, QWidget* parent)
    : QAbstractScrollArea(parent),
      m_theme(theme),
      m_style(std::make_unique<ChatStyle>(*theme)),
      m_highlighter(new CodeHighlighter(this)) {
    // Before anything asks: a reader that runs already does so at once.
    installChatAccessibility();
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    followWords(*theme, *this, [] { return tr("Conversation"); }, &QWidget::setAccessibleName);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    m_layoutTimer.setSingleShot(true);
    m_layoutTimer.setInterval(0);
    connect(&m_layoutTimer, &QTimer::timeout, this, &ChatView::layOutNow);
    m_dragTimer.setInterval(kDragMs);
    connect(&m_dragTimer, &QTimer::timeout, this, &ChatView::dragScroll);
    connect(theme, &Theme::changed, this, &ChatView::restyle);
    connect(m_highlighter, &CodeHighlighter::highlighted, this, &ChatView::takeColours);
}

ChatView::~ChatView() = default;

void ChatView::setModel(ChatTreeModel* model) {
    if (m_model) m_model->disconnect(this);
    m_model = model;
    if (model) connectModel();
    reset();
}

void ChatView::connectModel() {
    connect(m_model, &QAbstractItemModel::modelReset, this, &ChatView::reset);
    connect(m_model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex&, int first, int last) { insertItems(first, last); });
    connect(m_model, &QAbstractItemModel::rowsRemoved, this,
            [this](const QModelIndex&, int first, int last) { removeItems(first, last); });
    connect(m_model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first, const QModelIndex& last, const QList<int>& roles) {
                updateItems(first.row(), last.row(), roles);
            });
    connect(m_model, &ChatTreeModel::textAppended, this, [this](int row, const QString& text) {
        item(row).append(text);
        later();
    });
}

void ChatView::reset() {
    m_items.clear();
    m_colours.clear();
    ++m_generation;
    m_selection = {};
    m_matches.clear();
    m_currentMatch = -1;
    m_current = -1;
    m_anchor = 0;
    m_offset = 0;
    if (m_model && m_model->rowCount() > 0) insertItems(0, m_model->rowCount() - 1);
    setSticksToEnd(true);
    later();
}

void ChatView::insertItems(int first, int last) {
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = m_model->index(row);
        m_items.insert(m_items.begin() + row,
                       std::make_unique<MessageItem>(m_model->nodeAt(row),
                                                     static_cast<Role>(index.data(ChatTreeModel::SpeakerRole).toInt()),
                                                     index.data().toString()));
    }
    m_matches.clear();
    m_currentMatch = -1;
    later();
}

void ChatView::removeItems(int first, int last) {
    m_items.erase(m_items.begin() + first, m_items.begin() + last + 1);
    m_matches.clear();
    m_currentMatch = -1;
    if (m_selection.end().item >= first) m_selection = {};
    if (m_current >= messageCount()) m_current = -1;
    if (m_anchor >= messageCount()) {
        m_anchor = std::max(0, messageCount() - 1);
        m_offset = 0;
        setSticksToEnd(true);
    }
    m_visible.clear();
    later();
}

void ChatView::updateItems(int first, int last, const QList<int>& roles) {
    const bool isText = roles.isEmpty() || roles.contains(Qt::DisplayRole);
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = m_model->index(row);
        if (isText && index.data().toString() != item(row).text()) item(row).setText(index.data().toString());
        const bool isDone = index.data(ChatTreeModel::StateRole).toInt() == static_cast<int>(MessageState::Done);
        if (isDone && roles.contains(ChatTreeModel::StateRole)) item(row).finish();
    }
    later();
}

void ChatView::restyle() {
    m_style = std::make_unique<ChatStyle>(*m_theme);
    for (const auto& message : m_items) message->invalidate();
    for (const auto& [key, widget] : m_overlays) {
        widget->hide();
        widget->deleteLater();
    }
    m_overlays.clear();
    later();
}

void ChatView::setBusyText(const QString& text) {
    if (text == m_busyText) return;
    m_busyText = text;
    later();
}

void ChatView::setCanAnswer(bool can) {
    m_canAnswer = can;
    later();
}

void ChatView::later() {
    if (!m_layoutTimer.isActive()) m_layoutTimer.start();
}

void ChatView::layOutNow() {
    m_layoutTimer.stop();
    layOutVisible();
}

int ChatView::indexOf(NodeId node) const {
    const auto found = std::ranges::find_if(m_items, [node](const auto& message) { return message->node() == node; });
    return found == m_items.end() ? -1 : static_cast<int>(found - m_items.begin());
}

int ChatView::heightOf(int index) const {
    return item(index).height(*m_style, m_column);
}

/// An item that was only guessed keeps the reader at the same share of it.
void ChatView::prepareAnchor(int index) {
    const int before = heightOf(index);
    item(index).prepare(*m_style, m_column);
    const int after = heightOf(index);
    if (index == m_anchor && before != after && before > 0) {
        m_offset = static_cast<int>(static_cast<qint64>(m_offset) * after / before);
    }
}

void ChatView::layOutSlot(int index, qsizetype slot) {
    MessageItem& message = item(index);
    if (message.slot(slot).layout || message.slot(slot).kind == MessageItem::Slot::Kind::Thinking) return;
    message.layOut(slot, *m_style);
    ++m_madeLayouts;
    const qsizetype block = message.slot(slot).block;
    const MarkdownBlock& content = message.blocks()[block];
    if (content.kind != BlockKind::Code || content.language.isEmpty()) return;
    askForColours(index, block);
}

void ChatView::askForColours(int index, qsizetype block) {
    MessageItem& message = item(index);
    const quint64 key = colourKey(message.node(), block);
    CodeColours& colours = m_colours[key];
    const QList<MarkdownBlock>& blocks = message.blocks();
    message.setCodeSpans(block, colours.spans, *m_style);
    const qsizetype length = blocks[block].content.text.size();
    if (colours.length == length) return;
    colours.length = length;
    qsizetype first = block;
    while (first > 0 && blocks[first].continued) --first;
    QString code;
    for (qsizetype part = first; part < block; ++part) code += blocks[part].content.text;
    const qsizetype from = code.size();
    m_highlighter->request(key, blocks[block].language, code + blocks[block].content.text, from);
}

quint64 ChatView::colourKey(NodeId node, qsizetype block) const {
    return (m_generation << 48) | ((node & 0xFFFFFF) << 24) | static_cast<quint64>(block & 0xFFFFFF);
}

void ChatView::takeColours(quint64 key, const QList<CodeSpan>& spans) {
    if (key >> 48 != (m_generation & 0xFFFF)) return;
    m_colours[key].spans = spans;
    const int index = indexOf((key >> 24) & 0xFFFFFF);
    if (index < 0) return;
    item(index).setCodeSpans(static_cast<qsizetype>(key & 0xFFFFFF), spans, *m_style);
    viewport()->update();
}

void ChatView::layOutVisible() {
    const int width = viewport()->width();
    m_column = std::max(120, std::min(m_style->column, width - 2 * kMargin));
    m_left = (width - m_column) / 2;
    m_visible.clear();
    if (m_items.empty()) {
        updateOverlays();
        syncScrollBar();
        viewport()->update();
        return;
    }
    m_anchor = std::clamp(m_anchor, 0, messageCount() - 1);
    if (m_sticksToEnd) goToEnd();
    // What is laid out may turn out shorter than guessed: then the end comes into view, and decides.
    for (int attempt = 0; attempt < 2; ++attempt) {
        m_visible.clear();
        prepareAnchor(m_anchor);
        int top = -m_offset;
        for (int index = m_anchor; index < messageCount() && top < viewport()->height(); ++index)
            layOutItem(index, top);
        const bool endsEarly = contentBottom() < viewport()->height() && (m_anchor > 0 || m_offset > 0);
        if (!endsEarly || attempt > 0) break;
        goToEnd();
    }
    dropFarLayouts();
    updateOverlays();
    syncScrollBar();
    viewport()->update();
}

/// Lays out what of the item is in the viewport; `top` becomes the next item's.
void ChatView::layOutItem(int index, int& top) {
    MessageItem& message = item(index);
    message.prepare(*m_style, m_column);
    Visible visible{index, top, -1, -1, 0};
    int y = top + message.textTop(*m_style);
    for (qsizetype slot = 0; slot < message.slotCount() && y < viewport()->height(); ++slot) {
        const int bottom = y + message.slot(slot).total();
        if (bottom >= 0) {
            layOutSlot(index, slot);
            if (visible.firstSlot < 0) {
                visible.firstSlot = slot;
                visible.firstSlotTop = y;
            }
            visible.endSlot = slot + 1;
        }
        y += message.slot(slot).total();
    }
    if (visible.firstSlot < 0) visible.firstSlot = visible.endSlot = 0;
    m_visible.push_back(visible);
    top += heightOf(index);
}

int ChatView::contentBottom() const {
    if (m_visible.empty()) return 0;
    int bottom = m_visible.back().top + heightOf(m_visible.back().item);
    for (int index = m_visible.back().item + 1; index < messageCount(); ++index) bottom += heightOf(index);
    return bottom + kEndRoom;
}

void ChatView::goToEnd() {
    m_anchor = messageCount() - 1;
    item(m_anchor).prepare(*m_style, m_column);
    m_offset = heightOf(m_anchor) + kEndRoom;
    goUp(viewport()->height());
}

/// What comes into view is laid out first, from below, so that heights are exact before they are passed.
void ChatView::goUp(int pixels) {
    int left = pixels;
    while (left > 0) {
        prepareAnchor(m_anchor);
        MessageItem& message = item(m_anchor);
        for (qsizetype slot = message.slotCount(); slot-- > 0;) {
            const int top = message.slotTop(slot);
            const int before = message.slot(slot).height;
            if (top >= m_offset || top + before < m_offset - left) continue;
            layOutSlot(m_anchor, slot);
            m_offset += message.slot(slot).height - before;
        }
        const int step = std::min(left, m_offset);
        m_offset -= step;
        left -= step;
        if (left <= 0 || m_anchor == 0) break;
        --m_anchor;
        item(m_anchor).prepare(*m_style, m_column);
        m_offset = heightOf(m_anchor);
    }
    m_offset = std::max(0, m_offset);
}

void ChatView::goDown(int pixels) {
    m_offset += pixels;
    while (m_anchor + 1 < messageCount() && m_offset >= heightOf(m_anchor)) {
        m_offset -= heightOf(m_anchor);
        ++m_anchor;
    }
}

void ChatView::goToValue(int value) {
    m_anchor = 0;
    m_offset = value;
    goDown(0);
}

void ChatView::scrollByPixels(int pixels) {
    if (m_items.empty() || pixels == 0) return;
    if (pixels < 0) {
        setSticksToEnd(false);
        goUp(-pixels);
    } else {
        goDown(pixels);
    }
    layOutVisible();
    if (pixels > 0 && contentBottom() <= viewport()->height()) setSticksToEnd(true);
}

void ChatView::scrollContentsBy(int, int dy) {
    if (m_isSyncing || m_items.empty()) return;
    if (verticalScrollBar()->isSliderDown() || std::abs(dy) > 2 * viewport()->height()) {
        const int value = verticalScrollBar()->value();
        setSticksToEnd(value >= verticalScrollBar()->maximum());
        goToValue(value);
        layOutVisible();
    } else {
        scrollByPixels(-dy);
    }
}

void ChatView::syncScrollBar() {
    int above = 0;
    int total = m_items.empty() ? 0 : kEndRoom;
    for (int index = 0; index < messageCount(); ++index) {
        const int height = heightOf(index);
        if (index < m_anchor) above += height;
        total += height;
    }
    m_isSyncing = true;
    QScrollBar* bar = verticalScrollBar();
    bar->setPageStep(viewport()->height());
    bar->setSingleStep(m_style->bodyLine * 2);
    bar->setRange(0, std::max(0, total - viewport()->height()));
    // A hand on the slider decides where it is.
    if (!bar->isSliderDown()) bar->setValue(above + m_offset);
    m_isSyncing = false;
}

void ChatView::setSticksToEnd(bool sticks) {
    if (sticks == m_sticksToEnd) return;
    m_sticksToEnd = sticks;
    emit atEndChanged(sticks);
}

void ChatView::scrollToEnd() {
    setSticksToEnd(true);
    layOutNow();
}

void ChatView::scrollToMessage(NodeId node) {
    const int index = indexOf(node);
    if (index < 0) return;
    setSticksToEnd(false);
    m_anchor = index;
    m_offset = 0;
    m_current = index;
    layOutNow();
    if (contentBottom() <= viewport()->height()) setSticksToEnd(true);
}

NodeId ChatView::currentMessage() const {
    if (m_current >= 0 && m_current < messageCount()) return item(m_current).node();
    return m_visible.empty() ? 0 : item(m_visible.front().item).node();
}

void ChatView::stepMessage(int step) {
    if (m_items.empty()) return;
    const int from = m_current >= 0 ? m_current : step > 0 ? m_anchor - 1 : messageCount();
    m_current = std::clamp(from + step, 0, messageCount() - 1);
    scrollToMessage(item(m_current).node());
    QAccessibleEvent event(this, QAccessible::Focus);
    event.setChild(m_current);
    QAccessible::updateAccessibility(&event);
}

QRect ChatView::messageRect(int index) const {
    for (const Visible& visible : m_visible) {
        if (visible.item == index) return {m_left, visible.top, m_column, heightOf(index)};
    }
    return {};
}

QString ChatView::messageText(int index) {
    if (index < 0 || index >= messageCount()) return {};
    QStringList parts;
    for (const MarkdownBlock& block : item(index).blocks()) parts.append(plainText(block));
    return parts.join(u'\n');
}

QString ChatView::messageName(int index) const {
    if (index < 0 || index >= messageCount()) return {};
    return item(index).isUser() ? tr("You") : tr("Answer");
}

int ChatView::laidOutBlocks() const {
    int count = 0;
    for (const auto& message : m_items) {
        for (qsizetype slot = 0; slot < message->slotCount(); ++slot) count += message->slot(slot).layout ? 1 : 0;
    }
    return count;
}

void ChatView::dropFarLayouts() {
    if (m_visible.empty()) return;
    int above = 0;
    for (int index = m_visible.front().item - 1; index >= 0; --index) {
        above += heightOf(index);
        if (above > kKeptViewports * viewport()->height()) item(index).dropLayouts();
    }
    int below = 0;
    for (int index = m_visible.back().item + 1; index < messageCount(); ++index) {
        below += heightOf(index);
        if (below > kKeptViewports * viewport()->height()) item(index).dropLayouts();
    }
}

}  // namespace strata::ui
