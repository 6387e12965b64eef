#include "ui/store/app_folders.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>

namespace strata::ui {
namespace {

constexpr QLatin1String kName("/strata");

}  // namespace

AppFolders AppFolders::standard() {
    AppFolders folders;
    folders.data = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + kName;
    folders.config = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + kName;
    folders.cache = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation) + kName;
    folders.models = folders.data + QStringLiteral("/models");
    return folders;
}

AppFolders AppFolders::portable(const QString& executableFolder) {
    const QString base = QDir(executableFolder).absoluteFilePath(QStringLiteral("strata-data"));
    return {base, base + QStringLiteral("/config"), base + QStringLiteral("/cache"), base + QStringLiteral("/models")};
}

QString AppFolders::database() const {
    return data + QStringLiteral("/strata.db");
}

bool AppFolders::create() const {
    constexpr QFile::Permissions kOwnerOnly = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    for (const QString& folder : {data, config, cache, models}) {
        const bool existed = QFileInfo::exists(folder);
        if (!QDir().mkpath(folder)) return false;
        // The conversations are the user's own business; what they have set themselves is left.
        if (!existed && !QFile::setPermissions(folder, kOwnerOnly)) return false;
        if (!QFileInfo(folder).isWritable()) return false;
    }
    return true;
}

}  // namespace strata::ui
