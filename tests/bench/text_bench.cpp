// Speed of tokenizers, both ways, one thread.
//
//   strata_text_bench TEXT FILE...     FILE: a GGUF file, a stack, a tokenizer.json or a SentencePiece model
//
// Before it is timed, the text is encoded and decoded again; where it comes back changed, that is said (normalizers
// change text, and so do vocabularies without some of its characters). MB/s of text, medians of seven runs by the
// thread's CPU time; [low .. high] is the spread. "line by line" encodes each line by itself, so that no word is
// remembered from one to the next: what many short prompts cost.
#include "core/io/gguf.h"
#include "core/text/tokenizer_files.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>

namespace {

using namespace strata;

constexpr int kRuns = 7;

std::string readFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

Result<std::shared_ptr<const Tokenizer>> open(const std::filesystem::path& path) {
    const std::string extension = path.extension();
    if (extension != ".json" && extension != ".model") {
        STRATA_TRY(const GgufFile gguf, GgufFile::open(path));
        return Tokenizer::fromGguf(gguf);
    }
    const std::string file = readFile(path);
    STRATA_TRY(TokenizerData data, extension == ".json"
                                       ? tokenizerDataFromJson(file)
                                       : tokenizerDataFromSentencePiece(std::as_bytes(std::span(file))));
    return makeTokenizer(std::move(data));
}

double cpuSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class F>
void report(std::string_view what, std::size_t textBytes, F&& work) {
    std::vector<double> rates;
    for (int run = 0; run < kRuns; ++run) {
        const double start = cpuSeconds();
        work();
        rates.push_back(static_cast<double>(textBytes) / 1e6 / (cpuSeconds() - start));
    }
    std::ranges::sort(rates);
    fmt::print("  {:<22} {:8.1f} MB/s  [{:.1f} .. {:.1f}]\n", what, rates[kRuns / 2], rates.front(), rates.back());
}

void checkRoundTrip(const Tokenizer& tokenizer, std::string_view text, const std::vector<TokenId>& ids) {
    if (tokenizer.decode(ids) != text) fmt::print("  the text comes back changed\n");
}

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return lines;
}

void bench(const Tokenizer& tokenizer, const std::string& text) {
    const std::vector<TokenId> ids = tokenizer.encode(text, SpecialTokens::Ignore);
    fmt::print("  {} bytes, {} tokens\n", text.size(), ids.size());
    checkRoundTrip(tokenizer, text, ids);
    std::size_t made = 0;
    report("encode", text.size(), [&] { made += tokenizer.encode(text, SpecialTokens::Ignore).size(); });
    const std::vector<std::string_view> lines = linesOf(text);
    report("encode, line by line", text.size(), [&] {
        for (const std::string_view line : lines) made += tokenizer.encode(line, SpecialTokens::Ignore).size();
    });
    report("decode", text.size(), [&] { made += tokenizer.decode(ids).size(); });
    if (made == 0) fmt::print("  nothing was made\n");
}

}  // namespace

int main(int argumentCount, char** arguments) {
    if (argumentCount < 3) {
        std::fputs("usage: strata_text_bench TEXT FILE...\n", stderr);
        return 2;
    }
    const std::string text = readFile(arguments[1]);
    for (int index = 2; index < argumentCount; ++index) {
        fmt::print("{}\n", arguments[index]);
        const auto tokenizer = open(arguments[index]);
        if (!tokenizer) {
            std::fprintf(stderr, "%s\n", tokenizer.error().message().c_str());
            return 1;
        }
        bench(**tokenizer, text);
    }
    return 0;
}
