#include "app/strata/arguments.h"

#include <QDir>
#include <QTest>

namespace strata::app {
namespace {

class ArgumentsTest : public QObject {
    Q_OBJECT
private slots:
    void theCommandLineIsReadBeforeTheWindow() {
        QCOMPARE(parseArguments({"--help"}).action, Arguments::Action::ShowHelp);
        QCOMPARE(parseArguments({"a.gguf", "--version"}).action, Arguments::Action::ShowVersion);
        const Arguments files = parseArguments({"--portable", "-platform", "offscreen", "a b.gguf", "--", "--odd"});
        QVERIFY(files.portable && files.error.empty());
        QCOMPARE(files.files, (QStringList{QDir::current().absoluteFilePath(QStringLiteral("a b.gguf")),
                                           QDir::current().absoluteFilePath(QStringLiteral("--odd"))}));
        QVERIFY(parseArguments({"--colour"}).error.find("--colour") != std::string::npos);
    }
};

}  // namespace
}  // namespace strata::app

QTEST_GUILESS_MAIN(strata::app::ArgumentsTest)
#include "arguments_test.moc"
