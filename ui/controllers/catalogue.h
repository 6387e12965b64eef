// Models that the application suggests, with where their makers publish them: resources/catalogue.json.
#pragma once

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>
#include <expected>

namespace strata::ui {

struct CatalogueEntry {
    QString id;
    QString name;
    QString description;
    QString maker;
    QString licence;  ///< SPDX identifier
    qint64 parameters = 0;
    QString file;     ///< name of the file, without a folder
    QString address;  ///< https
    qint64 sizeBytes = 0;
    QString sha256;  ///< 64 lower-case hexadecimal digits
    [[nodiscard]] bool operator==(const CatalogueEntry&) const = default;
};

/// The one that is built in.
[[nodiscard]] QList<CatalogueEntry> catalogue();
/// The error names the entry and the field.
[[nodiscard]] std::expected<QList<CatalogueEntry>, QString> parseCatalogue(const QByteArray& json);

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::CatalogueEntry)
