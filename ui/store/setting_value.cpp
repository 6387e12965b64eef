#include "ui/store/setting_value.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>

namespace strata::ui {
namespace {

constexpr QLatin1String kBytes("base64");

}  // namespace

// A document must be an array or an object: the value stands in an array of one.
QString settingText(const QVariant& value) {
    QJsonValue json = QJsonValue::fromVariant(value);
    if (value.typeId() == QMetaType::QByteArray)
        json = QJsonObject{{kBytes, QString::fromLatin1(value.toByteArray().toBase64())}};
    return QString::fromUtf8(QJsonDocument(QJsonArray{json}).toJson(QJsonDocument::Compact));
}

QVariant settingValue(const QString& text) {
    const QJsonArray array = QJsonDocument::fromJson(text.toUtf8()).array();
    if (array.size() != 1) return {};
    const QJsonObject object = array.at(0).toObject();
    if (object.size() == 1 && object.contains(kBytes))
        return QByteArray::fromBase64(object.value(kBytes).toString().toLatin1());
    return array.at(0).toVariant();
}

}  // namespace strata::ui
