// What a dropped or chosen file is, found out on a thread of its own: a drop must say what it will do before it is
// done.
#pragma once

#include "core/base/file.h"
#include "ui/controllers/dropped_source.h"
#include "ui/controllers/engine_types.h"

#include <QObject>
#include <QStringList>
#include <filesystem>
#include <functional>
#include <memory>

class QThread;

namespace strata::ui {

struct SourceDescription {
    QString path;  ///< of the file or folder
    SourceKind kind = SourceKind::None;
    QString name;
    QString architecture;
    QString licence;
    QString tokenizer;  ///< "49,152 tokens"
    qint64 parameters = 0;
    qint64 width = 0;  ///< columns of most matrices; decides the time of a compression
    qint64 sizeBytes = 0;
    bool hasChatTemplate = false;
    bool isUsable = false;  ///< this version can load or compress it
    Problem problem;        ///< why not
    QString output;         ///< where its stack could go; of inspect() with a folder
};

/// How long codes are improved: quick ones are made once.
enum class Effort : int { Quick, Best };

/// What compressing a source will cost.
struct CompressionCost {
    qint64 stackBytes = 0;
    qint64 workBytes = 0;  ///< disk while it runs, beside the stack
    qint64 peakMemoryBytes = 0;
    // About, by this computer's cores and what was measured on others; 0 where nothing was.
    double seconds = 0;
    double quickSeconds = 0;
    qint64 freeDiskBytes = 0;
    Problem problem;  ///< why it cannot be done, or not there, at any cost; else without a title
    [[nodiscard]] double secondsOf(Effort effort) const noexcept {
        return effort == Effort::Quick ? quickSeconds : seconds;
    }
    [[nodiscard]] qint64 neededDiskBytes() const noexcept { return stackBytes + workBytes; }
    [[nodiscard]] bool fitsDisk() const noexcept { return neededDiskBytes() <= freeDiskBytes; }
    [[nodiscard]] bool isPayable() const noexcept { return problem.title.isEmpty() && fitsDisk(); }
};

/// Bytes that may be written at a path. Any thread.
using DiskSpace = std::function<Result<std::uint64_t>(const std::filesystem::path&)>;

/// Looks at one path. Blocks: not on the GUI thread.
[[nodiscard]] SourceDescription inspectSource(const QString& path);

/// A path in the folder for a stack of this name, where nothing is yet. Blocks.
[[nodiscard]] QString freeOutput(const QString& folder, const QString& name);

/// From the source's header; `planes` is the quality ceiling. Blocks.
[[nodiscard]] CompressionCost compressionCost(const SourceDescription& source, unsigned planes, const QString& output,
                                              const DiskSpace& freeDisk = freeDiskBytes);

/// GUI thread; the looking is done elsewhere. A later question makes the answer to an earlier one unwanted.
class SourceInspector : public QObject {
    Q_OBJECT
public:
    explicit SourceInspector(QObject* parent = nullptr, DiskSpace freeDisk = freeDiskBytes);
    ~SourceInspector() override;
    /// `outputFolder`: where what is made of them is to go.
    RequestId inspect(const QStringList& paths, const QString& outputFolder = {});
    RequestId askCost(const SourceDescription& source, unsigned planes, const QString& output);

signals:
    void inspected(strata::ui::RequestId request, const QList<strata::ui::SourceDescription>& sources);
    void costKnown(strata::ui::RequestId request, const strata::ui::CompressionCost& cost);

private:
    std::unique_ptr<QThread> m_thread;
    QObject* m_worker = nullptr;
    DiskSpace m_freeDisk;
    RequestId m_last = 0;
};

}  // namespace strata::ui

Q_DECLARE_METATYPE(strata::ui::SourceDescription)
Q_DECLARE_METATYPE(strata::ui::CompressionCost)
