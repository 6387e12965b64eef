// What a screen reader finds: the tree that a program offers on the accessibility bus (AT-SPI), read over D-Bus.
#pragma once

#include <QDBusConnection>
#include <QList>
#include <QString>
#include <functional>
#include <optional>

namespace strata::ui::testing {

struct AccessibleNode {
    QString service = {};
    QString path = {};
    QString name = {};
    QString description = {};
    QString role = {};  ///< "push button"
    bool isShowing = false;
    bool isFocusable = false;
    bool isEnabled = false;
    QList<AccessibleNode> children = {};

    [[nodiscard]] const AccessibleNode* find(const std::function<bool(const AccessibleNode&)>& isIt) const;
    void visit(const std::function<void(const AccessibleNode&)>& look) const;
    [[nodiscard]] QString text(int depth = 0) const;  ///< for messages
};

class AccessibleBus {
public:
    /// Starts the bus where it does not run yet.
    AccessibleBus();
    [[nodiscard]] bool isConnected() const { return m_bus.isConnected(); }
    /// The program's own node with everything below it; nullopt while the program has not come.
    [[nodiscard]] std::optional<AccessibleNode> program(const QString& name) const;
    /// Carries out the control's first action, or the one of that name.
    bool act(const AccessibleNode& node, const QString& action = {}) const;
    /// Minimum, value and maximum of a control that has them.
    [[nodiscard]] QList<double> values(const AccessibleNode& node) const;
    bool setValue(const AccessibleNode& node, double value) const;

private:
    [[nodiscard]] AccessibleNode read(const QString& service, const QString& path, int depth) const;
    [[nodiscard]] QDBusMessage call(const AccessibleNode& node, const QString& interface, const QString& method,
                                    const QVariantList& arguments = {}) const;
    [[nodiscard]] QVariant property(const AccessibleNode& node, const QString& interface, const QString& name) const;
    QDBusConnection m_bus;
};

}  // namespace strata::ui::testing
