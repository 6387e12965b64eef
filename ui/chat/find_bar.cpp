#include "ui/chat/find_bar.h"

#include "ui/chat/chat_view.h"
#include "ui/theme/live_words.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <QToolButton>

namespace strata::ui {
namespace {

constexpr int kTypingMs = 150;

}  // namespace

FindBar::FindBar(Theme* theme, ChatView* view, QWidget* parent)
    : QFrame(parent), m_view(view), m_words(new QLineEdit(this)), m_place(new QLabel(this)) {
    setLook(*this, Look::Card);
    setLook(*m_place, Look::Secondary);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(theme->space(Space::Small), theme->space(Space::Tiny), theme->space(Space::Tiny),
                            theme->space(Space::Tiny));
    followWords(
        *theme, *m_words, [] { return tr("Find in this conversation"); }, &QLineEdit::setPlaceholderText,
        &QWidget::setAccessibleName);
    m_words->setClearButtonEnabled(true);
    m_words->findChild<QToolButton*>()->setAccessibleName(tr("Clear"));
    m_words->installEventFilter(this);
    row->addWidget(m_words, 1);
    row->addWidget(m_place);
    const auto addButton = [&](const char* icon, auto words, auto&& action) {
        auto* button = new QToolButton(this);
        button->setIcon(theme->icon(QLatin1String(icon)));
        keepIconSize(*theme, *button, QSize(18, 18));
        followWords(*theme, *button, words, &QWidget::setToolTip, &QWidget::setAccessibleName);
        connect(button, &QToolButton::clicked, this, action);
        row->addWidget(button);
    };
    addButton("chevron_up", [] { return tr("Previous place"); }, [this] { step(-1); });
    addButton("chevron_down", [] { return tr("Next place"); }, [this] { step(1); });
    addButton("close", [] { return tr("Close"); }, [this] { stop(); });
    auto* timer = new QTimer(this);
    timer->setSingleShot(true);
    timer->setInterval(kTypingMs);
    connect(timer, &QTimer::timeout, this, &FindBar::search);
    connect(m_words, &QLineEdit::textChanged, timer, qOverload<>(&QTimer::start));
    connect(theme, &Theme::wordsChanged, this, [this] { showPlace(m_count); });
    hide();
}

void FindBar::start() {
    show();
    m_words->setFocus();
    m_words->selectAll();
    if (!m_words->text().isEmpty()) search();
}

void FindBar::stop() {
    hide();
    m_view->find(QString());
    m_view->setFocus();
}

bool FindBar::eventFilter(QObject* object, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter) step(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
        if (isEnter) return true;
    }
    return QFrame::eventFilter(object, event);
}

void FindBar::search() {
    showPlace(m_view->find(m_words->text()));
}

void FindBar::step(int step) {
    m_view->findStep(step);
    showPlace(m_count);
}

void FindBar::showPlace(int count) {
    m_count = count;
    if (m_words->text().isEmpty()) {
        m_place->clear();
    } else if (count == 0) {
        m_place->setText(tr("Not found"));
    } else {
        m_place->setText(tr("%1 of %2").arg(m_view->currentMatch() + 1).arg(count));
    }
}

}  // namespace strata::ui
