// What the view draws, and what mouse and keyboard do in it.
#include "ui/chat/chat_view.h"
#include "ui/chat/message_bar.h"
#include "ui/models/chat_tree_model.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QTextBoundaryFinder>
#include <QToolTip>
#include <algorithm>

namespace strata::ui {

void ChatView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    for (const Visible& visible : m_visible) {
        if (visible.item < messageCount()) drawItem(painter, visible);
    }
}

void ChatView::drawItem(QPainter& painter, const Visible& visible) {
    MessageItem& message = item(visible.item);
    if (message.isUser()) {
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_style->userBubble);
        painter.drawRoundedRect(message.bubble(*m_style, m_column).translated(m_left, visible.top), m_style->px(14),
                                m_style->px(14));
        painter.restore();
    }
    if (visible.item == m_current && hasFocus()) {
        painter.fillRect(QRect(m_left - m_style->px(14), visible.top + m_style->messageGap, m_style->px(2),
                               heightOf(visible.item) - m_style->messageGap - m_style->px(4)),
                         m_style->accent);
    }
    int y = visible.firstSlotTop;
    const int left = m_left + message.textLeft(*m_style, m_column);
    for (qsizetype index = visible.firstSlot; index < std::min(visible.endSlot, message.slotCount()); ++index) {
        const MessageItem::Slot& slot = message.slot(index);
        if (slot.layout) {
            const QList<TextMark> marks = marksOf(visible.item, slot.block, slot.layout->length());
            slot.layout->draw(painter, QPointF(left, y + slot.gap), *m_style, marks);
        }
        y += slot.total();
    }
}

QList<TextMark> ChatView::marksOf(int index, qsizetype block, qsizetype length) const {
    QList<TextMark> marks;
    const TextPosition from{index, block, 0};
    const auto first = std::ranges::lower_bound(m_matches, from, {}, &TextMatch::begin);
    for (auto match = first; match != m_matches.end() && match->begin.item == index && match->begin.block == block;
         ++match) {
        const bool isCurrent = match - m_matches.begin() == m_currentMatch;
        marks.append({match->begin.offset, match->begin.offset + match->length,
                      isCurrent ? m_style->currentMatch : m_style->match});
    }
    const auto [begin, end] = m_selection.within(index, block, length);
    if (begin < end) marks.append({begin, end, m_style->selection});
    return marks;
}

void ChatView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    layOutNow();
}

/// Calls found(item, slot, point within its layout) for the block that is nearest.
template <class Found>
auto ChatView::atPoint(const QPoint& point, Found&& found) {
    using Answer = decltype(found(0, item(0).slot(0), QPointF()));
    const Visible* nearest = nullptr;
    for (const Visible& visible : m_visible) {
        if (!nearest || visible.top + m_style->messageGap / 2 <= point.y()) nearest = &visible;
    }
    if (!nearest) return Answer{};
    MessageItem& message = item(nearest->item);
    const MessageItem::Slot* best = nullptr;
    int bestTop = 0;
    int y = nearest->firstSlotTop;
    for (qsizetype index = nearest->firstSlot; index < std::min(nearest->endSlot, message.slotCount()); ++index) {
        const MessageItem::Slot& slot = message.slot(index);
        if (slot.layout && (!best || y <= point.y())) {
            best = &slot;
            bestTop = y + slot.gap;
        }
        y += slot.total();
    }
    if (!best) return Answer{};
    const QPointF inner = point - QPointF(m_left + message.textLeft(*m_style, m_column), bestTop);
    return found(nearest->item, *best, inner);
}

TextPosition ChatView::positionAt(const QPoint& point) {
    return atPoint(point, [](int index, const MessageItem::Slot& slot, const QPointF& inner) {
        const qsizetype offset = inner.y() > slot.height ? slot.layout->length()
                                 : inner.y() < 0         ? 0
                                                         : slot.layout->positionAt(inner);
        return TextPosition{index, slot.block, offset};
    });
}

