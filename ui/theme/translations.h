// The languages of the program, and which of them is in force.
#pragma once

#include <QList>
#include <QLocale>
#include <QString>
#include <QStringList>
#include <QTranslator>

namespace strata::ui {

struct Language {
    QString code;  ///< as the files in resources/translations are named
    QString name;  ///< in itself
};

/// English first: it is the source, and complete by nature.
[[nodiscard]] QList<Language> languages();

/// The first language of `wanted` (BCP 47, most wanted first) that there is; else English.
[[nodiscard]] QString bestLanguage(const QStringList& wanted);

/// Words and numbers of one language for the whole program. GUI thread; needs an application.
class Translations {
public:
    /// Empty, or a code there is no language for: what the system prefers.
    void choose(const QString& code);
    [[nodiscard]] const QString& choice() const noexcept { return m_choice; }

private:
    QString m_choice;
    QTranslator m_qt;  ///< Qt's own words, where the system has them
    QTranslator m_own;
};

}  // namespace strata::ui
