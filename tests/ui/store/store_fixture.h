// A database in a folder of its own, for the tests of the store.
#pragma once

#include "ui/store/store.h"

#include <QTemporaryDir>
#include <QTest>

namespace strata::ui::test {

/// Ends the test with the store's words when `result` is an error.
#define STRATA_VERIFY(result)                                                    \
    do {                                                                         \
        const auto& verified = (result);                                         \
        QVERIFY2(verified, verified ? "" : qPrintable(verified.error().detail)); \
    } while (false)

class StoreFolder {
public:
    [[nodiscard]] QString path() const { return m_folder.filePath(QStringLiteral("strata.db")); }
    [[nodiscard]] QString file(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] StoreResult<std::unique_ptr<Store>> open(const StoreOptions& options = {}) const {
        auto opened = Store::open(path(), options);
        if (!opened) return std::unexpected(opened.error());
        return std::move(opened->store);
    }

private:
    QTemporaryDir m_folder;
};

inline ConversationRecord conversation(const QString& title) {
    ConversationRecord record;
    record.title = title;
    return record;
}

inline MessageRecord message(ConversationId conversation, MessageId parent, const QString& text,
                             Role role = Role::User) {
    MessageRecord record;
    record.conversation = conversation;
    record.parent = parent;
    record.text = text;
    record.role = role;
    return record;
}

}  // namespace strata::ui::test