QString ChatView::hrefAt(const QPoint& point) {
    return atPoint(point,
                   [](int, const MessageItem::Slot& slot, const QPointF& inner) { return slot.layout->hrefAt(inner); });
}

bool ChatView::isTextAt(const QPoint& point) {
    return atPoint(
        point, [](int, const MessageItem::Slot& slot, const QPointF& inner) { return slot.layout->isTextAt(inner); });
}

void ChatView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_pressed = event->position().toPoint();
    m_lastMouse = m_pressed;
    m_isSelecting = true;
    m_cursorX = -1;
    m_current = -1;
    const TextPosition position = positionAt(m_pressed);
    const bool isThird =
        m_sinceDoubleClick.isValid() && m_sinceDoubleClick.elapsed() < QApplication::doubleClickInterval();
    if (isThird) {
        selectAround(position, true);
    } else {
        setSelection(event->modifiers() & Qt::ShiftModifier ? m_selection.anchor : position, position);
    }
}

void ChatView::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_sinceDoubleClick.start();
    m_isSelecting = false;
    selectAround(positionAt(event->position().toPoint()), false);
}

void ChatView::mouseMoveEvent(QMouseEvent* event) {
    m_lastMouse = event->position().toPoint();
    if (m_isSelecting && (event->buttons() & Qt::LeftButton)) {
        setSelection(m_selection.anchor, positionAt(m_lastMouse));
        const bool isOutside = m_lastMouse.y() < 0 || m_lastMouse.y() > viewport()->height();
        if (isOutside != m_dragTimer.isActive()) isOutside ? m_dragTimer.start() : m_dragTimer.stop();
        return;
    }
    const bool isLink = !hrefAt(m_lastMouse).isEmpty();
    viewport()->setCursor(isLink ? Qt::PointingHandCursor : isTextAt(m_lastMouse) ? Qt::IBeamCursor : Qt::ArrowCursor);
    updateOverlays();
}

void ChatView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    m_dragTimer.stop();
    m_isSelecting = false;
    const QPoint place = event->position().toPoint();
    if (m_selection.isRange() || (place - m_pressed).manhattanLength() >= QApplication::startDragDistance()) return;
    const QString href = hrefAt(place);
    if (!href.isEmpty()) emit linkActivated(QUrl(href, QUrl::StrictMode));
}

void ChatView::dragScroll() {
    const int beyond = m_lastMouse.y() < 0 ? m_lastMouse.y() : m_lastMouse.y() - viewport()->height();
    scrollByPixels(std::clamp(beyond, -200, 200) / 2);
    setSelection(m_selection.anchor,
                 positionAt(QPoint(m_lastMouse.x(), std::clamp(m_lastMouse.y(), 0, viewport()->height()))));
}

void ChatView::wheelEvent(QWheelEvent* event) {
    if (event->modifiers() & Qt::ControlModifier) {
        event->ignore();
        return;
    }
    const int pixels =
        event->pixelDelta().isNull() ? event->angleDelta().y() * m_style->bodyLine * 3 / 120 : event->pixelDelta().y();
    scrollByPixels(-pixels);
    event->accept();
}

bool ChatView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString href = hrefAt(help->pos());
        // Plain text: what a message says is never read as rich text.
        if (!href.isEmpty()) QToolTip::showText(help->globalPos(), href.toHtmlEscaped(), viewport());
        return true;
    }
    if (event->type() == QEvent::Leave) updateOverlays();
    return QAbstractScrollArea::viewportEvent(event);
}

void ChatView::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void ChatView::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

