#include "app/strata/application.h"
#include "app/strata/arguments.h"
#include "app/strata/single_instance.h"
#include "app/strata/system_devices.h"

#include <QApplication>
#include <cstdio>

namespace {

using strata::app::Arguments;

/// Nothing here needs a display.
int answerOnTerminal(const Arguments& arguments) {
    if (!arguments.error.empty()) {
        std::fprintf(stderr, "strata: %s\n", arguments.error.c_str());
        return 2;
    }
    if (arguments.action == Arguments::Action::ShowVersion) {
        std::puts("strata " STRATA_VERSION);
    } else {
        std::fputs(strata::app::helpText().c_str(), stdout);
    }
    return 0;
}

strata::ui::AppFolders foldersOf(const Arguments& arguments) {
    return arguments.portable ? strata::ui::AppFolders::portable(QCoreApplication::applicationDirPath())
                              : strata::ui::AppFolders::standard();
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments = strata::app::parseArguments({argv + 1, argv + argc});
    if (!arguments.error.empty() || arguments.action != Arguments::Action::Run) return answerOnTerminal(arguments);

    QApplication::setApplicationName(QStringLiteral("strata"));
    QApplication::setApplicationDisplayName(QStringLiteral("Strata"));
    QApplication::setApplicationVersion(QStringLiteral(STRATA_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("strata"));
    QApplication qt(argc, argv);
    const strata::ui::AppFolders folders = foldersOf(arguments);
    if (!folders.create()) {
        std::fprintf(stderr, "strata: the folder %s cannot be written; check its permissions\n",
                     folders.data.toLocal8Bit().constData());
        return 1;
    }
    strata::app::SingleInstance instance(folders.database());
    if (instance.handOver(arguments.files)) return 0;
    instance.listen();
    strata::app::Application application(folders, strata::app::systemDevices());
    QObject::connect(&instance, &strata::app::SingleInstance::activated, &application,
                     [&application](const QStringList& files) {
                         application.activate();
                         application.open(files);
                     });
    application.show();
    application.open(arguments.files);
    return QApplication::exec();
}
