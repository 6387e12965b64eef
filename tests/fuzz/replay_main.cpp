// Runs a fuzz target without libFuzzer, so that ordinary builds exercise it: over the files of its seed corpus, and
// over mutations of them for some seconds. An input that crashes is left in the working folder.
#include "core/base/random.h"
#include "tests/fuzz/fuzz_entry.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

using Input = std::vector<std::uint8_t>;

const Input* g_running = nullptr;  // for the handler, which may ask nothing else

extern "C" void keepInput(int signal) {
    const int file = ::open("crash-input", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file >= 0 && g_running != nullptr && ::write(file, g_running->data(), g_running->size()) >= 0) {
        constexpr char kSaid[] = "the input that crashed is in ./crash-input\n";
        static_cast<void>(!::write(STDERR_FILENO, kSaid, sizeof kSaid - 1));
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run(const Input& input) {
    g_running = &input;
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

/// In the order of their names, so that a run can be repeated.
std::vector<Input> readSeeds(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& file : std::filesystem::directory_iterator(folder)) paths.push_back(file.path());
    std::ranges::sort(paths);
    std::vector<Input> seeds;
    for (const auto& path : paths) {
        std::ifstream stream(path, std::ios::binary);
        const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
        seeds.emplace_back(text.begin(), text.end());
    }
    return seeds;
}

class Mutator {
public:
    explicit Mutator(const std::vector<Input>& seeds) : m_seeds(seeds) {}

    Input next() {
        Input input = m_seeds[below(m_seeds.size())];
        for (std::size_t left = 1 + below(4); left > 0; --left) mutate(input);
        return input;
    }

private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : m_random.next() % bound; }

    void mutate(Input& input) {
        const auto at = static_cast<std::ptrdiff_t>(below(input.size()));
        const std::size_t length = std::min<std::size_t>(1 + below(8), input.size() - static_cast<std::size_t>(at));
        const auto end = at + static_cast<std::ptrdiff_t>(length);
        switch (below(4)) {
            case 0:  // other bytes, often of extreme values
                for (auto byte = at; byte < end; ++byte) input[byte] = kExtremes[below(std::size(kExtremes))];
                return;
            case 1:
                input.erase(input.begin() + at, input.begin() + end);
                return;
            case 2: {  // a run of another seed
                const Input& other = m_seeds[below(m_seeds.size())];
                const std::size_t from = below(other.size());
                const std::size_t count = std::min(other.size() - from, below(64));
                input.insert(input.begin() + at, other.begin() + from, other.begin() + from + count);
                return;
            }
            default:
                if (!input.empty()) input[at] ^= static_cast<std::uint8_t>(1U << below(8));
        }
    }

    static constexpr std::uint8_t kExtremes[] = {0, 1, 2, 8, 0x20, '"', '0', '9', '{', '}', 0x7f, 0x80, 0xfe, 0xff};
    const std::vector<Input>& m_seeds;
    strata::Random m_random{1};
};

std::size_t smoke(const std::vector<Input>& seeds, int seconds) {
    Mutator mutator(seeds);
    std::size_t inputs = 0;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    for (; std::chrono::steady_clock::now() < end; ++inputs) run(mutator.next());
    return inputs;
}

}  // namespace

int main(int argumentCount, char** arguments) {
    if (argumentCount < 2 || argumentCount > 3) {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER [SECONDS]\n", arguments[0]);
        return 2;
    }
    for (const int signal : {SIGSEGV, SIGILL, SIGABRT, SIGFPE, SIGBUS, SIGTRAP}) std::signal(signal, keepInput);
    const std::vector<Input> seeds = readSeeds(arguments[1]);
    if (seeds.empty()) return 1;
    for (const Input& seed : seeds) run(seed);
    const std::size_t mutated = argumentCount == 3 ? smoke(seeds, std::atoi(arguments[2])) : 0;
    std::printf("%zu seeds, %zu mutations of them\n", seeds.size(), mutated);
    return 0;
}
