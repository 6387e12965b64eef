#include "ui/theme/theme.h"

#include "ui/theme/palette.h"
#include "ui/theme/shortcuts.h"
#include "ui/theme/stroke_icon.h"
#include "ui/theme/style_sheet.h"
#include "ui/theme/system_appearance.h"
#include "ui/theme/translations.h"

#include <QApplication>
#include <QFontDatabase>
#include <QPalette>
#include <QStyleFactory>
#include <QWidget>
#include <algorithm>

// The resource is linked from a static library: it must be named once. The macro works outside namespaces only.
static void initIcons() {
    Q_INIT_RESOURCE(icons);
}

namespace strata::ui {
namespace {

constexpr int kAnimationMs = 150;
constexpr double kLargestScale = 2;

int pixels(TextStyle style) {
    switch (style) {
        case TextStyle::Secondary:
        case TextStyle::Code:
            return 13;
        case TextStyle::Body:
            return 15;
        case TextStyle::Title:
            return 18;
        case TextStyle::Figure:
            return 28;
    }
    return 15;
}

QPalette paletteOf(const Theme& theme) {
    QPalette palette;
    palette.setColor(QPalette::Window, theme.colour(ColourRole::Window));
    palette.setColor(QPalette::Base, theme.colour(ColourRole::Surface));
    palette.setColor(QPalette::AlternateBase, theme.colour(ColourRole::Window));
    palette.setColor(QPalette::Button, theme.colour(ColourRole::Surface));
    palette.setColor(QPalette::Light, theme.colour(ColourRole::Surface));
    palette.setColor(QPalette::Mid, theme.colour(ColourRole::Border));
    palette.setColor(QPalette::Dark, theme.colour(ColourRole::Border));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(role, theme.colour(ColourRole::Text));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, theme.colour(ColourRole::SecondaryText));
    palette.setColor(QPalette::PlaceholderText, theme.colour(ColourRole::SecondaryText));
    palette.setColor(QPalette::Highlight, theme.colour(ColourRole::Selection));
    palette.setColor(QPalette::Link, theme.colour(ColourRole::Accent));
    palette.setColor(QPalette::LinkVisited, theme.colour(ColourRole::Accent));
    palette.setColor(QPalette::ToolTipBase, theme.colour(ColourRole::Text));
    palette.setColor(QPalette::ToolTipText, theme.colour(ColourRole::Window));
    return palette;
}

}  // namespace

Theme::Theme(QObject* parent)
    : QObject(parent),
      m_system(std::make_unique<SystemAppearance>()),
      m_translations(std::make_unique<Translations>()),
      m_shortcuts(std::make_unique<Shortcuts>()) {
    initIcons();
    m_translations->choose({});
    connect(m_shortcuts.get(), &Shortcuts::changed, this, &Theme::tellWords);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    connect(m_system.get(), &SystemAppearance::changed, this, [this] {
        if (m_choice == ThemeChoice::System) apply();
    });
    apply();
}

Theme::~Theme() = default;

void Theme::setChoice(ThemeChoice choice) {
    if (m_choice == choice) return;
    m_choice = choice;
    apply();
}

ThemeChoice Theme::choice() const noexcept {
    return m_choice;
}

bool Theme::isDark() const noexcept {
    return m_dark;
}

void Theme::setFontScale(double scale) {
    const double bounded = std::clamp(scale, 1.0, kLargestScale);
    if (qFuzzyCompare(bounded, m_fontScale)) return;
    m_fontScale = bounded;
    apply();
}

double Theme::fontScale() const noexcept {
    return m_fontScale;
}

void Theme::setReducedMotion(bool reduced) {
    m_reducedMotion = reduced;
}

int Theme::animationMs() const noexcept {
    return m_reducedMotion ? 0 : kAnimationMs;
}

void Theme::setLanguage(const QString& code) {
    if (code == m_translations->choice()) return;
    m_translations->choose(code);
    // What is there already keeps the locale it was born with.
    for (QWidget* widget : QApplication::topLevelWidgets()) widget->setLocale(QLocale());
    tellWords();
}

const QString& Theme::language() const noexcept {
    return m_translations->choice();
}

void Theme::tellWords() {
    emit wordsChanged();
    emit changed();
}

void Theme::apply() {
    m_dark = m_choice == ThemeChoice::Dark || (m_choice == ThemeChoice::System && m_system->isDark());
    QApplication::setPalette(paletteOf(*this));
    QApplication::setFont(font(TextStyle::Body));
    qApp->setStyleSheet(styleSheet(*this));
    emit changed();
}

QColor Theme::colour(ColourRole role) const {
    return themeColour(role, m_dark);
}

QFont Theme::font(TextStyle style) const {
    const bool isCode = style == TextStyle::Code;
    QFont font = QFontDatabase::systemFont(isCode ? QFontDatabase::FixedFont : QFontDatabase::GeneralFont);
    font.setPixelSize(qRound(pixels(style) * m_fontScale));
    if (style == TextStyle::Title || style == TextStyle::Figure) font.setWeight(QFont::DemiBold);
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    // Older versions draw the digits as the font has them; those of the usual system fonts are tabular.
    if (style == TextStyle::Figure) font.setFeature("tnum", 1);
#endif
    return font;
}

int Theme::space(Space space) const noexcept {
    return qRound(static_cast<int>(space) * m_fontScale);
}

QIcon Theme::icon(const QString& name, ColourRole role) const {
    return strokeIcon(*this, name, role);
}

}  // namespace strata::ui
