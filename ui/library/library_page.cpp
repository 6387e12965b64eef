#include "ui/library/library_page.h"

#include "ui/library/drop_zone.h"
#include "ui/library/model_card.h"
#include "ui/library/strata_glyph.h"
#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"

#include <QCursor>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

constexpr int kColumnWidth = 820;
constexpr int kProgressSteps = 1000;

}  // namespace

LibraryPage::LibraryPage(LibraryModel& model, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_model(model), m_theme(theme) {
    setObjectName(QStringLiteral("libraryPage"));
    followWords(m_theme, *this, [] { return tr("Models"); }, &QWidget::setAccessibleName);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* content = new QWidget;
    auto* centred = new QHBoxLayout(content);
    centred->setContentsMargins(theme.space(Space::Wide), theme.space(Space::Large), theme.space(Space::Wide),
                                theme.space(Space::Wide));
    auto* column = new QWidget;
    column->setMaximumWidth(qRound(kColumnWidth * theme.fontScale()));
    auto* layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme.space(Space::Large));
    layout->addWidget(buildHeader());
    m_dropZone = buildDropZone();
    layout->addWidget(m_dropZone);
    m_suggestionCard = buildSuggestion();
    layout->addWidget(m_suggestionCard);
    m_cards = new QVBoxLayout;
    m_cards->setSpacing(theme.space(Space::Medium));
    layout->addLayout(m_cards);
    m_hint = new QLabel;
    followWords(
        m_theme, *m_hint,
        [] { return tr("Drop a GGUF file, a Hugging Face folder or a .strata file anywhere on this window."); },
        &QLabel::setText);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    setLook(*m_hint, Look::Secondary);
    layout->addWidget(m_hint);
    layout->addStretch(1);
    centred->addStretch(1);
    centred->addWidget(column, 100);
    centred->addStretch(1);
    scroll->setWidget(content);
    outer->addWidget(scroll);
    connect(&model, &QAbstractItemModel::rowsInserted, this, &LibraryPage::rebuild);
    connect(&model, &QAbstractItemModel::rowsRemoved, this, &LibraryPage::rebuild);
    connect(&model, &QAbstractItemModel::rowsMoved, this, &LibraryPage::rebuild);
    connect(&model, &QAbstractItemModel::modelReset, this, &LibraryPage::rebuild);
    connect(&model, &QAbstractItemModel::dataChanged, this, [this] {
        for (ModelCard* card : m_rows) card->refresh();
    });
    rebuild();
}

QWidget* LibraryPage::buildHeader() {
    auto* header = new QWidget;
    auto* layout = new QHBoxLayout(header);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* title = new QLabel;
    followWords(m_theme, *title, [] { return tr("Models"); }, &QLabel::setText);
    setLook(*title, Look::Title);
    auto* add = new QPushButton;
    followWords(m_theme, *add, [] { return tr("Add a model…"); }, &QAbstractButton::setText);
    add->setObjectName(QStringLiteral("addModel"));
    setButtonIcon(m_theme, *add, m_theme.icon(QStringLiteral("plus")));
    connect(add, &QPushButton::clicked, this, [this, add] { askWhat(*add, QPoint(0, add->height())); });
    layout->addWidget(title, 1);
    layout->addWidget(add);
    return header;
}

QWidget* LibraryPage::buildDropZone() {
    auto* zone = new DropZone(m_theme);
    connect(zone, &DropZone::clicked, this, [this, zone] {
        const QPoint mouse = zone->mapFromGlobal(QCursor::pos());
        askWhat(*zone, zone->underMouse() ? mouse : zone->rect().center());
    });
    return zone;
}

