// The files in resources/translations: complete, nothing in them that no source says, and faithful in form. What a
// text means, no test knows.
#include "ui/theme/translations.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>
#include <algorithm>
#include <map>

namespace strata::ui {
namespace {

struct Text {
    QString source;
    QStringList forms;  ///< one, or the plural forms
    bool isPlural = false;
    bool isFinished = true;
};
using Texts = std::map<QString, Text>;  ///< by context and source

QString pathOf(const QString& code) {
    return QStringLiteral(STRATA_SOURCE_DIR "/resources/translations/strata_%1.ts").arg(code);
}

Text readMessage(QXmlStreamReader& xml) {
    Text text;
    text.isPlural = xml.attributes().value(QLatin1String("numerus")) == QLatin1String("yes");
    while (xml.readNextStartElement()) {
        if (xml.name() == QLatin1String("source")) {
            text.source = xml.readElementText();
        } else if (xml.name() != QLatin1String("translation")) {
            xml.skipCurrentElement();
        } else {
            text.isFinished = !xml.attributes().hasAttribute(QLatin1String("type"));
            if (!text.isPlural) text.forms = QStringList{xml.readElementText()};
            while (text.isPlural && xml.readNextStartElement()) text.forms.append(xml.readElementText());
        }
    }
    return text;
}

Texts read(const QString& path) {
    QFile file(path);
    Texts texts;
    if (!file.open(QIODevice::ReadOnly)) return texts;
    QXmlStreamReader xml(&file);
    QString context;
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement) continue;
        if (xml.name() == QLatin1String("name")) context = xml.readElementText();
        if (xml.name() != QLatin1String("message")) continue;
        const Text text = readMessage(xml);
        texts.insert_or_assign(context + QLatin1String(" | ") + text.source, text);
    }
    return texts;
}

/// What the sources say now. `said` takes lupdate's complaints.
Texts found(const QString& folder, bool onlyPlurals, QString& said) {
    const QString file = folder + QStringLiteral("/found.ts");
    const QString root = QStringLiteral(STRATA_SOURCE_DIR);
    QStringList arguments{QStringLiteral("-locations"), QStringLiteral("none"), QStringLiteral("-I"), root};
    if (onlyPlurals) arguments.append(QStringLiteral("-pluralonly"));
    for (const char* sources : {"/ui", "/app/strata", "/app/devices"}) arguments << root + QLatin1String(sources);
    arguments << QStringLiteral("-ts") << file;
    QFile::remove(file);
    QProcess process;
    process.start(QStringLiteral(STRATA_LUPDATE), arguments);
    process.waitForFinished(-1);
    said = QString::fromLocal8Bit(process.readAllStandardError());
    return read(file);
}

/// Everything in a text that must be in its translation as often: placeholders, tags, line breaks.
QStringList marks(const QString& text) {
    static const QRegularExpression mark(QStringLiteral("%L?[0-9]+|%n|</?[a-z]+[^>]*>|\\n"));
    QStringList all;
    for (auto match = mark.globalMatch(text); match.hasNext();) all.append(match.next().captured());
    all.sort();
    return all;
}

int mnemonics(QString text) {
    return static_cast<int>(text.remove(QStringLiteral("&&")).count(QLatin1Char('&')));
}

/// Why the translation cannot be right; empty where nothing speaks against it.
QString fault(const QString& source, const QString& translation, bool isPlural) {
    if (translation.trimmed().isEmpty()) return QStringLiteral("is empty");
    QStringList wanted = marks(source);
    QStringList present = marks(translation);
    // A form for one thing may say "one".
    if (isPlural) wanted.removeAll(QStringLiteral("%n"));
    if (isPlural) present.removeAll(QStringLiteral("%n"));
    if (wanted != present) return QStringLiteral("has other placeholders, tags or lines");
    if (mnemonics(source) != mnemonics(translation)) return QStringLiteral("has another number of & keys");
    if (source.endsWith(QChar(0x2026)) != translation.endsWith(QChar(0x2026)))
        return QStringLiteral("ends in … or not");
    if (source.endsWith(QLatin1Char(' ')) != translation.endsWith(QLatin1Char(' ')))
        return QStringLiteral("ends in a space or not");
    if (source.contains(QLatin1String(";;")) != translation.contains(QLatin1String(";;")))
        return QStringLiteral("has other file filters");
    return {};
}

class TranslationFilesTest : public QObject {
    Q_OBJECT
private slots:
    void theSourcesAreUnderstood() {
        QString said;
        const Texts texts = found(m_folder.path(), false, said);
        QVERIFY(texts.size() > 400);
        // A class that lupdate does not know gives a context that the program does not ask for.
        QVERIFY2(!said.contains(QStringLiteral("Qualifying with unknown")), qPrintable(said));
        for (const auto& [key, text] : texts)
            QVERIFY2(!key.startsWith(QStringLiteral("QObject |")), qPrintable(QStringLiteral("no context: ") + key));
    }

