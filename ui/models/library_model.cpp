#include "ui/models/library_model.h"

#include "ui/models/natural_order.h"
#include "ui/models/number_text.h"

#include <QFileInfo>
#include <algorithm>

namespace strata::ui {
namespace {

QString nameOf(const LibraryEntry& entry) {
    if (!entry.record.name.isEmpty()) return entry.record.name;
    if (!entry.stack.name.isEmpty()) return entry.stack.name;
    return QFileInfo(entry.record.path).completeBaseName();
}

bool standsBefore(const LibraryEntry& left, const LibraryEntry& right) {
    static const QCollator collator = naturalOrder();
    const int order = collator.compare(nameOf(left), nameOf(right));
    return order != 0 ? order < 0 : left.record.path < right.record.path;
}

}  // namespace

LibraryModel::LibraryModel(QObject* parent) : QAbstractListModel(parent) {}

int LibraryModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

QVariant LibraryModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const LibraryEntry& entry = m_entries[index.row()];
    switch (role) {
        case UsableRole:
            return entry.isUsable();
        case SizeBytesRole:
            return entry.isUsable() ? entry.stack.sizeBytes : entry.record.sizeBytes;
        case QualityRole:
            return entry.stack.curve.isEmpty() ? 0 : entry.stack.curve.last().agreement;
        case LastUsedMsRole:
            return entry.record.lastUsedMs;
        case FitKindRole:
            return static_cast<int>(fitOf(entry.stack, m_memory).kind);
        case LoadedRole:
            return !m_loaded.isEmpty() && entry.record.path == m_loaded;
        case SummaryRole:
            return QVariant::fromValue(entry.stack);
        case RecordRole:
            return QVariant::fromValue(entry.record);
        default:
            return text(entry, role);
    }
}

QVariant LibraryModel::text(const LibraryEntry& entry, int role) const {
    switch (role) {
        case Qt::DisplayRole:
            return nameOf(entry);
        case Qt::ToolTipRole:
        case PathRole:
            return entry.record.path;
        case Qt::AccessibleDescriptionRole:
            return entry.isUsable()
                       ? rangeText(entry.stack) + QStringLiteral(", ") + fitText(fitOf(entry.stack, m_memory))
                       : entry.problem.title;
        case ParametersRole:
            return entry.isUsable() ? parametersText(entry.stack.parameters) : QString();
        case RangeRole:
            return entry.isUsable() ? rangeText(entry.stack) : QString();
        case LicenceRole:
            return entry.stack.licence;
        case FitTextRole:
            return fitText(fitOf(entry.stack, m_memory));
        case MissingTextRole:
            return missingText(fitOf(entry.stack, m_memory));
        case ProblemTitleRole:
            return entry.problem.title;
        case ProblemRemedyRole:
            return entry.problem.remedy;
        default:
            return {};
    }
}

QHash<int, QByteArray> LibraryModel::roleNames() const {
    QHash<int, QByteArray> names = QAbstractListModel::roleNames();
    names.insert({{PathRole, "path"}, {UsableRole, "usable"}, {RangeRole, "range"}, {FitTextRole, "fit"}});
    return names;
}

int LibraryModel::placeFor(const LibraryEntry& entry, int without) const {
    int place = 0;
    for (int row = 0; row < m_entries.size(); ++row)
        if (row != without && standsBefore(m_entries[row], entry)) ++place;
    return place;
}

void LibraryModel::put(const LibraryEntry& entry) {
    const int row = rowOf(entry.record.path);
    const int place = placeFor(entry, row);
    if (row < 0) {
        beginInsertRows({}, place, place);
        m_entries.insert(place, entry);
        endInsertRows();
        return;
    }
    if (place != row) {
        beginMoveRows({}, row, row, {}, place > row ? place + 1 : place);
        m_entries.move(row, place);
        endMoveRows();
    }
    m_entries[place] = entry;
    emit dataChanged(index(place), index(place));
}

void LibraryModel::remove(const QString& path) {
    const int row = rowOf(path);
    if (row < 0) return;
    beginRemoveRows({}, row, row);
    m_entries.removeAt(row);
    endRemoveRows();
}

void LibraryModel::setMemory(const MemoryForFit& memory) {
    const MemoryForFit before = std::exchange(m_memory, memory);
    // Free memory changes all the time, what it means rarely: only those rows are drawn again.
    for (int row = 0; row < m_entries.size(); ++row) {
        if (fitOf(m_entries[row].stack, before) != fitOf(m_entries[row].stack, memory))
            emit dataChanged(index(row), index(row),
                             {FitKindRole, FitTextRole, MissingTextRole, Qt::AccessibleDescriptionRole});
    }
}

void LibraryModel::setLoaded(const QString& path) {
    if (m_loaded == path) return;
    const QString before = std::exchange(m_loaded, path);
    for (const QString& changed : {before, path})
        if (const int row = rowOf(changed); row >= 0) emit dataChanged(index(row), index(row), {LoadedRole});
}

int LibraryModel::rowOf(const QString& path) const {
    const auto found = std::ranges::find(m_entries, path, [](const LibraryEntry& entry) { return entry.record.path; });
    return found != m_entries.end() ? static_cast<int>(found - m_entries.begin()) : -1;
}

const LibraryEntry* LibraryModel::find(const QString& path) const {
    const int row = rowOf(path);
    return row >= 0 ? &m_entries[row] : nullptr;
}

}  // namespace strata::ui
