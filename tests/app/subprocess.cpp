#include "tests/app/subprocess.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strata::test {
namespace {

struct Pipe {
    Pipe() {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    }
    std::array<int, 2> ends{};
};

void closeOnce(int& descriptor) {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
}

[[noreturn]] void become(std::vector<char*> arguments) {
    ::execv(STRATA_CLI, arguments.data());
    ::_exit(127);
}

}  // namespace

nlohmann::json Finished::json() const {
    std::string_view text = out;
    while (text.ends_with('\n')) text.remove_suffix(1);
    const std::size_t line = text.rfind('\n');
    if (line != std::string_view::npos) text.remove_prefix(line + 1);
    auto value = nlohmann::json::parse(text, nullptr, false);
    return value.is_discarded() ? nlohmann::json() : value;
}

Program::Program(const std::vector<std::string>& arguments) {
    // A program that ended early must not end the test too.
    std::signal(SIGPIPE, SIG_IGN);
    Pipe input, output, errors;
    std::vector<std::string> words{"strata-cli"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    m_process = ::fork();
    if (m_process < 0) throw std::runtime_error("no process");
    if (m_process == 0) {
        std::signal(SIGPIPE, SIG_DFL);
        ::dup2(input.ends[0], STDIN_FILENO);
        ::dup2(output.ends[1], STDOUT_FILENO);
        ::dup2(errors.ends[1], STDERR_FILENO);
        become(pointers);
    }
    closeOnce(input.ends[0]);
    closeOnce(output.ends[1]);
    closeOnce(errors.ends[1]);
    m_input = input.ends[1];
    m_output = output.ends[0];
    m_errors = errors.ends[0];
}

Program::~Program() {
    closeOnce(m_input);
    closeOnce(m_output);
    closeOnce(m_errors);
    if (m_process < 0) return;
    ::kill(m_process, SIGKILL);
    ::waitpid(m_process, nullptr, 0);
}

void Program::write(const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
        const auto written = ::write(m_input, text.data() + done, text.size() - done);
        if (written <= 0) return;
        done += static_cast<std::size_t>(written);
    }
}

void Program::closeInput() {
    closeOnce(m_input);
}

bool Program::readSome(int timeoutMs) {
    std::array<pollfd, 2> events{{{m_output, POLLIN, 0}, {m_errors, POLLIN, 0}}};
    if (::poll(events.data(), events.size(), timeoutMs) <= 0) return m_output >= 0 || m_errors >= 0;
    const auto drain = [](const pollfd& event, int& descriptor, std::string& into) {
        if (event.revents == 0) return;
        std::array<char, 65536> buffer{};
        const auto got = ::read(descriptor, buffer.data(), buffer.size());
        if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
        if (got <= 0) closeOnce(descriptor);
    };
    drain(events[0], m_output, m_out);
    drain(events[1], m_errors, m_err);
    return m_output >= 0 || m_errors >= 0;
}

bool Program::waitFor(const std::string& text, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (;;) {
        if (const std::size_t found = m_out.find(text, m_seen); found != std::string::npos) {
            m_seen = found + text.size();
            return true;
        }
        if (m_output < 0 || std::chrono::steady_clock::now() > end) return false;
        readSome(50);
    }
}

void Program::signal(int number) const {
    ::kill(m_process, number);
}

Finished Program::finish() {
    closeInput();
    while (readSome(1000)) {
    }
    int status = 0;
    ::waitpid(m_process, &status, 0);
    m_process = -1;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return {code, m_out, m_err};
}

std::uint64_t Program::status(const std::string& field) const {
    std::ifstream file("/proc/" + std::to_string(m_process) + "/status");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(field + ":")) return std::strtoull(line.c_str() + field.size() + 1, nullptr, 10) * 1024;
    throw std::runtime_error("/proc has no " + field);
}

Finished runCli(const std::vector<std::string>& arguments, const std::string& input) {
    Program program(arguments);
    program.write(input);
    return program.finish();
}

}  // namespace strata::test