    void everyTextIsTranslated_data() {
        QTest::addColumn<QString>("code");
        QTest::addColumn<bool>("onlyPlurals");
        for (const Language& language : languages())
            QTest::newRow(qPrintable(language.code)) << language.code << (language.code == QLatin1String("en"));
    }
    void everyTextIsTranslated() {
        QFETCH(QString, code);
        QFETCH(bool, onlyPlurals);
        QString said;
        const Texts wanted = found(m_folder.path(), onlyPlurals, said);
        const Texts present = read(pathOf(code));
        QVERIFY(!wanted.empty() && !present.empty());
        QStringList faults;
        for (const auto& [key, text] : wanted)
            if (!present.contains(key)) faults.append(QStringLiteral("not in the file: ") + key);
        for (const auto& [key, text] : present)
            if (!wanted.contains(key)) faults.append(QStringLiteral("in no source any more: ") + key);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n') + QStringLiteral("\nrun `ninja translations`")));
        for (const auto& [key, text] : present) {
            if (!text.isFinished) faults.append(QStringLiteral("unfinished: ") + key);
            if (text.isPlural && !text.forms.last().contains(QStringLiteral("%n")))
                faults.append(QStringLiteral("does not say how many: ") + key);
            for (const QString& form : text.forms) {
                const QString why = fault(text.source, form, text.isPlural);
                if (!why.isEmpty()) faults.append(why + QStringLiteral(": ") + key + QStringLiteral(" -> ") + form);
            }
        }
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join(u'\n')));
    }

    void aWrongTranslationIsFound() {
        const auto isWrong = [](const char* source, const char* translation) {
            return !fault(QString::fromUtf8(source), QString::fromUtf8(translation), false).isEmpty();
        };
        QVERIFY(!isWrong("%1 of %2", "%2 hat %1"));
        QVERIFY(isWrong("%1 of %2", "%1 von %1"));
        QVERIFY(isWrong("a <b>b</b>", "a b"));
        QVERIFY(isWrong("&Theme", "Thema"));
        QVERIFY(isWrong("Open…", "Öffnen"));
        QVERIFY(isWrong("Open", " "));
        QVERIFY(fault(QStringLiteral("%n file(s)"), QStringLiteral("eine Datei"), true).isEmpty());
    }

    void theRightLanguageIsTaken() {
        const auto best = [](const QStringList& wanted) { return bestLanguage(wanted); };
        QCOMPARE(best({QStringLiteral("de-AT"), QStringLiteral("en")}), QStringLiteral("de"));
        QCOMPARE(best({QStringLiteral("zh-Hans-CN")}), QStringLiteral("zh_CN"));
        QCOMPARE(best({QStringLiteral("zh-SG")}), QStringLiteral("zh_CN"));
        // Other characters: English is read by more.
        QCOMPARE(best({QStringLiteral("zh-TW")}), QStringLiteral("en"));
        QCOMPARE(best({QStringLiteral("fr-FR"), QStringLiteral("de-DE")}), QStringLiteral("de"));
        QCOMPARE(best({QStringLiteral("C")}), QStringLiteral("en"));
        QCOMPARE(best({}), QStringLiteral("en"));
    }

    void chosenWordsAndNumbersAreInForce() {
        Translations translations;
        translations.choose(QStringLiteral("de"));
        QCOMPARE(QCoreApplication::translate("ProblemText", "This is not a model."),
                 QStringLiteral("Das ist kein Modell."));
        QCOMPARE(QCoreApplication::translate("QPlatformTheme", "Cancel"), QStringLiteral("Abbrechen"));
        QCOMPARE(QLocale().toString(1.5, 'f', 1), QStringLiteral("1,5"));
        translations.choose(QStringLiteral("zh_CN"));
        QCOMPARE(QCoreApplication::translate("ProblemText", "This is not a model."), QStringLiteral("这不是模型。"));
        // One that is not known, from a setting of a newer version perhaps: the system's.
        translations.choose(QStringLiteral("tlh"));
        QCOMPARE(translations.choice(), QString());
        QCOMPARE(QCoreApplication::translate("ProblemText", "This is not a model."),
                 QStringLiteral("This is not a model."));
    }

private:
    QTemporaryDir m_folder;
};

}  // namespace
}  // namespace strata::ui

QTEST_MAIN(strata::ui::TranslationFilesTest)
#include "translation_files_test.moc"
