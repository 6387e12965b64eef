// Where a command writes: results to standard output, everything else to standard error.
#pragma once

#include "app/cli/json_output.h"
#include "app/cli/progress_bar.h"
#include "core/base/result.h"

#include <ostream>
#include <string_view>

namespace strata::cli {

/// Options that every command has.
struct CommonOptions {
    bool json = false;
    bool quiet = false;
};

/// Thread contract: one thread, but for progress sinks. The streams must outlive it.
class Console {
public:
    Console(std::ostream& out, std::ostream& err, CommonOptions options) : m_out(out), m_err(err), m_options(options) {}

    [[nodiscard]] bool json() const noexcept { return m_options.json; }
    [[nodiscard]] bool quiet() const noexcept { return m_options.quiet; }
    /// Text for people: nothing is written with --json.
    void print(std::string_view text);
    /// Something that people should know, on standard error unless --quiet.
    void note(std::string_view text);
    /// With --json: the object, as the last line of standard output.
    void finish(const Json& result);
    /// One line on standard error, and with --json the object.
    void fail(std::string_view code, std::string_view message);

    /// A bar for standard error, silent with --quiet.
    [[nodiscard]] ProgressBar progressBar();
    [[nodiscard]] std::ostream& out() noexcept { return m_out; }
    [[nodiscard]] std::ostream& err() noexcept { return m_err; }

private:
    std::ostream& m_out;
    std::ostream& m_err;
    CommonOptions m_options;
};

}  // namespace strata::cli
