#include "ui/window/drop_overlay.h"

#include "ui/models/number_text.h"
#include "ui/wizard/rough_time.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

namespace strata::ui {
namespace {

QString say(const char* text) {
    return QCoreApplication::translate("Drop", text);
}

}  // namespace

DropWords dropWords(const QList<SourceDescription>& sources, const CompressionCost* cost) {
    if (sources.isEmpty()) return {say(QT_TRANSLATE_NOOP("Drop", "Looking at it…")), {}, true};
    if (sources.size() > 1)
        return {DropOverlay::tr("Add %n file(s)", nullptr, static_cast<int>(sources.size())),
                say(QT_TRANSLATE_NOOP("Drop", "One after the other")), true};
    const SourceDescription& source = sources.first();
    if (!source.isUsable) return {source.problem.title, source.problem.remedy, false};
    const QString size = bytesText(source.sizeBytes);
    switch (source.kind) {
        case SourceKind::Stack:
            return {say(QT_TRANSLATE_NOOP("Drop", "Add %1 (%2)")).arg(source.name, size),
                    say(QT_TRANSLATE_NOOP("Drop", "Ready to chat; the file stays where it is")), true};
        case SourceKind::Conversation:
            return {say(QT_TRANSLATE_NOOP("Drop", "Import this chat")), {}, true};
        case SourceKind::Bitstack:
            return {say(QT_TRANSLATE_NOOP("Drop", "Import %1 (%2)")).arg(source.name, size), {}, true};
        case SourceKind::Gguf:
        case SourceKind::HuggingFace:
        case SourceKind::None:
            break;
    }
    const QString time = cost != nullptr && cost->seconds > 0 ? roughTime(cost->seconds) : QString();
    return {say(QT_TRANSLATE_NOOP("Drop", "Compress %1 (%2)")).arg(source.name, size), time, true};
}

DropOverlay::DropOverlay(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme) {
    setObjectName(QStringLiteral("dropOverlay"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropOverlay::setWords(const DropWords& words) {
    m_words = words;
    setAccessibleName(words.title);
    update();
}

void DropOverlay::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor veil = m_theme.colour(ColourRole::Window);
    veil.setAlphaF(0.95F);
    painter.fillRect(rect(), veil);
    const ColourRole role = m_words.accepted ? ColourRole::Accent : ColourRole::Error;
    const int margin = m_theme.space(Space::Wide);
    const QRectF zone = QRectF(rect()).adjusted(margin, margin, -margin, -margin);
    QPainterPath path;
    path.addRoundedRect(zone, kComposerRadius, kComposerRadius);
    QColor wash = m_theme.colour(role);
    wash.setAlphaF(0.06F);
    painter.fillPath(path, wash);
    painter.setPen(QPen(m_theme.colour(role), 2, Qt::DashLine));
    painter.drawPath(path);
    const int icon = qRound(40 * m_theme.fontScale());
    const QPoint centre = zone.center().toPoint();
    m_theme.icon(m_words.accepted ? QStringLiteral("drop") : QStringLiteral("warning"), role)
        .paint(&painter, centre.x() - icon / 2, centre.y() - icon - m_theme.space(Space::Huge), icon, icon);
    painter.setPen(m_theme.colour(ColourRole::Text));
    painter.setFont(m_theme.font(TextStyle::Title));
    const QRectF title(zone.left(), centre.y() - m_theme.space(Space::Large), zone.width(), m_theme.space(Space::Huge));
    painter.drawText(title, Qt::AlignCenter, m_words.title);
    painter.setPen(m_theme.colour(ColourRole::SecondaryText));
    painter.setFont(m_theme.font(TextStyle::Body));
    painter.drawText(title.translated(0, m_theme.space(Space::Huge)), Qt::AlignCenter, m_words.text);
}

}  // namespace strata::ui
