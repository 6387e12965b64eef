// The look in one place: colours of both themes, one spacing scale, one type scale. Widgets name a role, never a value.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QString>
#include <memory>

namespace strata::ui {

class Shortcuts;
class SystemAppearance;
class Translations;

enum class ThemeChoice : int { System = 0, Light = 1, Dark = 2 };

enum class ColourRole : int {
    Window,
    Surface,
    Border,
    Text,
    SecondaryText,
    Accent,
    AccentText,
    Error,
    Layer0,
    Layer1,
    Layer2,
    Layer3,
    Layer4,
    Layer5,  ///< of the stack, deep to shallow
    KvCache,
    Scratch,
    OtherPrograms,
    CodeBackground,
    UserBubble,
    Selection,
    Hover,
};

enum class TextStyle : int { Secondary, Body, Title, Figure, Code };

/// 4, 8, 12, 16, 24, 32 px.
enum class Space : int { Tiny = 4, Small = 8, Medium = 12, Large = 16, Wide = 24, Huge = 32 };

inline constexpr int kRadius = 8;
inline constexpr int kComposerRadius = 12;

/// The application's look, its language and its keys. One object, owned by main() and handed to what draws; GUI thread
/// only.
class Theme : public QObject {
    Q_OBJECT
public:
    /// Needs a QApplication, whose style, palette, font, style sheet and translations it takes over.
    explicit Theme(QObject* parent = nullptr);
    ~Theme() override;

    void setChoice(ThemeChoice choice);
    [[nodiscard]] ThemeChoice choice() const noexcept;
    [[nodiscard]] bool isDark() const noexcept;
    /// 1 = as designed; up to 2.
    void setFontScale(double scale);
    [[nodiscard]] double fontScale() const noexcept;
    void setReducedMotion(bool reduced);
    /// 120..180 ms; 0 when motion is reduced.
    [[nodiscard]] int animationMs() const noexcept;
    /// A code of languages(); empty: the system's.
    void setLanguage(const QString& code);
    [[nodiscard]] const QString& language() const noexcept;
    [[nodiscard]] Shortcuts& shortcuts() noexcept { return *m_shortcuts; }
    [[nodiscard]] const Shortcuts& shortcuts() const noexcept { return *m_shortcuts; }

    [[nodiscard]] QColor colour(ColourRole role) const;
    [[nodiscard]] QFont font(TextStyle style) const;
    /// Pixels, with the font's scale.
    [[nodiscard]] int space(Space space) const noexcept;
    /// An own 20 px stroke icon (resources/icons/NAME.svg) in the text's colour, or in another role's. It
    /// follows the theme by itself; repaint on changed().
    [[nodiscard]] QIcon icon(const QString& name, ColourRole role = ColourRole::Text) const;

signals:
    /// Colours, fonts, icons or words are others now: draw again.
    void changed();
    /// The language is another one, or the keys that words name. changed() follows. See live_words.h.
    void wordsChanged();

private:
    void apply();
    void tellWords();
    std::unique_ptr<SystemAppearance> m_system;
    std::unique_ptr<Translations> m_translations;
    std::unique_ptr<Shortcuts> m_shortcuts;
    ThemeChoice m_choice = ThemeChoice::System;
    double m_fontScale = 1;
    bool m_reducedMotion = false;
    bool m_dark = false;
};

}  // namespace strata::ui
