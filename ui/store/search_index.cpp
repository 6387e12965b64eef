#include "ui/store/search_index.h"

#include <QFile>
#include <QRegularExpression>
#include <QStringList>
#include <algorithm>

namespace strata::ui {
namespace {

constexpr const char* kTriggers[] = {"search_message_added", "search_message_removed", "search_message_changed",
                                     "search_title_added",   "search_title_removed",   "search_title_changed"};
constexpr const char* kIndexes[] = {"message_words", "message_grams", "title_words", "title_grams"};
constexpr qsizetype kGram = 3;

bool canIndex(const Database& database) {
    bool works = true;
    for (const QString& tokenizer : {QStringLiteral("unicode61 remove_diacritics 2"), QStringLiteral("trigram")}) {
        works = works && database.run(QStringLiteral("CREATE VIRTUAL TABLE temp.search_probe USING fts5 (text, "
                                                     "tokenize = '%1')")
                                          .arg(tokenizer));
        if (works) works = database.run(QStringLiteral("DROP TABLE temp.search_probe")).has_value();
    }
    return works;
}

StoreResult<int> countTriggers(const Database& database) {
    STRATA_TRY(const QVariant count,
               database.value(QStringLiteral("SELECT count(*) FROM sqlite_master WHERE type = "
                                             "'trigger' AND name LIKE 'search\\_%' ESCAPE '\\'")));
    return count.toInt();
}

StoreResult<void> dropTriggers(const Database& database) {
    for (const char* name : kTriggers)
        STRATA_CHECK(database.run(QStringLiteral("DROP TRIGGER IF EXISTS ") + QLatin1String(name)));
    return {};
}

/// Also a damaged one, which SQLite refuses to drop: then its parts are, and its line in the schema.
StoreResult<void> dropIndex(const Database& database, const QString& name) {
    if (database.run(QStringLiteral("DROP TABLE IF EXISTS ") + name)) return {};
    for (const char* part : {"_data", "_idx", "_docsize", "_config"})
        STRATA_CHECK(database.run(QStringLiteral("DROP TABLE IF EXISTS ") + name + QLatin1String(part)));
    STRATA_CHECK(database.run(QStringLiteral("PRAGMA writable_schema = ON")));
    STRATA_CHECK(database.run(QStringLiteral("DELETE FROM sqlite_master WHERE name = ?"), {name}));
    return database.run(QStringLiteral("PRAGMA writable_schema = RESET"));
}

StoreResult<void> build(const Database& database) {
    QFile script(QStringLiteral(":/migrations/search.sql"));
    if (!script.open(QIODevice::ReadOnly))
        return std::unexpected(StoreError{StoreErrorKind::Failed, script.errorString()});
    STRATA_TRY(Transaction transaction, Transaction::begin(database));
    STRATA_CHECK(dropTriggers(database));
    for (const char* name : kIndexes) STRATA_CHECK(dropIndex(database, QLatin1String(name)));
    STRATA_CHECK(database.runScript(QString::fromUtf8(script.readAll())));
    return transaction.commit();
}

/// Scripts that put no spaces between words.
bool isWithoutSpaces(const QString& word) {
    static const QRegularExpression scripts(
        QStringLiteral("[\\p{Han}\\p{Hiragana}\\p{Katakana}\\p{Hangul}\\p{Thai}\\p{Lao}\\p{Khmer}\\p{Myanmar}]"),
        QRegularExpression::UseUnicodePropertiesOption);
    return word.contains(scripts);
}

QString quoted(QString word) {
    return u'"' + word.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString likePattern(QString word) {
    for (const QChar special : {u'\\', u'%', u'_'}) word.replace(special, QStringLiteral("\\") + special);
    return u'%' + word + u'%';
}

/// Where to look: the tables of messages or those of titles.
struct Place {
    const char* text;  // column
    const char* index;
    const char* select;  // of a plain search; %1 = condition
    const char* match;   // of an indexed one; %1 = index, %2 = further conditions
};

constexpr Place kTitles = {"c.title", "title",
                           "SELECT c.id, 0, c.title, c.title FROM conversations c WHERE c.removed_ms = 0 AND %1 "
                           "ORDER BY c.updated_ms DESC LIMIT ?",
                           "SELECT c.id, 0, c.title, snippet(%1, 0, char(2), char(3), '…', %3) FROM %1 JOIN "
                           "conversations c ON c.id = %1.rowid "
                           "WHERE %1 MATCH ? AND c.removed_ms = 0 %2 ORDER BY rank, c.updated_ms DESC LIMIT ?"};
constexpr Place kMessages = {
    "m.text", "message",
    "SELECT c.id, m.id, c.title, m.text FROM messages m JOIN conversations c ON c.id = m.conversation "
    "WHERE c.removed_ms = 0 AND %1 ORDER BY m.id DESC LIMIT ?",
    "SELECT c.id, m.id, c.title, snippet(%1, 0, char(2), char(3), '…', %3) FROM %1 JOIN messages m ON m.id = %1.rowid "
    "JOIN conversations c ON c.id = m.conversation "
    "WHERE %1 MATCH ? AND c.removed_ms = 0 %2 ORDER BY rank, m.id DESC LIMIT ?"};

StoreResult<QList<SearchHit>> readHits(StoreResult<QSqlQuery> rows) {
    if (!rows) return std::unexpected(std::move(rows).error());
    QList<SearchHit> hits;
    while (rows->next())
        hits.append({rows->value(0).toLongLong(), rows->value(1).toLongLong(), rows->value(2).toString(),
                     rows->value(3).toString()});
    return hits;
}

/// A condition that every one of `words` stands in the column, and its values.
QString likeAll(const Place& place, const QStringList& words, QVariantList& values) {
    QStringList conditions;
    for (const QString& word : words) {
        conditions.append(QLatin1String(place.text) + QStringLiteral(" LIKE ? ESCAPE '\\'"));
        values.append(likePattern(word));
    }
    return conditions.join(QStringLiteral(" AND "));
}

StoreResult<QList<SearchHit>> searchPlain(const Database& database, const Place& place, const QStringList& words,
                                          int limit) {
    QVariantList values;
    const QString sql = QString::fromUtf8(place.select).arg(likeAll(place, words, values));
    values.append(limit);
    STRATA_TRY(QList<SearchHit> hits, readHits(database.query(sql, values)));
    for (SearchHit& hit : hits) hit.snippet = plainSnippet(hit.snippet, words);
    return hits;
}

StoreResult<QList<SearchHit>> searchWords(const Database& database, const Place& place, const QStringList& words,
                                          int limit) {
    QStringList terms;
    for (const QString& word : words) terms.append(quoted(word) + u'*');
    const QString index = QLatin1String(place.index) + QStringLiteral("_words");
    const QString sql = QString::fromUtf8(place.match).arg(index, QString(), QStringLiteral("24"));
    return readHits(database.query(sql, {terms.join(u' '), limit}));
}

/// Words of three characters and more by the index; those that are too short for it are looked for in what is left.
StoreResult<QList<SearchHit>> searchGrams(const Database& database, const Place& place, const QStringList& words,
                                          int limit) {
    QStringList terms;
    QStringList rest;
    for (const QString& word : words) {
        if (word.toUcs4().size() < kGram)
            rest.append(word);
        else
            terms.append(quoted(word));
    }
    if (terms.isEmpty()) return searchPlain(database, place, words, limit);
    QVariantList values = {terms.join(u' ')};
    QString further = likeAll(place, rest, values);
    if (!further.isEmpty()) further.prepend(QStringLiteral("AND "));
    values.append(limit);
    const QString index = QLatin1String(place.index) + QStringLiteral("_grams");
    return readHits(database.query(QString::fromUtf8(place.match).arg(index, further, QStringLiteral("64")), values));
}

StoreResult<QList<SearchHit>> searchPlace(const Database& database, const Place& place, const QStringList& words,
                                          int limit) {
    if (!std::ranges::any_of(words, isWithoutSpaces)) {
        STRATA_TRY(QList<SearchHit> hits, searchWords(database, place, words, limit));
        if (!hits.isEmpty()) return hits;
    }
    return searchGrams(database, place, words, limit);
}

struct Span {
    qsizetype begin = 0;
    qsizetype end = 0;
};

/// Where the words stand in the text, in order and without overlaps.
QList<Span> findAll(const QString& text, const QStringList& words) {
    QList<Span> spans;
    for (const QString& word : words)
        for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0 && !word.isEmpty();
             at = text.indexOf(word, at + word.size(), Qt::CaseInsensitive))
            spans.append({at, at + word.size()});
    std::ranges::sort(spans, {}, &Span::begin);
    QList<Span> apart;
    for (const Span& span : spans) {
        if (!apart.isEmpty() && span.begin <= apart.last().end)
            apart.last().end = std::max(apart.last().end, span.end);
        else
            apart.append(span);
    }
    return apart;
}

}  // namespace

StoreResult<SearchIndex> SearchIndex::prepare(const Database& database, bool allowFts) {
    SearchIndex index;
    index.m_fts = allowFts && canIndex(database);
    STRATA_TRY(const int triggers, countTriggers(database));
    if (index.m_fts && triggers != static_cast<int>(std::size(kTriggers))) STRATA_CHECK(build(database));
    if (!index.m_fts && triggers > 0) STRATA_CHECK(dropTriggers(database));
    return index;
}

StoreResult<void> SearchIndex::rebuild(const Database& database) const {
    return m_fts ? build(database) : dropTriggers(database);
}

StoreResult<QList<SearchHit>> SearchIndex::search(const Database& database, const QString& words, int limit) const {
    static const QRegularExpression spaces(QStringLiteral("\\s+"));
    QStringList list = storable(words.left(500)).split(spaces, Qt::SkipEmptyParts);
    list.removeDuplicates();
    if (list.isEmpty()) return QList<SearchHit>();
    const auto in = m_fts ? searchPlace : searchPlain;
    STRATA_TRY(QList<SearchHit> hits, in(database, kTitles, list, limit));
    STRATA_TRY(const QList<SearchHit> messages, in(database, kMessages, list, limit));
    hits.append(messages);
    if (hits.size() > limit) hits.resize(limit);
    return hits;
}

QString plainSnippet(const QString& text, const QStringList& words, int length) {
    const QList<Span> spans = findAll(text, words);
    const qsizetype first = spans.isEmpty() ? 0 : spans.first().begin;
    const qsizetype begin = std::max<qsizetype>(0, first - length / 3);
    const qsizetype end = std::min(text.size(), begin + length);
    QString snippet = begin > 0 ? QStringLiteral("…") : QString();
    qsizetype at = begin;
    for (const Span& span : spans) {
        if (span.begin < at || span.end > end) continue;
        snippet += text.mid(at, span.begin - at) + u'\2' + text.mid(span.begin, span.end - span.begin) + u'\3';
        at = span.end;
    }
    snippet += text.mid(at, end - at);
    return end < text.size() ? snippet + u'…' : snippet;
}

}  // namespace strata::ui
