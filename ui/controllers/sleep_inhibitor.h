// Keeps the system from falling asleep during long work.
#pragma once

#include <memory>

namespace strata::ui {

/// GUI thread; never waits. Where the system has no such service, nothing happens. What does it is the system's own:
/// one source file each, chosen by the build.
class SleepInhibitor {
public:
    SleepInhibitor();
    ~SleepInhibitor();
    SleepInhibitor(const SleepInhibitor&) = delete;
    SleepInhibitor& operator=(const SleepInhibitor&) = delete;
    void setInhibited(bool inhibited);

private:
    class Private;
    std::unique_ptr<Private> m_d;
};

}  // namespace strata::ui
