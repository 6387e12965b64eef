// Runs strata-cli as a user does, and looks at it from outside.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <sys/types.h>

namespace strata::test {

struct Finished {
    int exitCode = -1;  ///< 128 + n when signal n ended it
    std::string out;
    std::string err;
    /// The last line of standard output as JSON; null when it is none.
    [[nodiscard]] nlohmann::json json() const;
};

/// A running strata-cli with pipes for its standard streams. Ended by the destructor where it still runs.
class Program {
public:
    explicit Program(const std::vector<std::string>& arguments);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void write(const std::string& text);
    void closeInput();
    /// Reads standard output until it contains `text` once more than before; false after `seconds` or at its end.
    [[nodiscard]] bool waitFor(const std::string& text, double seconds = 60);
    /// Everything read so far.
    [[nodiscard]] const std::string& output() const noexcept { return m_out; }
    void signal(int number) const;
    /// Closes the input and waits for the end.
    [[nodiscard]] Finished finish();
    /// Bytes of a field of /proc/PID/status such as "RssAnon".
    [[nodiscard]] std::uint64_t status(const std::string& field) const;

private:
    bool readSome(int timeoutMs);
    pid_t m_process = -1;
    int m_input = -1, m_output = -1, m_errors = -1;
    std::string m_out, m_err;
    std::size_t m_seen = 0;
};

[[nodiscard]] Finished runCli(const std::vector<std::string>& arguments, const std::string& input = {});

}  // namespace strata::test
