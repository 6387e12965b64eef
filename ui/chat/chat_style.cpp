#include "ui/chat/chat_style.h"

#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <array>

namespace strata::ui {
namespace {

/// Light and dark, in the order of CodeRole; at least 4.5:1 on the code's background.
constexpr std::array<std::array<QRgb, 10>, 2> kCodeColours{{
    {0xFF1F1D1A, 0xFF9A3B2E, 0xFF2F6472, 0xFF5B4B8A, 0xFF3F6B34, 0xFF8A5A12, 0xFF6F685F, 0xFF7A4B1E, 0xFF4D4842,
     0xFFB3261E},
    {0xFFECE8E1, 0xFFF0A08A, 0xFF8EC3CF, 0xFFBFB0EA, 0xFFA8CB95, 0xFFE4BE7D, 0xFFA09A8F, 0xFFE6B98F, 0xFFCFC9BF,
     0xFFF2867E},
}};

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto part = [share](int from, int to) { return qRound(from + (to - from) * share); };
    return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

}  // namespace

ChatStyle::ChatStyle(const Theme& theme)
    : body(theme.font(TextStyle::Body)),
      code(theme.font(TextStyle::Code)),
      inlineCode(theme.font(TextStyle::Code)),
      secondary(theme.font(TextStyle::Secondary)),
      label(theme.font(TextStyle::Secondary)),
      text(theme.colour(ColourRole::Text)),
      secondaryText(theme.colour(ColourRole::SecondaryText)),
      accent(theme.colour(ColourRole::Accent)),
      border(theme.colour(ColourRole::Border)),
      surface(theme.colour(ColourRole::Surface)),
      codeBackground(theme.colour(ColourRole::CodeBackground)),
      userBubble(theme.colour(ColourRole::UserBubble)),
      selection(theme.colour(ColourRole::Selection)),
      isDark(theme.isDark()),
      scale(theme.fontScale()) {
    match = mixed(surface, accent, 0.25);
    currentMatch = mixed(surface, accent, 0.45);
    inlineCode.setPixelSize(qRound(body.pixelSize() * 0.9));
    column = px(760);
    bodyLine = qRound(body.pixelSize() * 1.5);
    codeLine = qRound(code.pixelSize() * 1.5);
    for (int* length : {&listIndent, &quoteIndent, &codePadding, &codeHeader, &cellPadding, &bubblePadding, &messageGap,
                        &barHeight, &thinkingHeader}) {
        *length = px(*length);
    }
}

QFont ChatStyle::heading(int level) const {
    static constexpr std::array kSizes{22, 18, 16, 15, 15, 15};
    QFont font = body;
    font.setPixelSize(px(kSizes.at(static_cast<std::size_t>(qBound(1, level, 6) - 1))));
    font.setWeight(QFont::DemiBold);
    return font;
}

QColor ChatStyle::codeColour(CodeRole role) const {
    return QColor::fromRgba(kCodeColours[isDark ? 1 : 0].at(static_cast<std::size_t>(role)));
}

int ChatStyle::gap(const MarkdownBlock& above, const MarkdownBlock& below) const {
    if (below.continued) return 0;
    if (below.kind == BlockKind::Heading) return px(below.level <= 2 ? 24 : 20);
    if (above.kind == BlockKind::Heading) return px(8);
    const bool areItems = above.containers.endsWith('l') && below.mark.has_value();
    if (areItems) return px(4);
    return px(above.kind == BlockKind::Rule || below.kind == BlockKind::Rule ? 16 : 12);
}

int ChatStyle::indent(const MarkdownBlock& block) const {
    return static_cast<int>(block.containers.count('l')) * listIndent +
           static_cast<int>(block.containers.count('q')) * quoteIndent;
}

int ChatStyle::estimatedHeight(QStringView content, int width) const {
    const int perLine = qMax(8, qRound(width / (body.pixelSize() * 0.5)));
    return (static_cast<int>(content.size()) / perLine + static_cast<int>(content.count(u'\n')) + 1) * bodyLine;
}

int ChatStyle::estimatedHeight(const MarkdownBlock& block, int width) const {
    switch (block.kind) {
        case BlockKind::Rule:
            return 1;
        case BlockKind::Table:
            return static_cast<int>(block.rows.size()) * (bodyLine + 2 * cellPadding);
        case BlockKind::Code: {
            const int lines =
                static_cast<int>(block.content.text.count(u'\n')) + (block.content.text.endsWith(u'\n') ? 0 : 1);
            return lines * codeLine + (block.continued ? 0 : codeHeader) + codePadding;
        }
        default:
            return estimatedHeight(block.content.text, width - indent(block));
    }
}

}  // namespace strata::ui
