#include "ui/store/conversation_file.h"

#include "core/base/result.h"

#include <QCoreApplication>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <array>

namespace strata::ui {
namespace {

constexpr QLatin1String kFormat("strata-conversation");
constexpr int kVersion = 1;
constexpr qsizetype kMaximumBytes = 256 << 20;
constexpr qsizetype kTitleLength = 60;
constexpr std::array kRoles = {QLatin1String("system"), QLatin1String("user"), QLatin1String("assistant"),
                               QLatin1String("tool")};

QString say(const char* text) {
    return QCoreApplication::translate("ConversationFile", text);
}

QString headingOf(const MessageRecord& message) {
    switch (message.role) {
        case Role::User:
            return say(QT_TRANSLATE_NOOP("ConversationFile", "You"));
        case Role::System:
            return say(QT_TRANSLATE_NOOP("ConversationFile", "System"));
        case Role::Tool:
            return say(QT_TRANSLATE_NOOP("ConversationFile", "Tool"));
        case Role::Assistant:
            break;
    }
    const QString& model = message.statistics.modelName;
    return model.isEmpty() ? say(QT_TRANSLATE_NOOP("ConversationFile", "Assistant")) : model;
}

QJsonObject statisticsJson(const AnswerStatistics& statistics) {
    return {{QStringLiteral("tokens"), statistics.tokens},
            {QStringLiteral("tokens_per_second"), statistics.tokensPerSecond},
            {QStringLiteral("time_to_first_token_ms"), statistics.timeToFirstTokenMs},
            {QStringLiteral("memory_bytes"), statistics.memoryBytes},
            {QStringLiteral("agreement"), statistics.agreement},
            {QStringLiteral("model"), statistics.modelName},
            {QStringLiteral("stopped"), statistics.stopped}};
}

QJsonObject messageJson(const MessageRecord& message, const QHash<MessageId, qint64>& numbers) {
    QJsonObject json{{QStringLiteral("id"), numbers.value(message.id)},
                     {QStringLiteral("parent"), numbers.value(message.parent)},
                     {QStringLiteral("role"), kRoles[static_cast<std::size_t>(message.role)]},
                     {QStringLiteral("text"), message.text},
                     {QStringLiteral("created_ms"), message.createdMs}};
    if (message.statistics != AnswerStatistics())
        json[QStringLiteral("statistics")] = statisticsJson(message.statistics);
    return json;
}

/// The fields of one object. Reads go on after an error, which the first one of them keeps.
class Fields {
public:
    Fields(const QJsonValue& json, QString where) : m_object(json.toObject()), m_where(std::move(where)) {
        if (!json.isObject()) refuse(say(QT_TRANSLATE_NOOP("ConversationFile", "%1 is not an object")).arg(m_where));
    }
    [[nodiscard]] const QString& error() const { return m_error; }
    [[nodiscard]] QJsonValue value(const char* name) const { return m_object.value(QLatin1String(name)); }

