// What the store keeps, as plain values: they cross threads by copy. Times are milliseconds since the epoch (UTC).
#pragma once

#include <QList>
#include <QMetaType>
#include <QString>
#include <optional>

namespace strata::ui {

using ConversationId = qint64;  ///< 0 = not stored yet
using MessageId = qint64;       ///< 0 = none: a conversation's first messages have no parent

/// A compressed model in the library. `path` identifies it.
struct StackRecord {
    QString path;
    QString name;          ///< what the user calls it; at first the model's own name
    qint64 sizeBytes = 0;  ///< of the file
    qint64 addedMs = 0;
    qint64 lastUsedMs = 0;     ///< 0 = never
    qint64 memoryBytes = 0;    ///< the slider's last place; 0 = everything
    qint64 contextLength = 0;  ///< 0 = the model's own
};

enum class Role : int { System = 0, User = 1, Assistant = 2, Tool = 3 };

/// How an answer came about. Zero where it is not known.
struct AnswerStatistics {
    int tokens = 0;
    double tokensPerSecond = 0;
    double timeToFirstTokenMs = 0;
    qint64 memoryBytes = 0;  ///< weights + KV cache + scratch at its end
    double agreement = 0;    ///< measured top-1 agreement with the source model at that memory, 0..1
    QString modelName;
    bool stopped = false;  ///< by the user, or by a crash: the text may end in the middle
    [[nodiscard]] bool operator==(const AnswerStatistics&) const = default;
};

/// One node of a conversation's tree. Siblings (same parent) are versions of the same turn, in order of creation.
struct MessageRecord {
    MessageId id = 0;
    ConversationId conversation = 0;
    MessageId parent = 0;
    Role role = Role::User;
    QString text;  ///< Markdown as written, `<think>` sections included
    qint64 createdMs = 0;
    AnswerStatistics statistics;  ///< of assistant messages
    [[nodiscard]] bool operator==(const MessageRecord&) const = default;
};

struct ConversationRecord {
    ConversationId id = 0;
    QString title;  ///< empty = not titled yet
    QString folder;
    bool pinned = false;
    qint64 createdMs = 0;
    qint64 updatedMs = 0;
    QString stackPath;     ///< the model it was last held with
    MessageId leaf = 0;    ///< end of the branch that is shown
    QString systemPrompt;  ///< empty = none
    QString presetName;    ///< empty = the model's own sampling
    QString draft;         ///< text in the composer that was not sent
    [[nodiscard]] bool operator==(const ConversationRecord&) const = default;
};

/// Sampling settings under a name. Values outside their range never reach the store.
struct PresetRecord {
    QString name;
    QString systemPrompt;
    double temperature = 0.8;
    double topP = 0.95;
    int topK = 40;
    double minP = 0.05;
    double repetitionPenalty = 1;
    double presencePenalty = 0;
    double frequencyPenalty = 0;
    std::optional<quint64> seed;  ///< nullopt = another one for every answer
    int maximumTokens = 0;        ///< 0 = until the model ends its turn
    [[nodiscard]] bool operator==(const PresetRecord&) const = default;
};

enum class JobState : int { Running = 0, Paused = 1, Done = 2, Failed = 3 };

/// A compression or download that survives a restart of the program.
struct JobRecord {
    qint64 id = 0;
    QString kind;  ///< "compress", "import", "download"
    QString source;
    QString output;
    QString optionsJson;
    JobState state = JobState::Running;
    double fraction = 0;
    QString message;  ///< why it failed
    qint64 createdMs = 0;
};

/// One place where a search found its words. `snippet` holds the hit between U+0002 and U+0003.
struct SearchHit {
    ConversationId conversation = 0;
    MessageId message = 0;  ///< 0 = in the title
    QString title;
    QString snippet;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::StackRecord)
Q_DECLARE_METATYPE(strata::ui::MessageRecord)
Q_DECLARE_METATYPE(strata::ui::ConversationRecord)
Q_DECLARE_METATYPE(strata::ui::PresetRecord)
Q_DECLARE_METATYPE(strata::ui::JobRecord)
Q_DECLARE_METATYPE(strata::ui::SearchHit)
