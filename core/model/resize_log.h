// What happened to each change of memory while an answer was being generated. Internal to core/model.
#pragma once

#include "core/model/session.h"

#include <chrono>
#include <mutex>
#include <vector>

namespace strata {

/// Thread contract: asked() from any thread, the rest by one thread at a time.
class ResizeLog {
public:
    /// A target was set; between answers it leaves no record. Measures RSS now.
    void asked(std::uint64_t targetBytes);
    /// An answer begins: earlier changes are no part of it.
    void begin();
    /// The targets asked for so far are in force; `complete` when nothing is left to load.
    void applied(const MemoryUse& use, bool complete);
    /// True while some change waits for blocks that stream in.
    [[nodiscard]] bool isOpen() const;
    /// Token number `tokens` is out: measures the time since the one before.
    void token(std::size_t tokens);
    /// Ends the answer's records.
    [[nodiscard]] std::vector<ResizeRecord> end(const MemoryUse& use);

private:
    using Clock = std::chrono::steady_clock;
    enum class Stage { Asked, Applied, Complete, Closed };
    struct Entry {
        ResizeRecord record;
        Clock::time_point askedAt;
        Stage stage = Stage::Asked;
    };
    static void measure(Entry& entry, const MemoryUse& use);

    mutable std::mutex m_mutex;
    std::vector<Entry> m_entries;
    bool m_active = false;
    std::size_t m_tokens = 0;
    Clock::time_point m_lastToken{};
};

}  // namespace strata
