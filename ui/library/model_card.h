// One model in the library: what it is, whether it fits, and what can be done with it.
#pragma once

#include "ui/theme/theme.h"

#include <QFrame>
#include <QPersistentModelIndex>

class QLabel;
class QPushButton;
class QToolButton;

namespace strata::ui {

class ModelCard : public QFrame {
    Q_OBJECT
public:
    ModelCard(const QModelIndex& index, const Theme& theme, QWidget* parent = nullptr);
    /// Reads its row again.
    void refresh();
    [[nodiscard]] QString path() const;

signals:
    void openRequested(const QString& path);
    void ejectRequested();
    void renameRequested(const QString& path);
    void revealRequested(const QString& path);
    void removeRequested(const QString& path);

private:
    void build();
    void buildMenu();
    void showFit();
    [[nodiscard]] QString facts() const;

    QPersistentModelIndex m_index;
    const Theme& m_theme;
    QLabel* m_name = nullptr;
    QLabel* m_facts = nullptr;
    QLabel* m_fitIcon = nullptr;
    QLabel* m_fit = nullptr;
    QPushButton* m_open = nullptr;
    QPushButton* m_eject = nullptr;
    QToolButton* m_more = nullptr;
};

}  // namespace strata::ui
