#include "ui/markdown/code_worker.h"

#include <QHash>

#ifdef STRATA_HIGHLIGHTING
#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/State>
#include <KSyntaxHighlighting/Theme>
#endif

namespace strata::ui {

bool CodeQueue::put(quint64 key, CodeRequest request) {
    const QMutexLocker lock(&m_mutex);
    const bool wasEmpty = m_waiting.empty();
    m_waiting.insert_or_assign(key, std::move(request));
    return wasEmpty;
}

bool CodeQueue::take(quint64& key, CodeRequest& request) {
    const QMutexLocker lock(&m_mutex);
    if (m_waiting.empty()) return false;
    // The newest first: it is what is being read.
    const auto last = std::prev(m_waiting.end());
    key = last->first;
    request = std::move(last->second);
    m_waiting.erase(last);
    return true;
}

#ifdef STRATA_HIGHLIGHTING

namespace {

using KSyntaxHighlighting::Theme;

CodeRole roleOf(Theme::TextStyle style) {
    switch (style) {
        case Theme::Keyword:
        case Theme::ControlFlow:
        case Theme::Import:
            return CodeRole::Keyword;
        case Theme::DataType:
        case Theme::Attribute:
        case Theme::Preprocessor:
            return CodeRole::Type;
        case Theme::Function:
        case Theme::BuiltIn:
        case Theme::Extension:
            return CodeRole::Function;
        case Theme::Char:
        case Theme::SpecialChar:
        case Theme::String:
        case Theme::VerbatimString:
        case Theme::SpecialString:
            return CodeRole::String;
        case Theme::DecVal:
        case Theme::BaseN:
        case Theme::Float:
            return CodeRole::Number;
        case Theme::Comment:
        case Theme::Documentation:
        case Theme::Annotation:
        case Theme::CommentVar:
        case Theme::RegionMarker:
        case Theme::Information:
            return CodeRole::Comment;
        case Theme::Constant:
        case Theme::Variable:
            return CodeRole::Constant;
        case Theme::Operator:
            return CodeRole::Operator;
        case Theme::Alert:
        case Theme::Error:
        case Theme::Warning:
            return CodeRole::Error;
        default:
            return CodeRole::Plain;
    }
}

class SpanCollector : public KSyntaxHighlighting::AbstractHighlighter {
public:
    QList<CodeSpan> collect(const QString& code, qsizetype from) {
        KSyntaxHighlighting::State state;
        for (m_lineBegin = 0; m_lineBegin < code.size();) {
            const qsizetype newline = code.indexOf(u'\n', m_lineBegin);
            const qsizetype end = newline < 0 ? code.size() : newline;
            m_from = from;
            state = highlightLine(QStringView(code).sliced(m_lineBegin, end - m_lineBegin), state);
            m_lineBegin = end + 1;
        }
        return m_spans;
    }

protected:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override {
        const CodeRole role = roleOf(format.textStyle());
        const qsizetype begin = m_lineBegin + offset - m_from;
        if (role == CodeRole::Plain || length <= 0 || begin < 0) return;
        CodeSpan* last = m_spans.isEmpty() ? nullptr : &m_spans.last();
        if (last && last->role == role && last->begin + last->length == begin) {
            last->length += length;
        } else {
            m_spans.append({begin, length, role});
        }
    }

private:
    QList<CodeSpan> m_spans;
    qsizetype m_lineBegin = 0;
    qsizetype m_from = 0;
};

/// Names that models write and Kate does not know as a name or an extension.
QString commonName(const QString& language) {
    static const QHash<QString, QString> kNames{
        {QStringLiteral("shell"), QStringLiteral("bash")},
        {QStringLiteral("console"), QStringLiteral("bash")},
        {QStringLiteral("sh"), QStringLiteral("bash")},
        {QStringLiteral("zsh"), QStringLiteral("bash")},
        {QStringLiteral("js"), QStringLiteral("javascript")},
        {QStringLiteral("jsx"), QStringLiteral("javascript")},
        {QStringLiteral("golang"), QStringLiteral("go")},
        {QStringLiteral("csharp"), QStringLiteral("c#")},
        {QStringLiteral("objc"), QStringLiteral("objective-c")},
        {QStringLiteral("plaintext"), QStringLiteral("none")},
        {QStringLiteral("text"), QStringLiteral("none")},
        {QStringLiteral("docker"), QStringLiteral("dockerfile")},
    };
    return kNames.value(language.toLower(), language);
}

}  // namespace

struct CodeWorker::Engine {
    KSyntaxHighlighting::Repository repository;
    QHash<QString, QString> names;  ///< Kate's, by the same in lower case

    Engine() {
        for (const KSyntaxHighlighting::Definition& known : repository.definitions()) {
            names.insert(known.name().toLower(), known.name());
        }
    }

    KSyntaxHighlighting::Definition definition(const QString& language) const {
        const QString name = commonName(language).toLower();
        const KSyntaxHighlighting::Definition byName = repository.definitionForName(names.value(name));
        return byName.isValid() ? byName : repository.definitionForFileName(QStringLiteral("file.") + name);
    }
};

void CodeWorker::work() {
    quint64 key = 0;
    CodeRequest request;
    while (m_queue->take(key, request)) {
        if (!m_engine) m_engine = std::make_unique<Engine>();
        const KSyntaxHighlighting::Definition definition = m_engine->definition(request.language);
        QList<CodeSpan> spans;
        if (definition.isValid()) {
            SpanCollector collector;
            collector.setDefinition(definition);
            spans = collector.collect(request.code, request.from);
        }
        emit highlighted(key, spans);
    }
}

#else

struct CodeWorker::Engine {};

void CodeWorker::work() {}

#endif

CodeWorker::CodeWorker(std::shared_ptr<CodeQueue> queue) : m_queue(std::move(queue)) {}

CodeWorker::~CodeWorker() = default;

}  // namespace strata::ui
