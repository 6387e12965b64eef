// Colours for code, found on a thread of their own so that no language's rules ever hold up the window.
#pragma once

#include <QList>
#include <QObject>
#include <QString>
#include <memory>

namespace strata::ui {

class CodeWorker;

/// What a piece of code is, in the few kinds that a calm palette tells apart.
enum class CodeRole : int { Plain, Keyword, Type, Function, String, Number, Comment, Constant, Operator, Error };

struct CodeSpan {
    qsizetype begin = 0;
    qsizetype length = 0;
    CodeRole role = CodeRole::Plain;
    [[nodiscard]] bool operator==(const CodeSpan&) const = default;
};

/// Longer code is shown in one colour.
inline constexpr qsizetype kLongestHighlight = 128 * 1024;

/// GUI thread. Languages are loaded at the first request, once. Without STRATA_HIGHLIGHTING nothing is ever answered.
class CodeHighlighter : public QObject {
    Q_OBJECT
public:
    explicit CodeHighlighter(QObject* parent = nullptr);
    ~CodeHighlighter() override;

    /// Answers by highlighted(key); a later request with the same key replaces one that has not begun. `language` as
    /// written after a fence ("py", "c++"); unknown ones give no spans. Only spans from `from` on come back.
    void request(quint64 key, const QString& language, const QString& code, qsizetype from = 0);

signals:
    /// Positions in the code that was asked for, counted from `from`; sorted, disjoint, none Plain.
    void highlighted(quint64 key, const QList<strata::ui::CodeSpan>& spans);

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::CodeSpan)
