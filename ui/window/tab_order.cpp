#include "ui/window/tab_order.h"

#include <QLayout>
#include <QList>
#include <QSet>
#include <QWidget>
#include <algorithm>

namespace strata::ui {
namespace {

class TabOrder {
public:
    void add(QWidget* widget) {
        if (widget->isWindow() || m_seen.contains(widget)) return;
        m_seen.insert(widget);
        if ((widget->focusPolicy() & Qt::TabFocus) != 0) m_chain.append(widget);
        addChildren(*widget);
    }
    void addChildren(const QWidget& widget) {
        if (widget.layout() != nullptr) addLayout(*widget.layout());
        QList<QWidget*> rest;
        for (QObject* child : widget.children())
            if (auto* found = qobject_cast<QWidget*>(child); found != nullptr && !m_seen.contains(found))
                rest.append(found);
        std::ranges::stable_sort(rest, [](const QWidget* a, const QWidget* b) {
            return a->y() != b->y() ? a->y() < b->y() : a->x() < b->x();
        });
        for (QWidget* child : rest) add(child);
    }
    void apply() const {
        for (qsizetype index = 1; index < m_chain.size(); ++index)
            QWidget::setTabOrder(m_chain[index - 1], m_chain[index]);
    }

private:
    void addLayout(const QLayout& layout) {
        for (int index = 0; index < layout.count(); ++index) {
            QLayoutItem* item = layout.itemAt(index);
            if (item->widget() != nullptr) add(item->widget());
            if (item->layout() != nullptr) addLayout(*item->layout());
        }
    }

    QList<QWidget*> m_chain;
    QSet<const QWidget*> m_seen;
};

}  // namespace

void orderTabs(QWidget& root) {
    TabOrder order;
    order.addChildren(root);
    order.apply();
}

}  // namespace strata::ui
