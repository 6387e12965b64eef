// The models: a list with fit statements; empty, a drop zone with one model to begin with.
#pragma once

#include "ui/models/library_model.h"
#include "ui/theme/theme.h"

#include <QList>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QVBoxLayout;

namespace strata::ui {

class ModelCard;

/// A model that is offered to those who have none.
struct Suggestion {
    QString name;          ///< empty: nothing is offered
    QString text;          ///< "Small and quick; English. 98 MB, Apache-2.0, from huggingface.co/..."
    QString action;        ///< "Download", "Compress"
    double fraction = -1;  ///< of the download under way; below 0: none is
};

class LibraryPage : public QWidget {
    Q_OBJECT
public:
    LibraryPage(LibraryModel& model, const Theme& theme, QWidget* parent = nullptr);
    void setSuggestion(const Suggestion& suggestion);

signals:
    void openRequested(const QString& path);
    void ejectRequested();
    void renameRequested(const QString& path);
    void revealRequested(const QString& path);
    void removeRequested(const QString& path);
    void filesRequested();
    void folderRequested();
    void suggestionTaken();
    void suggestionCancelled();

private:
    [[nodiscard]] QWidget* buildHeader();
    [[nodiscard]] QWidget* buildDropZone();
    [[nodiscard]] QWidget* buildSuggestion();
    void askWhat(QWidget& button, const QPoint& at);
    void rebuild();
    void refreshEmpty();
    [[nodiscard]] ModelCard* makeCard(int row);

    LibraryModel& m_model;
    const Theme& m_theme;
    QVBoxLayout* m_cards = nullptr;
    QList<ModelCard*> m_rows;
    QWidget* m_dropZone = nullptr;
    QWidget* m_suggestionCard = nullptr;
    QLabel* m_suggestionName = nullptr;
    QLabel* m_suggestionText = nullptr;
    QPushButton* m_suggestionAction = nullptr;
    QPushButton* m_suggestionCancel = nullptr;
    QProgressBar* m_suggestionProgress = nullptr;
    QLabel* m_hint = nullptr;
    bool m_hasSuggestion = false;
};

}  // namespace strata::ui
