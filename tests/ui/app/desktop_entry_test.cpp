// What the file manager is told: which files are ours, and how they are opened.
#include "tests/support/temporary_folder.h"
#include "tests/support/tiny_model.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QMimeDatabase>
#include <QTest>

namespace strata::ui::testing {
namespace {

const QString kResources = QStringLiteral(STRATA_SOURCE_DIR "/resources/");

class DesktopEntryTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase() {
        qputenv("XDG_DATA_HOME", QByteArray(m_folder.path().c_str()));
        QVERIFY(QDir().mkpath(path("mime/packages")));
        QVERIFY(QFile::copy(kResources + u"desktop/strata.xml"_qs, path("mime/packages/strata.xml")));
        QFile file(kResources + u"desktop/strata.desktop"_qs);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QStringList lines = QString::fromUtf8(file.readAll()).split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.first(), u"[Desktop Entry]"_qs);
        for (const QString& line : lines.mid(1)) {
            QVERIFY2(line.contains(u'='), qPrintable(line));
            m_entry.insert(line.section(u'=', 0, 0), line.section(u'=', 1));
        }
    }

    void filesAreKnownForWhatTheyAre() {
        const test::TinyModel model;
        QVERIFY(model.writeStack(m_folder / "a model.strata"));
        QVERIFY(model.writeGguf(m_folder / "source.gguf"));
        QVERIFY(QFile::copy(path("source.gguf"), path("download")));
        const auto typeOf = [&](const char* name) { return QMimeDatabase().mimeTypeForFile(path(name)).name(); };
        QCOMPARE(typeOf("a model.strata"), u"application/vnd.strata.stack"_qs);
        QCOMPARE(typeOf("source.gguf"), u"application/x-gguf"_qs);
        QCOMPARE(typeOf("download"), u"application/x-gguf"_qs);
    }

    void bothAreOpenedByTheProgram() {
        const QStringList types = m_entry.value(u"MimeType"_qs).split(u';', Qt::SkipEmptyParts);
        QCOMPARE(types, (QStringList{u"application/vnd.strata.stack"_qs, u"application/x-gguf"_qs}));
        for (const QString& type : types) QVERIFY2(QMimeDatabase().mimeTypeForName(type).isValid(), qPrintable(type));
        // Several at once, as local files.
        QCOMPARE(m_entry.value(u"Exec"_qs), u"strata %F"_qs);
        QCOMPARE(m_entry.value(u"Type"_qs), u"Application"_qs);
        QVERIFY(QFileInfo::exists(kResources + u"icons/"_qs + m_entry.value(u"Icon"_qs) + u".svg"_qs));
    }

    void itSpeaksTheLanguagesOfTheWindow() {
        for (const QString& key : {u"GenericName"_qs, u"Comment"_qs})
            for (const QString& language : {QString(), u"[de]"_qs, u"[zh_CN]"_qs})
                QVERIFY2(!m_entry.value(key + language).isEmpty(), qPrintable(key + language));
    }

private:
    [[nodiscard]] QString path(const char* name) const { return QFile::decodeName((m_folder / name).c_str()); }
    test::TemporaryFolder m_folder;
    QHash<QString, QString> m_entry;
};

}  // namespace
}  // namespace strata::ui::testing

QTEST_GUILESS_MAIN(strata::ui::testing::DesktopEntryTest)
#include "desktop_entry_test.moc"
