#include "app/cli/commands/command.h"
#include "app/cli/generation_json.h"
#include "app/cli/interrupts.h"
#include "app/cli/options.h"
#include "app/cli/read_bandwidth.h"
#include "app/cli/session_setup.h"
#include "app/cli/weight_traffic.h"
#include "core/base/random.h"
#include "core/base/size.h"
#include "core/base/system_info.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::cli {
namespace {

struct Options {
    std::string stack;
    std::optional<SizeSpec> memory;
    std::optional<std::uint64_t> level, threads, promptTokens, tokens, repeat;
};

struct Rates {
    std::vector<double> prefill, decode;
};

struct Report {
    double prefill = 0, decode = 0;  ///< tokens per second, medians
    std::uint64_t weightBytes = 0, bytesPerToken = 0;
    double bandwidth = 0;  ///< bytes per second
    std::size_t threads = 0;
    Rates rates;
    [[nodiscard]] double share() const { return static_cast<double>(bytesPerToken) * decode / bandwidth; }
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

/// Ordinary tokens at random: what they say does not matter for speed.
std::vector<TokenId> randomPrompt(const Tokenizer& tokenizer, std::size_t length) {
    Random random(1);
    std::vector<TokenId> ids;
    while (ids.size() < length) {
        const auto id = static_cast<TokenId>(random.next() % tokenizer.vocabularySize());
        if (tokenizer.kind(id) != TokenKind::Control) ids.push_back(id);
    }
    return ids;
}

Result<Rates> measureRates(Session& session, std::size_t promptTokens, std::size_t tokens, std::size_t repeats,
                           const JobContext& context) {
    const std::vector<TokenId> prompt = randomPrompt(session.tokenizer(), promptTokens);
    GenerateOptions options;
    options.sampling.temperature = 0;
    // The first token belongs to the prefill.
    options.maximumTokens = tokens + 1;
    options.ignoreEndOfTurn = true;
    Rates rates;
    for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        context.report("Measuring", static_cast<double>(repeat) / static_cast<double>(repeats),
                       fmt::format("run {} of {}", repeat + 1, repeats));
        session.reset();
        STRATA_TRY(const Generation generation, session.generate(prompt, options, {}, context.stop));
        if (generation.finish == FinishReason::Cancelled) return fail(ErrorCode::Cancelled, "stopped");
        rates.prefill.push_back(prefillRate(generation));
        rates.decode.push_back(decodeRate(generation));
    }
    return rates;
}

/// Levels that decode uses now.
Result<std::vector<std::uint8_t>> chooseLevels(const Options& options, Session& session) {
    const StackFile& stack = *session.stack();
    if (!options.level) return BlockSchedule::prefixLevels(stack, blocksWithin(stack, options.memory));
    STRATA_TRY(std::vector<std::uint8_t> levels, levelsFor(stack, *options.level));
    STRATA_CHECK(session.useLevels(levels));
    return levels;
}

Json reportJson(const Report& report, std::size_t promptTokens, std::size_t tokens) {
    const auto list = [](const std::vector<double>& values) {
        Json array = Json::array();
        for (const double value : values) array.push_back(rounded(value));
        return array;
    };
    return Json{{"decode_tokens_per_second", rounded(report.decode)},
                {"prefill_tokens_per_second", rounded(report.prefill)},
                {"weight_bytes_per_token", report.bytesPerToken},
                {"read_bandwidth", rounded(report.bandwidth)},
                {"bandwidth_share", rounded(report.share())},
                {"weight_bytes", report.weightBytes},
                {"threads", report.threads},
                {"prompt_tokens", promptTokens},
                {"tokens", tokens},
                {"decode_runs", list(report.rates.decode)},
                {"prefill_runs", list(report.rates.prefill)},
                {"processor", cpuName()}};
}

std::string reportText(const Report& report) {
    return fmt::format(
        "prefill    {:.1f} tokens/s\n"
        "decode     {:.1f} tokens/s\n"
        "weights    {}, {} read per token\n"
        "bandwidth  {:.1f} GB/s read at best with {} threads; decode reaches {:.0f}% of it\n",
        report.prefill, report.decode, formatBytes(report.weightBytes), formatBytes(report.bytesPerToken),
        report.bandwidth / 1e9, report.threads, 100 * report.share());
}

Result<Report> measure(const Options& options, Session& session, std::size_t promptTokens, std::size_t tokens,
                       const JobContext& context) {
    STRATA_TRY(const std::vector<std::uint8_t> levels, chooseLevels(options, session));
    Report report;
    report.weightBytes = weightBytesOf(*session.stack(), levels);
    report.bytesPerToken = weightBytesPerToken(*session.stack(), levels);
    STRATA_TRY(report.rates, measureRates(session, promptTokens, tokens, options.repeat.value_or(3), context));
    report.prefill = median(report.rates.prefill);
    report.decode = median(report.rates.decode);
    report.threads = options.threads.value_or(usableCores());
    STRATA_TRY(report.bandwidth, measureReadBandwidth(report.threads));
    return report;
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_TRY(const auto stack, StackFile::open(options.stack));
    const std::size_t promptTokens = options.promptTokens.value_or(512);
    const std::size_t tokens = options.tokens.value_or(128);
    Interrupts interrupts;
    ProgressBar bar = console.progressBar();
    SessionOptions sessionOptions;
    sessionOptions.contextLength = std::max(promptTokens + tokens + 1, kSmallestContext);
    sessionOptions.threads = options.threads.value_or(0);
    STRATA_TRY(const auto session, openSession(stack, sessionOptions, options.memory, SizeMeaning::Weights));
    STRATA_TRY(const Report report, measure(options, *session, promptTokens, tokens, {bar.sink(), interrupts.token()}));
    bar.finish();
    console.print(reportText(report));
    return Outcome{reportJson(report, promptTokens, tokens)};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli bench model.strata
  strata-cli bench model.strata --memory 60% --threads 1
  strata-cli bench model.strata --level 4 --json

SIZE is bytes of resident weights (70MB, 64MiB), or a share of all of them (60%).
)";

}  // namespace

Command addBench(CLI::App& root) {
    CLI::App* app = root.add_subcommand("bench", "Measure speed, and the share of memory bandwidth that it reaches");
    auto options = std::make_shared<Options>();
    app->add_option("STACK", options->stack, "The stack")->required();
    CLI::Option* memory = addSize(*app, "--memory", options->memory, "Bytes of resident weights [all]");
    addCount(*app, "--level", options->level, 1, 255,
             "Every linear layer at this many planes or blocks, embedding and head at their highest")
        ->excludes(memory);
    addThreads(*app, options->threads);
    addCount(*app, "--prompt-tokens", options->promptTokens, 1, 1u << 20, "Length of the prompt [512]");
    addCount(*app, "--tokens", options->tokens, 1, 1u << 20, "Tokens to decode [128]");
    addCount(*app, "--repeat", options->repeat, 1, 1000, "Runs; the median counts [3]");
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
