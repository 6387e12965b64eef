#include "ui/chat/search_results.h"

#include "ui/models/conversation_list_model.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QTextLayout>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr QChar kMarkBegin(0x0002);
constexpr QChar kMarkEnd(0x0003);
constexpr int kSnippetLines = 2;

void drawBackground(QPainter& painter, const Theme& theme, const QStyleOptionViewItem& option) {
    const bool isSelected = option.state & QStyle::State_Selected;
    if (!isSelected && !(option.state & QStyle::State_MouseOver)) return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(option.state & QStyle::State_HasFocus ? QPen(theme.colour(ColourRole::Accent)) : QPen(Qt::NoPen));
    painter.setBrush(theme.colour(isSelected ? ColourRole::Selection : ColourRole::Hover));
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 1.5, -0.5, -1.5), kRadius, kRadius);
}

}  // namespace

int SearchResultsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_hits.size());
}

QVariant SearchResultsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const SearchHit& hit = m_hits[index.row()];
    switch (role) {
        case Qt::DisplayRole:
            return hit.title.isEmpty() ? tr("Untitled") : hit.title;
        case Qt::AccessibleTextRole:
            return QString(data(index, Qt::DisplayRole).toString() + QStringLiteral(": ") +
                           readMarks(hit.snippet).text);
        case HitRole:
            return QVariant::fromValue(hit);
        case SnippetRole:
            return QVariant::fromValue(readMarks(hit.snippet));
        default:
            return {};
    }
}

void SearchResultsModel::setHits(const QList<SearchHit>& hits) {
    beginResetModel();
    m_hits = hits;
    endResetModel();
}

MarkedText readMarks(const QString& snippet) {
    MarkedText marked;
    qsizetype begin = -1;
    for (const QChar character : snippet) {
        if (character == kMarkBegin) {
            begin = marked.text.size();
        } else if (character == kMarkEnd) {
            if (begin >= 0) marked.marks.append({begin, marked.text.size() - begin});
            begin = -1;
        } else {
            marked.text += character == u'\n' ? QChar(u' ') : character;
        }
    }
    return marked;
}

QSize SearchHitDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const QFontMetrics title(m_theme->font(TextStyle::Body));
    const QFontMetrics text(m_theme->font(TextStyle::Secondary));
    return {option.rect.width(), title.height() + kSnippetLines * text.lineSpacing() + m_theme->space(Space::Large) +
                                     m_theme->space(Space::Tiny)};
}

void SearchHitDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    painter->save();
    drawBackground(*painter, *m_theme, option);
    const QRect inner = option.rect.adjusted(m_theme->space(Space::Small), m_theme->space(Space::Small),
                                             -m_theme->space(Space::Small), 0);
    const QFontMetrics metrics(m_theme->font(TextStyle::Body));
    painter->setFont(m_theme->font(TextStyle::Body));
    painter->setPen(m_theme->colour(ColourRole::Text));
    painter->drawText(inner, Qt::AlignTop | Qt::AlignLeft,
                      metrics.elidedText(index.data().toString(), Qt::ElideRight, inner.width()));
    const auto marked = index.data(SearchResultsModel::SnippetRole).value<MarkedText>();
    QTextLayout layout(marked.text, m_theme->font(TextStyle::Secondary));
    QList<QTextLayout::FormatRange> formats;
    for (const auto& [begin, length] : marked.marks) {
        QTextCharFormat format;
        format.setForeground(m_theme->colour(ColourRole::Accent));
        format.setFontWeight(QFont::DemiBold);
        formats.append({static_cast<int>(begin), static_cast<int>(length), format});
    }
    layout.setFormats(formats);
    layout.beginLayout();
    qreal y = 0;
    for (int row = 0; row < kSnippetLines; ++row) {
        QTextLine line = layout.createLine();
        if (!line.isValid()) break;
        line.setLineWidth(inner.width());
        line.setPosition(QPointF(0, y));
        y += line.height();
    }
    layout.endLayout();
    painter->setPen(m_theme->colour(ColourRole::SecondaryText));
    layout.draw(painter, inner.topLeft() + QPointF(0, metrics.height() + m_theme->space(Space::Tiny) / 2.0));
    painter->restore();
}

QSize ConversationDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const bool isHeading = index.data(ConversationListModel::HeadingRole).toBool();
    const QFontMetrics metrics(m_theme->font(isHeading ? TextStyle::Secondary : TextStyle::Body));
    return {option.rect.width(), metrics.height() + m_theme->space(isHeading ? Space::Large : Space::Medium) + 2};
}

void ConversationDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const {
    painter->save();
    const int margin = m_theme->space(Space::Small);
    const bool isHeading = index.data(ConversationListModel::HeadingRole).toBool();
    QRect inner = option.rect.adjusted(margin, 0, -margin, 0);
    if (isHeading) {
        const bool isCollapsed = index.data(ConversationListModel::CollapsedRole).toBool();
        const QFont font = m_theme->font(TextStyle::Secondary);
        painter->setFont(font);
        painter->setPen(m_theme->colour(ColourRole::SecondaryText));
        inner.setTop(inner.top() + m_theme->space(Space::Small));
        const QString title = index.data().toString();
        painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft, title);
        const int size = m_theme->space(Space::Large);
        const QRect arrow(inner.right() - size, inner.center().y() - size / 2, size, size);
        if (isCollapsed || option.state & QStyle::State_MouseOver) {
            m_theme
                ->icon(isCollapsed ? QStringLiteral("chevron_right") : QStringLiteral("chevron_down"),
                       ColourRole::SecondaryText)
                .paint(painter, arrow);
        }
        painter->restore();
        return;
    }
    drawBackground(*painter, *m_theme, option);
    if (index.data(ConversationListModel::PinnedRole).toBool()) {
        const int size = m_theme->space(Space::Large);
        m_theme->icon(QStringLiteral("pin"), ColourRole::SecondaryText)
            .paint(painter, QRect(inner.right() - size, inner.center().y() - size / 2, size, size));
        inner.setRight(inner.right() - size - margin);
    }
    painter->setFont(m_theme->font(TextStyle::Body));
    painter->setPen(m_theme->colour(ColourRole::Text));
    const QString title = painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, inner.width());
    painter->drawText(inner, Qt::AlignVCenter | Qt::AlignLeft, title);
    painter->restore();
}

}  // namespace strata::ui
