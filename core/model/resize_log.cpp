#include "core/model/resize_log.h"

#include "core/base/system_info.h"

#include <algorithm>

namespace strata {
namespace {

double millisecondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void ResizeLog::asked(std::uint64_t targetBytes) {
    Entry entry;
    entry.askedAt = Clock::now();
    entry.record.targetBytes = targetBytes;
    entry.record.rssBefore = processMemory().residentBytes;
    const std::lock_guard lock(m_mutex);
    if (!m_active) return;
    entry.record.token = m_tokens;
    m_entries.push_back(std::move(entry));
}

void ResizeLog::begin() {
    const std::lock_guard lock(m_mutex);
    m_entries.clear();
    m_active = true;
    m_tokens = 0;
    m_lastToken = Clock::now();
}

void ResizeLog::measure(Entry& entry, const MemoryUse& use) {
    entry.record.residentBytes = use.total();
    entry.record.appliedMs = millisecondsSince(entry.askedAt);
    entry.record.rssAfter = processMemory().residentBytes;
}

void ResizeLog::applied(const MemoryUse& use, bool complete) {
    const std::lock_guard lock(m_mutex);
    for (Entry& entry : m_entries) {
        if (entry.stage != Stage::Asked && entry.stage != Stage::Applied) continue;
        entry.stage = complete ? Stage::Complete : Stage::Applied;
        entry.record.complete = complete;
        if (complete) measure(entry, use);
    }
}

bool ResizeLog::isOpen() const {
    const std::lock_guard lock(m_mutex);
    return std::ranges::any_of(m_entries, [](const Entry& entry) { return entry.stage == Stage::Applied; });
}

void ResizeLog::token(std::size_t tokens) {
    const std::lock_guard lock(m_mutex);
    const double gap = millisecondsSince(m_lastToken);
    m_lastToken = Clock::now();
    m_tokens = tokens;
    for (Entry& entry : m_entries) {
        if (entry.stage == Stage::Closed) continue;
        entry.record.longestGapMs = std::max(entry.record.longestGapMs, gap);
        if (entry.stage == Stage::Complete) entry.stage = Stage::Closed;
    }
}

std::vector<ResizeRecord> ResizeLog::end(const MemoryUse& use) {
    const std::lock_guard lock(m_mutex);
    std::vector<ResizeRecord> records;
    for (Entry& entry : m_entries) {
        if (!entry.record.complete) measure(entry, use);
        records.push_back(entry.record);
    }
    m_entries.clear();
    m_active = false;
    return records;
}

}  // namespace strata
