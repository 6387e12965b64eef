#include "ui/theme/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <algorithm>

namespace strata::ui {
namespace {

/// Where the system speaks the language too, numbers and dates are written as it writes them.
QLocale localeFor(const QString& code) {
    const QLocale system = QLocale::system();
    if (code.isEmpty()) return system;
    const QLocale own(code);
    return own.language() == system.language() && own.script() == system.script() ? system : own;
}

void install(QTranslator& translator, const QLocale& words, const QString& file, const QString& folder) {
    QCoreApplication::removeTranslator(&translator);
    if (translator.load(words, file, QStringLiteral("_"), folder)) QCoreApplication::installTranslator(&translator);
}

}  // namespace

QList<Language> languages() {
    return {{QStringLiteral("en"), QStringLiteral("English")},
            {QStringLiteral("de"), QStringLiteral("Deutsch")},
            {QStringLiteral("zh_CN"), QStringLiteral("简体中文")}};
}

QString bestLanguage(const QStringList& wanted) {
    for (const QString& tag : wanted) {
        const QLocale locale(tag);
        for (const Language& language : languages()) {
            const QLocale own(language.code);
            // Traditional characters are another script: who reads them is not served by simplified ones.
            if (own.language() == locale.language() && own.script() == locale.script()) return language.code;
        }
    }
    return languages().first().code;
}

void Translations::choose(const QString& code) {
    const QList<Language> all = languages();
    const bool isKnown = std::ranges::find(all, code, &Language::code) != all.end();
    m_choice = isKnown ? code : QString();
    QLocale::setDefault(localeFor(m_choice));
    const QLocale words(isKnown ? code : bestLanguage(QLocale::system().uiLanguages()));
    install(m_qt, words, QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(m_own, words, QStringLiteral("strata"), QStringLiteral(":/translations"));
}

}  // namespace strata::ui