QWidget* LibraryPage::buildSuggestion() {
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("suggestion"));
    setLook(*card, Look::Card);
    auto* layout = new QHBoxLayout(card);
    const int margin = m_theme.space(Space::Large);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(margin);
    layout->addWidget(new StrataGlyph(m_theme), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(m_theme.space(Space::Tiny));
    m_suggestionName = new QLabel;
    setLook(*m_suggestionName, Look::Title);
    m_suggestionText = new QLabel;
    m_suggestionText->setWordWrap(true);
    setLook(*m_suggestionText, Look::Secondary);
    m_suggestionProgress = new QProgressBar;
    m_suggestionProgress->setRange(0, kProgressSteps);
    m_suggestionProgress->setTextVisible(false);
    followWords(m_theme, *m_suggestionProgress, [] { return tr("Download"); }, &QWidget::setAccessibleName);
    words->addWidget(m_suggestionName);
    words->addWidget(m_suggestionText);
    words->addWidget(m_suggestionProgress);
    layout->addLayout(words, 1);
    m_suggestionAction = new QPushButton;
    m_suggestionAction->setObjectName(QStringLiteral("takeSuggestion"));
    setLook(*m_suggestionAction, Look::Primary);
    m_suggestionCancel = new QPushButton;
    followWords(m_theme, *m_suggestionCancel, [] { return tr("Cancel"); }, &QAbstractButton::setText);
    layout->addWidget(m_suggestionAction, 0, Qt::AlignVCenter);
    layout->addWidget(m_suggestionCancel, 0, Qt::AlignVCenter);
    connect(m_suggestionAction, &QPushButton::clicked, this, &LibraryPage::suggestionTaken);
    connect(m_suggestionCancel, &QPushButton::clicked, this, &LibraryPage::suggestionCancelled);
    return card;
}

void LibraryPage::setSuggestion(const Suggestion& suggestion) {
    m_hasSuggestion = !suggestion.name.isEmpty();
    const bool isRunning = suggestion.fraction >= 0;
    m_suggestionName->setText(suggestion.name);
    m_suggestionText->setText(suggestion.text);
    m_suggestionAction->setText(suggestion.action);
    m_suggestionAction->setVisible(!isRunning);
    m_suggestionCancel->setVisible(isRunning);
    m_suggestionProgress->setVisible(isRunning);
    m_suggestionProgress->setValue(qRound(suggestion.fraction * kProgressSteps));
    refreshEmpty();
}

/// No file dialogue lets one choose a file or a folder as one likes.
void LibraryPage::askWhat(QWidget& button, const QPoint& at) {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("openMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(m_theme.icon(QStringLiteral("library")), tr("Open files…"), this, &LibraryPage::filesRequested);
    menu->addAction(m_theme.icon(QStringLiteral("folder")), tr("Open a folder…"), this, &LibraryPage::folderRequested);
    menu->popup(button.mapToGlobal(at));
}

ModelCard* LibraryPage::makeCard(int row) {
    auto* card = new ModelCard(m_model.index(row), m_theme);
    connect(card, &ModelCard::openRequested, this, &LibraryPage::openRequested);
    connect(card, &ModelCard::ejectRequested, this, &LibraryPage::ejectRequested);
    connect(card, &ModelCard::renameRequested, this, &LibraryPage::renameRequested);
    connect(card, &ModelCard::revealRequested, this, &LibraryPage::revealRequested);
    connect(card, &ModelCard::removeRequested, this, &LibraryPage::removeRequested);
    return card;
}

void LibraryPage::rebuild() {
    // A card may be the sender of the signal that led here.
    for (ModelCard* card : std::exchange(m_rows, {})) {
        m_cards->removeWidget(card);
        card->hide();
        card->deleteLater();
    }
    for (int row = 0; row < m_model.rowCount(); ++row) {
        m_rows.append(makeCard(row));
        m_cards->addWidget(m_rows.last());
    }
    refreshEmpty();
}

void LibraryPage::refreshEmpty() {
    const bool isEmpty = m_rows.isEmpty();
    m_dropZone->setVisible(isEmpty);
    m_hint->setVisible(!isEmpty);
    m_suggestionCard->setVisible(m_hasSuggestion && (isEmpty || m_suggestionCancel->isVisibleTo(m_suggestionCard)));
}

}  // namespace strata::ui