void ChatView::keyPressEvent(QKeyEvent* event) {
    const bool control = event->modifiers() & Qt::ControlModifier;
    const bool shift = event->modifiers() & Qt::ShiftModifier;
    const int page = viewport()->height() - m_style->bodyLine * 2;
    if (event->matches(QKeySequence::Copy)) return copySelection();
    if (control && shift && event->key() == Qt::Key_C) return copySelectionAsMarkdown();
    if (event->matches(QKeySequence::SelectAll)) return selectAll();
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
            if (shift) return moveCursor(event);
            break;
        case Qt::Key_Up:
        case Qt::Key_Down:
            if (shift) return moveCursor(event);
            if (control) return stepMessage(event->key() == Qt::Key_Up ? -1 : 1);
            return scrollByPixels(event->key() == Qt::Key_Up ? -2 * m_style->bodyLine : 2 * m_style->bodyLine);
        case Qt::Key_PageUp:
            return scrollByPixels(-page);
        case Qt::Key_PageDown:
        case Qt::Key_Space:
            return scrollByPixels(page);
        case Qt::Key_Home:
            if (shift) return moveCursor(event);
            setSticksToEnd(false);
            goToValue(0);
            return layOutVisible();
        case Qt::Key_End:
            return shift ? moveCursor(event) : scrollToEnd();
        case Qt::Key_Escape:
            if (hasSelection()) return clearSelection();
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_current >= 0)
                return showMenu(viewport()->mapToGlobal(messageRect(m_current).center()), currentMessage());
            break;
        default:
            break;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void ChatView::contextMenuEvent(QContextMenuEvent* event) {
    if (event->reason() == QContextMenuEvent::Keyboard) {
        const NodeId node = currentMessage();
        const QRect rect = messageRect(indexOf(node)).intersected(viewport()->rect());
        showMenu(viewport()->mapToGlobal(rect.center()), node);
        return;
    }
    for (const Visible& visible : m_visible) {
        if (messageRect(visible.item).contains(event->pos()))
            return showMenu(event->globalPos(), item(visible.item).node());
    }
    showMenu(event->globalPos(), 0);
}

void ChatView::showMenu(const QPoint& globalPlace, NodeId node) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (hasSelection()) {
        menu->addAction(tr("Copy"), QKeySequence::Copy, this, &ChatView::copySelection);
        menu->addAction(tr("Copy as Markdown"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C), this,
                        &ChatView::copySelectionAsMarkdown);
    }
    const int index = indexOf(node);
    if (index >= 0) {
        const auto act = [this, node](MessageAction action) {
            return [this, node, action] { emit actionRequested(node, action); };
        };
        const QModelIndex row = m_model->index(index);
        const bool isBusy = row.data(ChatTreeModel::StateRole).toInt() != static_cast<int>(MessageState::Done);
        if (!menu->isEmpty()) menu->addSeparator();
        menu->addAction(tr("Copy message as Markdown"), this,
                        [this, index] { QGuiApplication::clipboard()->setText(item(index).text()); });
        QAction* regenerate = menu->addAction(tr("Write another answer"), this, act(MessageAction::Regenerate));
        regenerate->setEnabled(m_canAnswer && !isBusy);
        menu->addAction(tr("Edit as a new version"), this, act(MessageAction::Edit))->setEnabled(!isBusy);
        if (!item(index).isUser() && index + 1 == messageCount()) {
            menu->addAction(tr("Continue this answer"), this, act(MessageAction::Continue))
                ->setEnabled(m_canAnswer && !isBusy);
        }
        if (row.data(ChatTreeModel::VersionCountRole).toInt() > 1) {
            menu->addAction(tr("Previous version"), this, act(MessageAction::PreviousVersion));
            menu->addAction(tr("Next version"), this, act(MessageAction::NextVersion));
        }
        menu->addAction(tr("Delete with all that follows"), this, act(MessageAction::Delete))->setEnabled(!isBusy);
        menu->addSeparator();
    }
    menu->addAction(tr("Select all"), QKeySequence::SelectAll, this, &ChatView::selectAll);
    menu->popup(globalPlace);
}

