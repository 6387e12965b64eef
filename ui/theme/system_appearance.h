// What the desktop prefers: dark or light, with motion or without.
#pragma once

#include <QObject>
#include <memory>

class QDBusVariant;

namespace strata::ui {

/// GUI thread; never waits. Until the desktop has answered (xdg-desktop-portal), the palette that Qt was given decides.
class SystemAppearance : public QObject {
    Q_OBJECT
public:
    explicit SystemAppearance(QObject* parent = nullptr);
    [[nodiscard]] bool isDark() const noexcept { return m_dark; }

signals:
    void changed();

private slots:
    void onSettingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void ask();
    void take(uint colourScheme);
    bool m_dark = false;
};

}  // namespace strata::ui
