#include "ui/library/model_card.h"

#include "ui/library/strata_glyph.h"
#include "ui/models/library_model.h"
#include "ui/models/number_text.h"
#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace strata::ui {
namespace {

QString lastUsedText(qint64 lastUsedMs) {
    if (lastUsedMs <= 0) return ModelCard::tr("not used yet");
    const QDate day = QDateTime::fromMSecsSinceEpoch(lastUsedMs).date();
    const qint64 days = day.daysTo(QDate::currentDate());
    if (days <= 0) return ModelCard::tr("used today");
    if (days == 1) return ModelCard::tr("used yesterday");
    return ModelCard::tr("used on %1").arg(QLocale().toString(day, QLocale::ShortFormat));
}

}  // namespace

ModelCard::ModelCard(const QModelIndex& index, const Theme& theme, QWidget* parent)
    : QFrame(parent), m_index(index), m_theme(theme) {
    setObjectName(QStringLiteral("modelCard"));
    setLook(*this, Look::Card);
    build();
    buildMenu();
    refresh();
    connect(&theme, &Theme::changed, this, &ModelCard::refresh);
}

void ModelCard::build() {
    auto* layout = new QHBoxLayout(this);
    const int margin = m_theme.space(Space::Large);
    layout->setContentsMargins(margin, margin, margin, margin);
    layout->setSpacing(margin);
    layout->addWidget(new StrataGlyph(m_theme), 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(m_theme.space(Space::Tiny));
    m_name = new QLabel;
    m_name->setWordWrap(true);
    m_name->setTextFormat(Qt::PlainText);
    setLook(*m_name, Look::Title);
    m_facts = new QLabel;
    m_facts->setWordWrap(true);
    setLook(*m_facts, Look::Secondary);
    m_fitIcon = new QLabel;
    m_fit = new QLabel;
    m_fit->setWordWrap(true);
    auto* fitLine = new QHBoxLayout;
    fitLine->setSpacing(m_theme.space(Space::Small));
    fitLine->addWidget(m_fitIcon, 0, Qt::AlignTop);
    fitLine->addWidget(m_fit, 1);
    words->addWidget(m_name);
    words->addWidget(m_facts);
    words->addLayout(fitLine);
    layout->addLayout(words, 1);
    m_eject = new QPushButton;
    followWords(m_theme, *m_eject, [] { return tr("Eject"); }, &QAbstractButton::setText);
    setButtonIcon(m_theme, *m_eject, m_theme.icon(QStringLiteral("eject")));
    m_open = new QPushButton;
    m_more = new QToolButton;
    m_more->setIcon(m_theme.icon(QStringLiteral("menu"), ColourRole::SecondaryText));
    keepIconSize(m_theme, *m_more, QSize(20, 20));
    m_more->setPopupMode(QToolButton::InstantPopup);
    layout->addWidget(m_eject, 0, Qt::AlignVCenter);
    layout->addWidget(m_open, 0, Qt::AlignVCenter);
    layout->addWidget(m_more, 0, Qt::AlignVCenter);
    connect(m_open, &QPushButton::clicked, this, [this] { emit openRequested(path()); });
    connect(m_eject, &QPushButton::clicked, this, &ModelCard::ejectRequested);
}

void ModelCard::buildMenu() {
    auto* menu = new QMenu(this);
    // Filled when it is opened: in the language of then.
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        menu->addAction(m_theme.icon(QStringLiteral("edit")), tr("Rename…"), this,
                        [this] { emit renameRequested(path()); });
        menu->addAction(m_theme.icon(QStringLiteral("reveal")), tr("Show in folder"), this,
                        [this] { emit revealRequested(path()); });
        menu->addSeparator();
        menu->addAction(m_theme.icon(QStringLiteral("delete"), ColourRole::Error), tr("Remove from the library"), this,
                        [this] { emit removeRequested(path()); });
    });
    m_more->setMenu(menu);
}

QString ModelCard::path() const {
    return m_index.data(LibraryModel::PathRole).toString();
}

QString ModelCard::facts() const {
    QStringList facts;
    if (const QString text = m_index.data(LibraryModel::ParametersRole).toString(); !text.isEmpty())
        facts.append(tr("%1 parameters").arg(text));
    facts.append(m_index.data(LibraryModel::RangeRole).toString());
    if (const double quality = m_index.data(LibraryModel::QualityRole).toDouble(); quality > 0)
        facts.append(tr("up to %1 of the full model").arg(percentText(quality)));
    facts.append(m_index.data(LibraryModel::LicenceRole).toString());
    facts.append(lastUsedText(m_index.data(LibraryModel::LastUsedMsRole).toLongLong()));
    facts.removeAll(QString());
    // A line may end with the dot, and begins with a fact.
    return facts.join(QStringLiteral("\u00a0\u00a0·  "));
}

void ModelCard::showFit() {
    const auto kind = static_cast<FitKind>(m_index.data(LibraryModel::FitKindRole).toInt());
    const QString problem = m_index.data(LibraryModel::ProblemTitleRole).toString();
    const bool isBad = !problem.isEmpty() || kind == FitKind::TooBig;
    QString text = m_index.data(LibraryModel::FitTextRole).toString();
    if (const QString missing = m_index.data(LibraryModel::MissingTextRole).toString(); !missing.isEmpty())
        text = tr("%1: it %2").arg(text, missing);
    if (!problem.isEmpty())
        text = problem + QLatin1Char(' ') + m_index.data(LibraryModel::ProblemRemedyRole).toString();
    m_fit->setText(text);
    setLook(*m_fit, isBad ? Look::Problem : Look::Secondary);
    const int size = qRound(16 * m_theme.fontScale());
    m_fitIcon->setPixmap(m_theme
                             .icon(isBad ? QStringLiteral("warning") : QStringLiteral("check"),
                                   isBad ? ColourRole::Error : ColourRole::Accent)
                             .pixmap(QSize(size, size), devicePixelRatioF()));
    m_fitIcon->setVisible(!text.isEmpty());
    m_fit->setVisible(!text.isEmpty());
}

void ModelCard::refresh() {
    if (!m_index.isValid()) return;
    const QString name = m_index.data(Qt::DisplayRole).toString();
    m_name->setText(name);
    m_name->setToolTip(path());
    setAccessibleName(name);
    m_facts->setText(facts());
    showFit();
    const bool usable = m_index.data(LibraryModel::UsableRole).toBool();
    const bool loaded = m_index.data(LibraryModel::LoadedRole).toBool();
    const bool tooBig = m_index.data(LibraryModel::FitKindRole).toInt() == static_cast<int>(FitKind::TooBig);
    m_open->setVisible(usable);
    m_open->setText(tooBig && !loaded ? tr("Load anyway") : tr("Chat"));
    m_open->setAccessibleName(tr("%1: %2").arg(m_open->text(), name));
    setLook(*m_open, tooBig && !loaded ? Look::Plain : Look::Primary);
    m_eject->setVisible(loaded);
    m_eject->setAccessibleName(tr("Eject: %1").arg(name));
    m_more->setToolTip(tr("More"));
    m_more->setAccessibleName(tr("More: %1").arg(name));
}

}  // namespace strata::ui
