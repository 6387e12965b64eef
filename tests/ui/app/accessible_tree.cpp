#include "tests/ui/app/accessible_tree.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusReply>
#include <QDBusVariant>

namespace strata::ui::testing {
namespace {

constexpr int kMostLevels = 40;
// Numbers of AtspiStateType.
constexpr int kEnabled = 8;
constexpr int kFocusable = 11;
constexpr int kShowing = 25;

const QString kAccessible = QStringLiteral("org.a11y.atspi.Accessible");
const QString kValue = QStringLiteral("org.a11y.atspi.Value");
const QString kAction = QStringLiteral("org.a11y.atspi.Action");
const QString kRoot = QStringLiteral("/org/a11y/atspi/accessible/root");

struct Reference {
    QString service;
    QString path;
};

QList<Reference> references(const QVariant& value) {
    QList<Reference> found;
    const auto argument = value.value<QDBusArgument>();
    argument.beginArray();
    while (!argument.atEnd()) {
        QString service;
        QDBusObjectPath path;
        argument.beginStructure();
        argument >> service >> path;
        argument.endStructure();
        found.append({service, path.path()});
    }
    argument.endArray();
    return found;
}

QDBusConnection accessibilityBus() {
    const QDBusMessage ask =
        QDBusMessage::createMethodCall(QStringLiteral("org.a11y.Bus"), QStringLiteral("/org/a11y/bus"),
                                       QStringLiteral("org.a11y.Bus"), QStringLiteral("GetAddress"));
    const QDBusReply<QString> address = QDBusConnection::sessionBus().call(ask);
    return QDBusConnection::connectToBus(address.value(), QStringLiteral("accessibility"));
}

}  // namespace

const AccessibleNode* AccessibleNode::find(const std::function<bool(const AccessibleNode&)>& isIt) const {
    if (isIt(*this)) return this;
    for (const AccessibleNode& child : children)
        if (const AccessibleNode* found = child.find(isIt)) return found;
    return nullptr;
}

void AccessibleNode::visit(const std::function<void(const AccessibleNode&)>& look) const {
    look(*this);
    for (const AccessibleNode& child : children) child.visit(look);
}

QString AccessibleNode::text(int depth) const {
    QString text = QString(2 * depth, u' ') + role + QStringLiteral(" “") + name + QStringLiteral("” ") + description +
                   (isShowing ? QString() : QStringLiteral(" (hidden)")) + u'\n';
    for (const AccessibleNode& child : children) text += child.text(depth + 1);
    return text;
}

AccessibleBus::AccessibleBus() : m_bus(accessibilityBus()) {}

QDBusMessage AccessibleBus::call(const AccessibleNode& node, const QString& interface, const QString& method,
                                 const QVariantList& arguments) const {
    QDBusMessage message = QDBusMessage::createMethodCall(node.service, node.path, interface, method);
    message.setArguments(arguments);
    return m_bus.call(message);
}

QVariant AccessibleBus::property(const AccessibleNode& node, const QString& interface, const QString& name) const {
    const QDBusMessage reply =
        call(node, QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"), {interface, name});
    return reply.arguments().isEmpty() ? QVariant() : reply.arguments().first().value<QDBusVariant>().variant();
}

AccessibleNode AccessibleBus::read(const QString& service, const QString& path, int depth) const {
    AccessibleNode node{.service = service, .path = path};
    node.name = property(node, kAccessible, QStringLiteral("Name")).toString();
    node.description = property(node, kAccessible, QStringLiteral("Description")).toString();
    node.role = call(node, kAccessible, QStringLiteral("GetRoleName")).arguments().value(0).toString();
    const QVariantList states = call(node, kAccessible, QStringLiteral("GetState")).arguments();
    const auto bits = qdbus_cast<QList<uint>>(states.value(0));
    const auto has = [&](int state) { return !bits.isEmpty() && (bits[0] >> state & 1U) != 0; };
    node.isEnabled = has(kEnabled);
    node.isFocusable = has(kFocusable);
    node.isShowing = has(kShowing);
    if (depth > kMostLevels) return node;
    const QVariantList children = call(node, kAccessible, QStringLiteral("GetChildren")).arguments();
    if (children.isEmpty()) return node;
    for (const Reference& child : references(children.first()))
        node.children.append(read(child.service, child.path, depth + 1));
    return node;
}

std::optional<AccessibleNode> AccessibleBus::program(const QString& name) const {
    const AccessibleNode registry{.service = QStringLiteral("org.a11y.atspi.Registry"), .path = kRoot};
    const QVariantList programs = call(registry, kAccessible, QStringLiteral("GetChildren")).arguments();
    if (programs.isEmpty()) return std::nullopt;
    for (const Reference& found : references(programs.first())) {
        const AccessibleNode node{.service = found.service, .path = found.path};
        if (property(node, kAccessible, QStringLiteral("Name")).toString() == name)
            return read(found.service, found.path, 0);
    }
    return std::nullopt;
}

bool AccessibleBus::act(const AccessibleNode& node, const QString& action) const {
    int which = 0;
    if (!action.isEmpty()) {
        const int count = property(node, kAction, QStringLiteral("NActions")).toInt();
        const auto nameOf = [&](int index) {
            return call(node, kAction, QStringLiteral("GetName"), {index}).arguments().value(0).toString();
        };
        while (which < count && nameOf(which) != action) ++which;
    }
    return call(node, kAction, QStringLiteral("DoAction"), {which}).arguments().value(0).toBool();
}

QList<double> AccessibleBus::values(const AccessibleNode& node) const {
    QList<double> found;
    for (const char* name : {"MinimumValue", "CurrentValue", "MaximumValue"})
        found.append(property(node, kValue, QLatin1String(name)).toDouble());
    return found;
}

bool AccessibleBus::setValue(const AccessibleNode& node, double value) const {
    const QDBusMessage reply = call(node, QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Set"),
                                    {kValue, QStringLiteral("CurrentValue"), QVariant::fromValue(QDBusVariant(value))});
    return reply.type() == QDBusMessage::ReplyMessage;
}

}  // namespace strata::ui::testing