void ChatView::setSelection(const TextPosition& anchor, const TextPosition& cursor) {
    m_selection = {anchor, cursor};
    viewport()->update();
}

void ChatView::clearSelection() {
    setSelection(m_selection.cursor, m_selection.cursor);
}

void ChatView::selectAll() {
    if (m_items.empty()) return;
    const int last = messageCount() - 1;
    const QList<MarkdownBlock>& blocks = item(last).blocks();
    const qsizetype block = std::max<qsizetype>(0, blocks.size() - 1);
    setSelection({}, {last, block, blocks.isEmpty() ? 0 : plainText(blocks[block]).size()});
}

QString ChatView::selectedText() {
    return selectedPlainText(m_items, m_selection);
}

QString ChatView::selectedMarkdown() {
    return selectedMarkdownText(m_items, m_selection);
}

void ChatView::copySelection() {
    if (hasSelection()) QGuiApplication::clipboard()->setText(selectedText());
}

void ChatView::copySelectionAsMarkdown() {
    if (hasSelection()) QGuiApplication::clipboard()->setText(selectedMarkdown());
}

QString ChatView::blockText(const TextPosition& position) {
    if (position.item >= messageCount()) return {};
    const QList<MarkdownBlock>& blocks = item(position.item).blocks();
    return position.block < blocks.size() ? plainText(blocks[position.block]) : QString();
}

void ChatView::selectAround(const TextPosition& position, bool wholeBlock) {
    const QString text = blockText(position);
    qsizetype begin = 0;
    qsizetype end = text.size();
    if (!wholeBlock) {
        QTextBoundaryFinder finder(QTextBoundaryFinder::Word, text);
        finder.setPosition(std::min(position.offset + 1, text.size()));
        begin = std::max<qsizetype>(0, finder.toPreviousBoundary());
        const qsizetype next = finder.toNextBoundary();
        end = next < 0 ? text.size() : next;
    }
    setSelection({position.item, position.block, begin}, {position.item, position.block, end});
}

TextPosition ChatView::stepped(const TextPosition& from, int step) {
    const QString text = blockText(from);
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    finder.setPosition(std::min(from.offset, text.size()));
    const qsizetype next = step > 0 ? finder.toNextBoundary() : finder.toPreviousBoundary();
    if (next >= 0) return {from.item, from.block, next};
    TextPosition other = from;
    other.block += step;
    if (other.block < 0) {
        if (--other.item < 0) return from;
        other.block = std::max<qsizetype>(0, item(other.item).blocks().size() - 1);
    } else if (other.block >= item(from.item).blocks().size()) {
        if (++other.item >= messageCount()) return from;
        other.block = 0;
    }
    other.offset = step > 0 ? 0 : blockText(other).size();
    return other;
}

TextPosition ChatView::steppedWord(const TextPosition& from, int step) {
    const QString text = blockText(from);
    TextPosition at = stepped(from, step);
    if (at.block != from.block || at.item != from.item) return at;
    while (at.block == from.block && at.item == from.item && at.offset > 0 && at.offset < text.size() &&
           (text[at.offset].isLetterOrNumber() == text[at.offset - 1].isLetterOrNumber())) {
        at = stepped(at, step);
    }
    return at;
}

QRectF ChatView::cursorRect(const TextPosition& position) {
    for (const Visible& visible : m_visible) {
        if (visible.item != position.item) continue;
        MessageItem& message = item(visible.item);
        const qsizetype slot = message.slotOfBlock(position.block);
        if (slot < 0 || !message.slot(slot).layout) return {};
        const QPointF origin(m_left + message.textLeft(*m_style, m_column), visible.top + message.slotTop(slot));
        return message.slot(slot).layout->cursorAt(position.offset).translated(origin);
    }
    return {};
}

