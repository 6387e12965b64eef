// Models, presets, jobs and settings.
#include "ui/store/setting_value.h"
#include "ui/store/store.h"

#include <QDateTime>

namespace strata::ui {
namespace {

PresetRecord presetAt(const QSqlQuery& row) {
    PresetRecord preset;
    preset.name = row.value(0).toString();
    preset.systemPrompt = row.value(1).toString();
    preset.temperature = row.value(2).toDouble();
    preset.topP = row.value(3).toDouble();
    preset.topK = row.value(4).toInt();
    preset.minP = row.value(5).toDouble();
    preset.repetitionPenalty = row.value(6).toDouble();
    preset.presencePenalty = row.value(7).toDouble();
    preset.frequencyPenalty = row.value(8).toDouble();
    if (!row.isNull(9)) preset.seed = static_cast<quint64>(row.value(9).toLongLong());
    preset.maximumTokens = row.value(10).toInt();
    return preset;
}

JobRecord jobAt(const QSqlQuery& row) {
    return {.id = row.value(0).toLongLong(),
            .kind = row.value(1).toString(),
            .source = row.value(2).toString(),
            .output = row.value(3).toString(),
            .optionsJson = row.value(4).toString(),
            .state = static_cast<JobState>(row.value(5).toInt()),
            .fraction = row.value(6).toDouble(),
            .message = row.value(7).toString(),
            .createdMs = row.value(8).toLongLong()};
}

QVariantList jobValues(const JobRecord& job) {
    return {storable(job.kind),          storable(job.source), storable(job.output),  storable(job.optionsJson),
            static_cast<int>(job.state), job.fraction,         storable(job.message), job.createdMs};
}

}  // namespace

StoreResult<QList<StackRecord>> Store::stacks() const {
    STRATA_TRY(QSqlQuery rows, m_database.query(QStringLiteral("SELECT path, name, size_bytes, added_ms, last_used_ms, "
                                                               "memory_bytes, context_length FROM stacks "
                                                               "ORDER BY last_used_ms DESC, added_ms DESC, path")));
    QList<StackRecord> stacks;
    while (rows.next())
        stacks.append({rows.value(0).toString(), rows.value(1).toString(), rows.value(2).toLongLong(),
                       rows.value(3).toLongLong(), rows.value(4).toLongLong(), rows.value(5).toLongLong(),
                       rows.value(6).toLongLong()});
    return stacks;
}

StoreResult<void> Store::saveStack(const StackRecord& stack) {
    return m_database.run(QStringLiteral("INSERT OR REPLACE INTO stacks (path, name, size_bytes, added_ms, "
                                         "last_used_ms, memory_bytes, context_length) VALUES (?, ?, ?, ?, ?, ?, ?)"),
                          {storable(stack.path), storable(stack.name), stack.sizeBytes, stack.addedMs, stack.lastUsedMs,
                           stack.memoryBytes, stack.contextLength});
}

StoreResult<void> Store::removeStack(const QString& path) {
    return m_database.run(QStringLiteral("DELETE FROM stacks WHERE path = ?"), {storable(path)});
}

StoreResult<QList<PresetRecord>> Store::presets() const {
    STRATA_TRY(
        QSqlQuery rows,
        m_database.query(QStringLiteral(
            "SELECT name, system_prompt, temperature, top_p, top_k, min_p, repetition_penalty, presence_penalty, "
            "frequency_penalty, seed, maximum_tokens FROM presets ORDER BY name COLLATE NOCASE")));
    QList<PresetRecord> presets;
    while (rows.next()) presets.append(presetAt(rows));
    return presets;
}

StoreResult<void> Store::savePreset(const PresetRecord& preset) {
    return m_database.run(
        QStringLiteral("INSERT OR REPLACE INTO presets (name, system_prompt, temperature, top_p, top_k, min_p, "
                       "repetition_penalty, presence_penalty, frequency_penalty, seed, maximum_tokens) "
                       "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {storable(preset.name), storable(preset.systemPrompt), preset.temperature, preset.topP, preset.topK,
         preset.minP, preset.repetitionPenalty, preset.presencePenalty, preset.frequencyPenalty,
         preset.seed ? QVariant(static_cast<qint64>(*preset.seed)) : QVariant(), preset.maximumTokens});
}

StoreResult<void> Store::removePreset(const QString& name) {
    return m_database.run(QStringLiteral("DELETE FROM presets WHERE name = ?"), {storable(name)});
}

StoreResult<QList<JobRecord>> Store::jobs() const {
    STRATA_TRY(QSqlQuery rows, m_database.query(QStringLiteral("SELECT id, kind, source, output, options_json, state, "
                                                               "fraction, message, created_ms FROM jobs ORDER BY id")));
    QList<JobRecord> jobs;
    while (rows.next()) jobs.append(jobAt(rows));
    return jobs;
}

StoreResult<JobRecord> Store::addJob(JobRecord job) {
    if (job.createdMs == 0) job.createdMs = QDateTime::currentMSecsSinceEpoch();
    STRATA_TRY(const QSqlQuery done,
               m_database.query(QStringLiteral("INSERT INTO jobs (kind, source, output, options_json, state, fraction, "
                                               "message, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
                                jobValues(job)));
    job.id = done.lastInsertId().toLongLong();
    return job;
}

StoreResult<void> Store::updateJob(const JobRecord& job) {
    QVariantList values = jobValues(job);
    values.append(job.id);
    return change(QStringLiteral("UPDATE jobs SET kind = ?, source = ?, output = ?, options_json = ?, state = ?, "
                                 "fraction = ?, message = ?, created_ms = ? WHERE id = ?"),
                  values);
}

StoreResult<void> Store::removeJob(qint64 job) {
    return m_database.run(QStringLiteral("DELETE FROM jobs WHERE id = ?"), {job});
}

StoreResult<QHash<QString, QVariant>> Store::settings() const {
    STRATA_TRY(QSqlQuery rows, m_database.query(QStringLiteral("SELECT key, value FROM settings")));
    QHash<QString, QVariant> settings;
    while (rows.next()) {
        const QVariant value = settingValue(rows.value(1).toString());
        if (value.isValid()) settings.insert(rows.value(0).toString(), value);
    }
    return settings;
}

StoreResult<void> Store::saveSettings(const QHash<QString, QVariant>& settings) {
    STRATA_TRY(Transaction transaction, Transaction::begin(m_database));
    for (auto setting = settings.cbegin(); setting != settings.cend(); ++setting) {
        if (setting.value().isValid())
            STRATA_CHECK(m_database.run(QStringLiteral("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)"),
                                        {storable(setting.key()), settingText(setting.value())}));
        else
            STRATA_CHECK(
                m_database.run(QStringLiteral("DELETE FROM settings WHERE key = ?"), {storable(setting.key())}));
    }
    return transaction.commit();
}

}  // namespace strata::ui
