// What a search over everything has found.
#pragma once

#include "ui/store/records.h"

#include <QAbstractListModel>
#include <QStyledItemDelegate>

namespace strata::ui {

class Theme;

class SearchResultsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role : int { HitRole = Qt::UserRole + 1, SnippetRole };

    using QAbstractListModel::QAbstractListModel;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    void setHits(const QList<SearchHit>& hits);
    [[nodiscard]] SearchHit hit(int row) const { return m_hits.value(row); }

private:
    QList<SearchHit> m_hits;
};

/// A snippet without its marks, and where they stood.
struct MarkedText {
    QString text;
    QList<std::pair<qsizetype, qsizetype>> marks;  ///< begin and length
};
[[nodiscard]] MarkedText readMarks(const QString& snippet);

/// Title above, two lines of text below, the words found in the accent's colour.
class SearchHitDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    SearchHitDelegate(Theme* theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme* m_theme;
};

/// Rows of the conversation list: headings that fold, titles, a pin.
class ConversationDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    ConversationDelegate(Theme* theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    Theme* m_theme;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::MarkedText)