TextPosition ChatView::steppedLine(const TextPosition& from, int step) {
    showPosition(from);
    const QRectF cursor = cursorRect(from);
    if (!cursor.isValid()) return stepped(from, step);
    if (m_cursorX < 0) m_cursorX = cursor.x();
    qreal y = cursor.center().y();
    // A gap between blocks is passed in a few steps.
    for (int tries = 0; tries < 8; ++tries) {
        y += step * cursor.height() * (tries == 0 ? 1.1 : 0.5);
        const TextPosition at = positionAt(QPoint(qRound(m_cursorX), qRound(y)));
        const bool isBeyond = step > 0 ? at > from : at < from;
        const QRectF found = cursorRect(at);
        if (isBeyond && found.isValid() && std::abs(found.center().y() - cursor.center().y()) > cursor.height() / 2)
            return at;
    }
    return stepped(from, step);
}

void ChatView::moveCursor(QKeyEvent* event) {
    if (m_items.empty()) return;
    const bool control = event->modifiers() & Qt::ControlModifier;
    const TextPosition from = m_selection.cursor;
    TextPosition to = from;
    const bool isForward = event->key() == Qt::Key_Right || event->key() == Qt::Key_Down || event->key() == Qt::Key_End;
    const int step = isForward ? 1 : -1;
    switch (event->key()) {
        case Qt::Key_Left:
        case Qt::Key_Right:
            to = control ? steppedWord(from, step) : stepped(from, step);
            break;
        case Qt::Key_Up:
        case Qt::Key_Down:
            to = steppedLine(from, step);
            break;
        default:
            to.offset = isForward ? blockText(from).size() : 0;
            break;
    }
    if (event->key() != Qt::Key_Up && event->key() != Qt::Key_Down) m_cursorX = -1;
    setSelection(m_selection.anchor, to);
    showPosition(to);
}

/// Scrolls as little as possible.
void ChatView::showPosition(const TextPosition& position) {
    QRectF cursor = cursorRect(position);
    if (!cursor.isValid()) {
        if (position.item >= messageCount()) return;
        setSticksToEnd(false);
        m_anchor = position.item;
        prepareAnchor(m_anchor);
        const qsizetype slot = item(m_anchor).slotOfBlock(position.block);
        if (slot >= 0) layOutSlot(m_anchor, slot);
        m_offset = slot < 0 ? 0
                            : item(m_anchor).slotTop(slot) +
                                  qRound(item(m_anchor).slot(slot).layout->cursorAt(position.offset).y());
        goUp(viewport()->height() / 3);
        layOutVisible();
        return;
    }
    const int room = m_style->bodyLine;
    if (cursor.top() < room) scrollByPixels(qRound(cursor.top()) - room);
    if (cursor.bottom() > viewport()->height() - room)
        scrollByPixels(qRound(cursor.bottom()) - viewport()->height() + room);
}

int ChatView::find(const QString& words) {
    m_words = words;
    m_matches = findMatches(m_items, words);
    m_currentMatch = -1;
    viewport()->update();
    if (!m_matches.isEmpty()) {
        m_currentMatch = 0;
        findStep(-1);
    }
    return static_cast<int>(m_matches.size());
}

void ChatView::findStep(int step) {
    if (m_matches.isEmpty() && !m_words.isEmpty()) m_matches = findMatches(m_items, m_words);
    if (m_matches.isEmpty()) return;
    const int count = static_cast<int>(m_matches.size());
    m_currentMatch = (m_currentMatch + step + count) % count;
    const TextMatch& match = m_matches[m_currentMatch];
    // What was found in a closed section opens it.
    MessageItem& message = item(match.begin.item);
    const QList<MarkdownBlock>& blocks = message.blocks();
    if (blocks[match.begin.block].thinking) {
        qsizetype section = match.begin.block;
        while (section > 0 && blocks[section - 1].thinking) --section;
        message.setOpen(section, true);
        layOutNow();
    }
    showPosition(match.begin);
    viewport()->update();
}

}  // namespace strata::ui
