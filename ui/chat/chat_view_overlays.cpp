// The buttons on the conversation: real widgets, for keyboard and screen reader, only where they are seen.
#include "ui/chat/chat_view.h"
#include "ui/chat/message_bar.h"
#include "ui/models/chat_tree_model.h"
#include "ui/theme/live_words.h"
#include "ui/theme/theme.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QToolButton>

namespace strata::ui {
namespace {

constexpr int kCopiedMs = 1200;

enum OverlayKind : int { BarOverlay, CopyOverlay, ThinkingOverlay };

}  // namespace

void ChatView::updateOverlays() {
    std::map<OverlayKey, QRect> wanted;
    for (const Visible& visible : m_visible) {
        MessageItem& message = item(visible.item);
        placeBar(visible, wanted);
        int y = visible.firstSlotTop;
        const int left = m_left + message.textLeft(*m_style, m_column);
        const int width = message.textWidth(*m_style, m_column);
        for (qsizetype index = visible.firstSlot; index < visible.endSlot; ++index) {
            const MessageItem::Slot& slot = message.slot(index);
            const int top = y + slot.gap;
            y += slot.total();
            const MarkdownBlock& block = message.blocks()[slot.block];
            if (slot.kind == MessageItem::Slot::Kind::Thinking) {
                wanted[{message.node(), ThinkingOverlay, slot.block}] = QRect(left, top, width, slot.height);
            } else if (block.kind == BlockKind::Code && !block.continued) {
                const int size = m_style->px(28);
                const int right =
                    message.isUser() ? message.bubble(*m_style, m_column).width() - 2 * m_style->px(16) : width;
                wanted[{message.node(), CopyOverlay, slot.block}] =
                    QRect(left + right - size - m_style->px(4), top + (m_style->codeHeader - size) / 2, size, size);
            }
        }
    }
    for (auto entry = m_overlays.begin(); entry != m_overlays.end();) {
        if (wanted.contains(entry->first)) {
            ++entry;
            continue;
        }
        if (entry->second->isAncestorOf(focusWidget()) || entry->second->hasFocus()) setFocus();
        entry->second->hide();
        entry->second->deleteLater();
        entry = m_overlays.erase(entry);
    }
    for (const auto& [key, rect] : wanted) {
        QWidget* widget = overlay(key);
        if (key.kind == BarOverlay) fillBar(static_cast<MessageBar&>(*widget), indexOf(key.node));
        // A toggle begins where the text does, and is no wider than its words.
        const bool isToggle = key.kind == ThinkingOverlay;
        widget->setGeometry(isToggle ? QRect(rect.topLeft() - QPoint(m_style->px(6), 0),
                                             QSize(widget->sizeHint().width(), rect.height()))
                                     : rect);
        widget->show();
    }
}

void ChatView::placeBar(const Visible& visible, std::map<OverlayKey, QRect>& wanted) const {
    const int top = visible.top + heightOf(visible.item) - m_style->barHeight;
    if (top > viewport()->height() || top + m_style->barHeight < 0) return;
    wanted[{item(visible.item).node(), BarOverlay, 0}] =
        QRect(m_left, top + m_style->px(2), m_column, m_style->barHeight - m_style->px(2));
}

QWidget* ChatView::overlay(const OverlayKey& key) {
    QWidget*& widget = m_overlays[key];
    if (!widget) widget = makeOverlay(key);
    if (key.kind == ThinkingOverlay) {
        auto* toggle = static_cast<QToolButton*>(widget);
        const bool isOpen = item(indexOf(key.node)).isOpen(key.block);
        toggle->setChecked(isOpen);
        toggle->setIcon(m_theme->icon(isOpen ? QStringLiteral("chevron_down") : QStringLiteral("chevron_right"),
                                      ColourRole::SecondaryText));
    }
    return widget;
}

QWidget* ChatView::makeOverlay(const OverlayKey& key) {
    if (key.kind == BarOverlay) {
        auto* bar = new MessageBar(m_theme, viewport());
        connect(bar, &MessageBar::triggered, this, [this, node = key.node](MessageAction action) {
            const int index = indexOf(node);
            if (index < 0) return;
            m_current = index;
            if (action == MessageAction::Copy) {
                QGuiApplication::clipboard()->setText(item(index).text());
            } else {
                emit actionRequested(node, action);
            }
        });
        return bar;
    }
    auto* button = new QToolButton(viewport());
    button->setAutoRaise(true);
    button->setIconSize(QSize(m_style->px(16), m_style->px(16)));
    button->setFocusPolicy(Qt::TabFocus);
    button->setCursor(Qt::ArrowCursor);
    if (key.kind == CopyOverlay) {
        button->setIcon(m_theme->icon(QStringLiteral("copy"), ColourRole::SecondaryText));
        followWords(
            *m_theme, *button, [] { return tr("Copy code"); }, &QWidget::setToolTip, &QWidget::setAccessibleName);
        connect(button, &QToolButton::clicked, this, [this, key, button] {
            button->setIcon(m_theme->icon(QStringLiteral("check"), ColourRole::SecondaryText));
            QTimer::singleShot(kCopiedMs, button, [this, button] {
                button->setIcon(m_theme->icon(QStringLiteral("copy"), ColourRole::SecondaryText));
            });
            const int index = indexOf(key.node);
            if (index < 0) return;
            const QList<MarkdownBlock>& blocks = item(index).blocks();
            QString code = blocks.value(key.block).content.text;
            for (qsizetype part = key.block + 1; part < blocks.size() && blocks[part].continued; ++part) {
                code += blocks[part].content.text;
            }
            QGuiApplication::clipboard()->setText(code);
        });
        return button;
    }
    button->setCheckable(true);
    followWords(*m_theme, *button, [] { return tr("Thinking"); }, &QAbstractButton::setText);
    followWords(
        *m_theme, *button, [] { return tr("Show or hide what the model thought before it answered"); },
        &QWidget::setToolTip);
    followWords(*m_theme, *button, [] { return tr("Show thinking"); }, &QWidget::setAccessibleName);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFont(m_style->secondary);
    connect(button, &QToolButton::clicked, this, [this, key](bool open) {
        const int index = indexOf(key.node);
        if (index < 0) return;
        setSticksToEnd(false);
        item(index).setOpen(key.block, open);
        layOutNow();
    });
    return button;
}

void ChatView::fillBar(MessageBar& bar, int index) {
    const QModelIndex row = m_model ? m_model->index(index) : QModelIndex();
    if (!row.isValid()) return;
    MessageBar::Content content;
    content.role = item(index).role();
    const auto state = static_cast<MessageState>(row.data(ChatTreeModel::StateRole).toInt());
    content.isBusy = state != MessageState::Done;
    if (content.isBusy) content.status = m_busyText;
    if (!content.isBusy) content.statistics = row.data(ChatTreeModel::StatisticsRole).value<AnswerStatistics>();
    content.version = row.data(ChatTreeModel::VersionRole).toInt();
    content.versionCount = row.data(ChatTreeModel::VersionCountRole).toInt();
    content.isLast = index + 1 == messageCount();
    content.canAnswer = m_canAnswer;
    bar.setContent(content);
    const QPoint mouse = viewport()->mapFromGlobal(QCursor::pos());
    bar.setActive(index == m_current || messageRect(index).contains(mouse));
}

}  // namespace strata::ui
