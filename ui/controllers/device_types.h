// What can compute, as the window tells of it: values that cross between threads.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMetaType>
#include <QString>
#include <optional>

namespace strata::ui {

enum class DeviceKind : int { Discrete, Integrated, Virtual, Software, Other };

/// One line about a device. Its words are English sources of the context "Devices", translated where they are shown.
struct DeviceFact {
    QByteArray label;
    QByteArray value;  ///< "%1" stands for the number; empty: the number alone
    std::optional<qint64> number;
    bool isBytes = false;
    [[nodiscard]] bool operator==(const DeviceFact&) const = default;
};

struct DeviceReport {
    QString id;  ///< the same after a restart
    QString name;
    QString driver;
    DeviceKind kind = DeviceKind::Other;
    qint64 memoryBytes = 0;
    qint64 freeBytes = 0;       ///< of these, what this program may use now
    bool hasOwnMemory = false;  ///< not the computer's: a model takes it beside the computer's memory
    QString unusable;           ///< why no model can run on it, as the engine says; empty: one can
    QList<QByteArray> found;    ///< what it has
    QList<QByteArray> lacks;
    QList<DeviceFact> limits;
    QList<DeviceFact> paths;  ///< which way is taken, of several
    [[nodiscard]] bool isUsable() const noexcept { return unusable.isEmpty(); }
    [[nodiscard]] bool operator==(const DeviceReport&) const = default;
};

/// Why there is nothing beside the processor.
enum class DeviceLack : int {
    None,
    NotBuilt,  ///< this program has no GPU support
    NotFound,  ///< the system has none, or no driver for it
    NoAnswer,  ///< a driver has not answered for long
};

struct DeviceList {
    QList<DeviceReport> devices;
    QString automaticId;  ///< what Automatic means now; empty: the processor
    QString processorName;
    DeviceLack lack = DeviceLack::None;
    QString detail;  ///< what the engine said of it
    /// Null where there is none.
    [[nodiscard]] const DeviceReport* find(const QString& id) const {
        for (const DeviceReport& device : devices)
            if (device.id == id) return &device;
        return nullptr;
    }
    [[nodiscard]] bool operator==(const DeviceList&) const = default;
};

/// Which one the user wants.
struct DeviceChoice {
    enum class Kind : int { Automatic, Processor, Device };
    Kind kind = Kind::Processor;
    QString id;    ///< of a Device
    QString name;  ///< of it, for words while it is not there
    [[nodiscard]] bool operator==(const DeviceChoice&) const = default;
};

/// Of each device's own memory, the most that a model may take; one that is not in it may take all that is free.
using DeviceBudgets = QHash<QString, qint64>;  ///< by DeviceReport::id

/// What computes.
struct DeviceInUse {
    QString id;    ///< empty: the processor
    QString name;  ///< the device's
    bool hasOwnMemory = false;
    qint64 memoryBytes = 0;
    [[nodiscard]] bool isProcessor() const noexcept { return id.isEmpty(); }
    [[nodiscard]] bool operator==(const DeviceInUse&) const = default;
};

/// "llvmpipe" of "llvmpipe (LLVM 15.0.6, 256 bits)": enough to tell it by.
[[nodiscard]] inline QString shortDeviceName(const QString& name) {
    const qsizetype bracket = name.indexOf(QLatin1String(" ("));
    return bracket > 0 ? name.left(bracket) : name;
}

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::DeviceInUse)
