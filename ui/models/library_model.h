// The models that the user has, as rows.
#pragma once

#include "ui/controllers/engine_types.h"
#include "ui/models/fit.h"
#include "ui/store/records.h"

#include <QAbstractListModel>
#include <QList>
#include <QString>

namespace strata::ui {

/// One model: what the user made of it and what the file says; or why it cannot be used.
struct LibraryEntry {
    StackRecord record;  ///< `path` identifies the row
    StackSummary stack;  ///< empty when `problem` is set
    Problem problem;     ///< an empty title = none
    [[nodiscard]] bool isUsable() const noexcept { return problem.title.isEmpty(); }
};

/// Sorted by name. GUI thread. Changes arrive as insertions, removals, moves and changes of single rows: selections
/// stay.
class LibraryModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role : int {
        PathRole = Qt::UserRole + 1,
        UsableRole,      ///< bool
        ParametersRole,  ///< "135 M"
        SizeBytesRole,
        RangeRole,    ///< "runs from 46 MB to 131 MB"
        QualityRole,  ///< double, the measured agreement of the whole stack; 0 = not measured
        LicenceRole,
        LastUsedMsRole,
        FitKindRole,       ///< int of FitKind
        FitTextRole,       ///< "fits below 98 %"
        MissingTextRole,   ///< "needs 3.1 GB more than is free"
        ProblemTitleRole,  ///< empty = none
        ProblemRemedyRole,
        LoadedRole,  ///< bool: the model of the present chat
        SummaryRole,
        RecordRole,
    };

    explicit LibraryModel(QObject* parent = nullptr);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    /// Adds the entry, or replaces that of the same path.
    void put(const LibraryEntry& entry);
    void remove(const QString& path);
    void setMemory(const MemoryForFit& memory);
    /// Empty = none.
    void setLoaded(const QString& path);

    [[nodiscard]] int rowOf(const QString& path) const;
    /// nullptr when there is none of that path; valid until the next change.
    [[nodiscard]] const LibraryEntry* find(const QString& path) const;
    [[nodiscard]] const QList<LibraryEntry>& entries() const noexcept { return m_entries; }

private:
    [[nodiscard]] QVariant text(const LibraryEntry& entry, int role) const;
    [[nodiscard]] int placeFor(const LibraryEntry& entry, int without) const;
    QList<LibraryEntry> m_entries;
    MemoryForFit m_memory;
    QString m_loaded;
};

}  // namespace strata::ui