    /// Absent fields are 0 or empty unless they are `needed`.
    QString text(const char* name, bool needed = false) {
        const QJsonValue field = value(name);
        if (field.isString() || (field.isUndefined() && !needed)) return field.toString();
        wrong(name, QT_TRANSLATE_NOOP("ConversationFile", "a text"));
        return {};
    }
    double number(const char* name, double least, double most) {
        const QJsonValue field = value(name);
        if (field.isUndefined()) return 0;
        const double number = field.toDouble(least - 1);
        if (field.isDouble() && number >= least && number <= most) return number;
        wrong(name, QT_TRANSLATE_NOOP("ConversationFile", "a number within its range"));
        return 0;
    }
    qint64 whole(const char* name) {
        constexpr double kExact = 9007199254740992.0;  // doubles hold every whole number up to here
        const double real = number(name, 0, kExact);
        if (real != static_cast<double>(static_cast<qint64>(real)))
            wrong(name, QT_TRANSLATE_NOOP("ConversationFile", "a whole number"));
        return static_cast<qint64>(real);
    }
    bool flag(const char* name) {
        const QJsonValue field = value(name);
        if (!field.isBool() && !field.isUndefined())
            wrong(name, QT_TRANSLATE_NOOP("ConversationFile", "true or false"));
        return field.toBool();
    }
    void refuse(const QString& error) {
        if (m_error.isEmpty()) m_error = error;
    }
    void wrong(const char* name, const char* expected) {
        refuse(say(QT_TRANSLATE_NOOP("ConversationFile", "“%1” of %2 is not %3"))
                   .arg(QLatin1String(name), m_where, say(expected)));
    }

private:
    QJsonObject m_object;
    QString m_where;
    QString m_error;
};

AnswerStatistics readStatistics(Fields& fields) {
    constexpr double kMost = 1e15;
    AnswerStatistics statistics;
    statistics.tokens = static_cast<int>(fields.number("tokens", 0, 2e9));
    statistics.tokensPerSecond = fields.number("tokens_per_second", 0, kMost);
    statistics.timeToFirstTokenMs = fields.number("time_to_first_token_ms", 0, kMost);
    statistics.memoryBytes = fields.whole("memory_bytes");
    statistics.agreement = fields.number("agreement", 0, 1);
    statistics.modelName = fields.text("model");
    statistics.stopped = fields.flag("stopped");
    return statistics;
}

std::expected<MessageRecord, QString> readMessage(const QJsonValue& json, qsizetype index) {
    const QString where = say(QT_TRANSLATE_NOOP("ConversationFile", "message %1")).arg(index + 1);
    Fields fields(json, where);
    MessageRecord message;
    message.id = fields.whole("id");
    message.parent = fields.whole("parent");
    message.text = fields.text("text", true);
    message.createdMs = fields.whole("created_ms");
    const auto role = std::ranges::find(kRoles, fields.text("role", true));
    if (role == kRoles.end()) fields.wrong("role", QT_TRANSLATE_NOOP("ConversationFile", "a role that is known"));
    if (message.id == 0) fields.wrong("id", QT_TRANSLATE_NOOP("ConversationFile", "a whole number above 0"));
    if (!fields.value("statistics").isUndefined()) {
        Fields inner(fields.value("statistics"), where);
        message.statistics = readStatistics(inner);
        fields.refuse(inner.error());
    }
    if (!fields.error().isEmpty()) return std::unexpected(fields.error());
    message.role = static_cast<Role>(role - kRoles.begin());
    return message;
}

/// Numbers them from 1, and checks that each stands behind its parent: then there is no cycle.
std::expected<void, QString> renumber(ConversationFile& file) {
    QHash<MessageId, MessageId> numbers = {{0, 0}};
    for (MessageRecord& message : file.messages) {
        const QString where = QString::number(message.id);
        if (!numbers.contains(message.parent))
            return std::unexpected(
                say(QT_TRANSLATE_NOOP("ConversationFile", "message number %1 stands before its parent")).arg(where));
        if (numbers.contains(message.id))
            return std::unexpected(
                say(QT_TRANSLATE_NOOP("ConversationFile", "message number %1 is there twice")).arg(where));
        message.parent = numbers.value(message.parent);
        const MessageId number = numbers.size();
        numbers.insert(message.id, number);
        message.id = number;
    }
    file.conversation.leaf = numbers.value(file.conversation.leaf, file.messages.size());
    return {};
}

std::expected<QJsonObject, QString> readObject(const QByteArray& json) {
    if (json.size() > kMaximumBytes)
        return std::unexpected(say(QT_TRANSLATE_NOOP("ConversationFile", "the file is larger than 256 MB")));
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (document.isNull())
        return std::unexpected(say(QT_TRANSLATE_NOOP("ConversationFile", "the file is not JSON (%1, at byte %2)"))
                                   .arg(error.errorString())
                                   .arg(error.offset));
    const QJsonObject object = document.object();
    if (object.value(QStringLiteral("format")) != kFormat)
        return std::unexpected(say(
            QT_TRANSLATE_NOOP("ConversationFile", "the file is JSON, but not a conversation that Strata exported")));
    if (object.value(QStringLiteral("version")).toInt() != kVersion)
        return std::unexpected(say(
            QT_TRANSLATE_NOOP("ConversationFile", "the file was written by a newer version of Strata; update Strata")));
    return object;
}

}  // namespace

QList<MessageRecord> branchOf(const QList<MessageRecord>& messages, MessageId leaf) {
    QHash<MessageId, qsizetype> places;
    for (qsizetype at = 0; at < messages.size(); ++at) places.insert(messages[at].id, at);
    QList<MessageRecord> branch;
    qsizetype at = places.value(leaf, messages.size() - 1);
    while (at >= 0 && branch.size() <= messages.size()) {
        branch.append(messages[at]);
        at = places.value(messages[at].parent, -1);
    }
    std::ranges::reverse(branch);
    return branch;
}

QString conversationMarkdown(const ConversationFile& file) {
    QString text = QStringLiteral("# %1\n").arg(file.conversation.title);
    if (!file.conversation.systemPrompt.isEmpty())
        text += QStringLiteral("\n## %1\n\n%2\n")
                    .arg(say(QT_TRANSLATE_NOOP("ConversationFile", "System")), file.conversation.systemPrompt);
    for (const MessageRecord& message : branchOf(file.messages, file.conversation.leaf))
        text += QStringLiteral("\n## %1\n\n%2\n").arg(headingOf(message), message.text.trimmed());
    return text;
}

QByteArray conversationJson(const ConversationFile& file) {
    QHash<MessageId, qint64> numbers = {{0, 0}};
    for (const MessageRecord& message : file.messages) numbers.insert(message.id, numbers.size());
    QJsonArray messages;
    for (const MessageRecord& message : file.messages) messages.append(messageJson(message, numbers));
    const ConversationRecord& conversation = file.conversation;
    const QJsonObject json{{QStringLiteral("format"), kFormat},
                           {QStringLiteral("version"), kVersion},
                           {QStringLiteral("title"), conversation.title},
                           {QStringLiteral("created_ms"), conversation.createdMs},
                           {QStringLiteral("updated_ms"), conversation.updatedMs},
                           {QStringLiteral("system_prompt"), conversation.systemPrompt},
                           {QStringLiteral("leaf"), numbers.value(conversation.leaf)},
                           {QStringLiteral("messages"), messages}};
    return QJsonDocument(json).toJson(QJsonDocument::Indented);
}

std::expected<ConversationFile, QString> parseConversation(const QByteArray& json) {
    STRATA_TRY(const QJsonObject object, readObject(json));
    Fields fields(object, say(QT_TRANSLATE_NOOP("ConversationFile", "the conversation")));
    ConversationFile file;
    file.conversation.title = fields.text("title");
    file.conversation.createdMs = fields.whole("created_ms");
    file.conversation.updatedMs = fields.whole("updated_ms");
    file.conversation.systemPrompt = fields.text("system_prompt");
    file.conversation.leaf = fields.whole("leaf");
    const QJsonValue messages = fields.value("messages");
    if (!messages.isArray()) fields.wrong("messages", QT_TRANSLATE_NOOP("ConversationFile", "a list"));
    if (!fields.error().isEmpty()) return std::unexpected(fields.error());
    for (const QJsonValue& entry : messages.toArray()) {
        STRATA_TRY(MessageRecord message, readMessage(entry, file.messages.size()));
        file.messages.append(std::move(message));
    }
    STRATA_CHECK(renumber(file));
    return file;
}

QString titleFromMessage(const QString& text) {
    static const QRegularExpression letter(QStringLiteral("[\\p{L}\\p{N}]"));
    static const QRegularExpression marks(QStringLiteral("^[\\s#>*_`~=+-]+|[*_`]+"));
    for (const QString& line : text.left(10'000).split(u'\n')) {
        if (!line.contains(letter) || line.trimmed().startsWith(QStringLiteral("```"))) continue;
        QString title = QString(line).remove(marks).simplified();
        if (title.size() <= kTitleLength) return title;
        const qsizetype space = title.lastIndexOf(u' ', kTitleLength - 1);
        qsizetype end = space > kTitleLength / 2 ? space : kTitleLength - 1;
        if (title.at(end - 1).isHighSurrogate()) --end;
        return title.left(end) + u'…';
    }
    return {};
}

QString fileNameFor(const QString& title) {
    static const QRegularExpression forbidden(QStringLiteral("[\\x{0}-\\x{1f}\\x{7f}<>:\"/\\\\|?*]+"));
    QString name = QString(title).replace(forbidden, QStringLiteral(" ")).simplified().left(80);
    if (!name.isValidUtf16()) name.chop(1);
    while (name.startsWith(u'.') || name.startsWith(u' ')) name.remove(0, 1);
    while (name.endsWith(u'.') || name.endsWith(u' ')) name.chop(1);
    return name.isEmpty() ? say(QT_TRANSLATE_NOOP("ConversationFile", "Conversation")) : name;
}

}  // namespace strata::ui
