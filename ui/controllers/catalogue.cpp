#include "ui/controllers/catalogue.h"

#include "core/base/result.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QUrl>

namespace strata::ui {
namespace {

/// Which field is wrong; nullptr = none.
const char* firstWrong(const CatalogueEntry& entry) {
    static const QRegularExpression hash(QStringLiteral("^[0-9a-f]{64}$"));
    static const QRegularExpression fileName(QStringLiteral("^[A-Za-z0-9_][A-Za-z0-9._-]*$"));
    if (entry.id.isEmpty()) return "id";
    if (entry.name.isEmpty()) return "name";
    if (entry.licence.isEmpty()) return "licence";
    if (!entry.file.contains(fileName)) return "file";
    if (QUrl(entry.address, QUrl::StrictMode).scheme() != QStringLiteral("https")) return "address";
    if (entry.sizeBytes <= 0) return "size_bytes";
    if (!entry.sha256.contains(hash)) return "sha256";
    return nullptr;
}

CatalogueEntry entryFrom(const QJsonObject& json) {
    const auto text = [&](const char* name) { return json.value(QLatin1String(name)).toString(); };
    const auto number = [&](const char* name) { return json.value(QLatin1String(name)).toInteger(); };
    return {text("id"),           text("name"), text("description"), text("maker"),        text("licence"),
            number("parameters"), text("file"), text("address"),     number("size_bytes"), text("sha256")};
}

}  // namespace

std::expected<QList<CatalogueEntry>, QString> parseCatalogue(const QByteArray& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.object().value(QStringLiteral("models")).isArray())
        return std::unexpected(QStringLiteral("the catalogue has no list of models"));
    QList<CatalogueEntry> entries;
    for (const QJsonValue& value : document.object().value(QStringLiteral("models")).toArray()) {
        const CatalogueEntry entry = entryFrom(value.toObject());
        if (const char* field = firstWrong(entry))
            return std::unexpected(
                QStringLiteral("entry %1: “%2” is missing or wrong").arg(entries.size() + 1).arg(QLatin1String(field)));
        entries.append(entry);
    }
    return entries;
}

QList<CatalogueEntry> catalogue() {
    QFile file(QStringLiteral(":/catalogue.json"));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return parseCatalogue(file.readAll()).value_or(QList<CatalogueEntry>());
}

}  // namespace strata::ui
