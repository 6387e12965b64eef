// The object that lives on the store's thread. For store_controller.cpp only.
#pragma once

#include "ui/store/store.h"

#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <utility>

namespace strata::ui {

/// Created anywhere, used and destroyed on its thread only.
class StoreWorker : public QObject {
public:
    struct Opening {
        QString movedAside;
        QString damage;
    };
    StoreResult<Opening> open(const QString& path) {
        auto opened = Store::open(path);
        if (!opened) return std::unexpected(m_openError = opened.error());
        m_store = std::move(opened->store);
        m_version = m_store->foreignVersion().value_or(0);
        return Opening{opened->movedAside, opened->damage};
    }

    [[nodiscard]] bool isOpen() const noexcept { return m_store != nullptr; }

    /// Calls operation(store). A damaged search index is made anew, and the operation done once more.
    template <class Operation>
    auto perform(const Operation& operation) -> decltype(operation(std::declval<Store&>())) {
        if (!m_store) return std::unexpected(m_openError);
        auto result = operation(*m_store);
        if (result || result.error().kind != StoreErrorKind::DamagedIndex) return result;
        if (auto rebuilt = m_store->rebuildSearch(); !rebuilt) return std::unexpected(std::move(rebuilt).error());
        return operation(*m_store);
    }

    /// Calls `changed` when another connection has written since the last look.
    void watch(int intervalMs, std::function<void()> changed) {
        m_changed = std::move(changed);
        connect(&m_timer, &QTimer::timeout, this, &StoreWorker::look);
        m_timer.start(intervalMs);
    }

private:
    void look() {
        const auto version = m_store->foreignVersion();
        if (version && std::exchange(m_version, *version) != *version) m_changed();
    }

    std::unique_ptr<Store> m_store;
    StoreError m_openError{StoreErrorKind::CannotOpen, QStringLiteral("not opened")};
    QTimer m_timer{this};
    std::function<void()> m_changed;
    qint64 m_version = 0;
};

}  // namespace strata::ui
