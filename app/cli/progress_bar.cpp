#include "app/cli/progress_bar.h"

#include "core/base/size.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace strata::cli {
namespace {

constexpr double kBarPeriodSeconds = 0.1;
constexpr double kLinePeriodSeconds = 1;
constexpr double kMemorySeconds = 30;
constexpr std::size_t kBarCells = 24;

double steadySeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool isSet(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0';
}

std::size_t terminalColumns() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) return size.ws_col;
    return 80;
}

/// The first `columns` characters. Details are short and mostly ASCII, so a character counts as one column.
std::string_view clipped(std::string_view text, std::size_t columns) {
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
        const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
        if (starts && columns-- == 0) break;
    }
    return text.substr(0, end);
}

}  // namespace

ProgressSettings ProgressSettings::forStandardError() {
    ProgressSettings settings;
    const char* terminal = std::getenv("TERM");
    const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
    settings.style = ::isatty(STDERR_FILENO) == 1 && !dumb ? ProgressStyle::Bar : ProgressStyle::Lines;
    settings.colour = settings.style == ProgressStyle::Bar && !isSet("NO_COLOR");
    settings.columns = terminalColumns();
    return settings;
}

void RemainingTime::update(double seconds, double fraction) {
    if (!m_started) {
        m_started = true;
        m_seconds = seconds;
        m_fraction = fraction;
        return;
    }
    const double elapsed = seconds - m_seconds;
    if (elapsed < 1) return;
    const double keep = std::exp(-elapsed / kMemorySeconds);
    m_rate = keep * m_rate + (1 - keep) * (fraction - m_fraction) / elapsed;
    m_weight = keep * m_weight + (1 - keep);
    m_seconds = seconds;
    m_fraction = fraction;
}

std::optional<double> RemainingTime::secondsLeft() const {
    if (m_weight <= 0 || m_rate <= 0) return std::nullopt;
    return (1 - m_fraction) * m_weight / m_rate;
}

struct ProgressBar::State {
    State(std::ostream& stream, ProgressSettings given) : out(stream), settings(std::move(given)) {
        if (!settings.seconds) settings.seconds = steadySeconds;
    }

    void report(const Progress& progress) {
        const std::lock_guard lock(mutex);
        if (settings.style == ProgressStyle::Silent || finished) return;
        const double now = settings.seconds();
        fraction = std::clamp(progress.fraction, fraction, 1.0);
        remaining.update(now, fraction);
        stage = progress.stage;
        detail = progress.detail;
        const double period = settings.style == ProgressStyle::Bar ? kBarPeriodSeconds : kLinePeriodSeconds;
        pending = drawnAt && now - *drawnAt < period;
        if (!pending) draw(now);
    }

    void finish() {
        const std::lock_guard lock(mutex);
        if (finished) return;
        finished = true;
        if (settings.style == ProgressStyle::Lines && pending) out << text() << '\n' << std::flush;
        if (settings.style == ProgressStyle::Bar && drawnAt) out << "\r\x1b[K" << std::flush;
    }

    void draw(double now) {
        drawnAt = now;
        if (settings.style == ProgressStyle::Bar)
            out << "\r\x1b[K" << bar() << std::flush;
        else
            out << text() << '\n' << std::flush;
    }

    [[nodiscard]] std::string estimate() const {
        const auto left = remaining.secondsLeft();
        return left ? " ETA " + formatDuration(*left) : std::string();
    }

    [[nodiscard]] unsigned percent() const { return static_cast<unsigned>(std::floor(fraction * 100)); }

    [[nodiscard]] std::string text() const {
        return fmt::format("{} {}%{}{}{}", stage, percent(), estimate(), detail.empty() ? "" : ": ", detail);
    }

    [[nodiscard]] std::string bar() const {
        const auto full = static_cast<std::size_t>(std::floor(fraction * kBarCells));
        const std::string cells = std::string(full, '#') + std::string(kBarCells - full, '-');
        const std::string tail = fmt::format("] {:3}%{}  {}", percent(), estimate(), detail);
        // The last column stays free: some terminals wrap when it is written.
        const std::size_t head = stage.size() + 2 + kBarCells;
        const std::size_t room = settings.columns > head + 1 ? settings.columns - head - 1 : 0;
        const std::string_view on = settings.colour ? "\x1b[32m" : "";
        const std::string_view off = settings.colour ? "\x1b[0m" : "";
        return fmt::format("{} [{}{}{}{}", stage, on, cells, off, clipped(tail, room));
    }

    std::ostream& out;
    ProgressSettings settings;
    std::mutex mutex;
    RemainingTime remaining;
    std::string stage;
    std::string detail;
    double fraction = 0;
    std::optional<double> drawnAt;
    bool pending = false;
    bool finished = false;
};

ProgressBar::ProgressBar(std::ostream& out, ProgressSettings settings)
    : m_state(std::make_shared<State>(out, std::move(settings))) {}
ProgressBar::ProgressBar(ProgressBar&&) noexcept = default;
ProgressBar& ProgressBar::operator=(ProgressBar&&) noexcept = default;

ProgressBar::~ProgressBar() {
    if (m_state) m_state->finish();
}

ProgressSink ProgressBar::sink() {
    return [state = m_state](const Progress& progress) { state->report(progress); };
}

void ProgressBar::finish() {
    m_state->finish();
}

}  // namespace strata::cli
