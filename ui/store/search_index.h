// Full-text search over titles and messages.
#pragma once

#include "ui/store/database.h"
#include "ui/store/records.h"

#include <QList>

namespace strata::ui {

/// The index, kept by triggers, where this SQLite has FTS5; else the same answers by reading every message.
class SearchIndex {
public:
    /// Tests for FTS5 with its tokenizers unicode61 and trigram, and builds the index where it is missing. Where FTS5
    /// is missing, removes triggers that an SQLite which had it has left: they would make every write fail.
    [[nodiscard]] static StoreResult<SearchIndex> prepare(const Database& database, bool allowFts = true);

    [[nodiscard]] bool hasFts() const noexcept { return m_fts; }
    /// Makes the index anew, from the messages.
    [[nodiscard]] StoreResult<void> rebuild(const Database& database) const;
    /// Hits that hold every word (or its beginning), titles first, then the best messages; removed conversations are
    /// left out. At most `limit`.
    [[nodiscard]] StoreResult<QList<SearchHit>> search(const Database& database, const QString& words,
                                                       int limit = 200) const;

private:
    bool m_fts = false;
};

/// Around the first hit, at most about `length` characters, every hit between U+0002 and U+0003. Case is ignored.
[[nodiscard]] QString plainSnippet(const QString& text, const QStringList& words, int length = 120);

}  // namespace strata::ui
