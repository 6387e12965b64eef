// Where the application keeps its files.
#pragma once

#include <QString>

namespace strata::ui {

/// Absolute paths. Plain value.
struct AppFolders {
    QString data;    ///< the database and, below it, the models
    QString config;  ///< nothing but what an administrator may put there
    QString cache;   ///< may be deleted at any time
    QString models;  ///< where compressed and downloaded models go unless a setting says otherwise

    /// The XDG base directories (XDG_DATA_HOME and so on, or ~/.local/share/strata and so on).
    [[nodiscard]] static AppFolders standard();
    /// Everything in FOLDER/strata-data: for a stick that is carried from one computer to another.
    [[nodiscard]] static AppFolders portable(const QString& executableFolder);

    [[nodiscard]] QString database() const;
    /// Creates them, readable by nobody else. False when one of them cannot be made or written.
    [[nodiscard]] bool create() const;
};

}  // namespace strata::ui
