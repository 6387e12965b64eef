#include "app/cli/commands/command.h"
#include "app/cli/device_choice.h"
#include "app/cli/eval_windows.h"
#include "app/cli/interrupts.h"
#include "app/cli/options.h"
#include "app/cli/session_setup.h"
#include "app/cli/weight_traffic.h"
#include "core/base/file.h"
#include "core/base/size.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace strata::cli {
namespace {

struct Options {
    std::string stack;
    DeviceChoice device;
    std::string text;
    std::optional<SizeSpec> memory;
    std::optional<std::uint64_t> level, context, windows, threads;
    bool detokenise = false;
};

using Windows = std::vector<std::vector<TokenId>>;

struct Measurement {
    PerplexityMeter total;
    std::vector<double> windows;
    double seconds = 0;
    std::uint64_t weightBytes = 0;
};

Result<Measurement> measure(Session& session, const Windows& windows, const JobContext& context) {
    Measurement result;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t window = 0; window < windows.size(); ++window) {
        if (context.stop.stop_requested()) return fail(ErrorCode::Cancelled, "stopped");
        context.report("Evaluating", static_cast<double>(window) / static_cast<double>(windows.size()),
                       fmt::format("window {} of {}", window + 1, windows.size()));
        STRATA_TRY(const std::vector<float> values, session.logProbabilities(windows[window]));
        PerplexityMeter alone;
        alone.add(values);
        result.windows.push_back(alone.perplexity());
        result.total.add(values);
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

Result<Windows> readWindows(const Options& options, std::size_t context, const Tokenizer& tokenizer) {
    STRATA_TRY(std::string text, readTextFile(options.text));
    auto windows = evaluationWindows(std::move(text), tokenizer, context, options.windows, options.detokenise);
    if (!windows) return inFile(std::move(windows).error(), options.text);
    return windows;
}

Outcome outcome(const Measurement& result, std::size_t context) {
    Json windows = Json::array();
    for (const double perplexity : result.windows) windows.push_back(rounded(perplexity));
    return {Json{{"perplexity", rounded(result.total.perplexity())},
                 {"tokens", result.windows.size() * context},
                 {"weight_bytes", result.weightBytes},
                 {"predicted_tokens", result.total.count()},
                 {"context", context},
                 {"window_perplexities", std::move(windows)},
                 {"seconds", rounded(result.seconds)}}};
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_TRY(const auto stack, StackFile::open(options.stack));
    std::optional<std::vector<std::uint8_t>> levels;
    if (options.level) {
        STRATA_TRY(levels, levelsFor(*stack, *options.level));
    }
    Interrupts interrupts;
    ProgressBar bar = console.progressBar();
    const JobContext context{bar.sink(), interrupts.token()};
    // The text is read and cut before the weights, so that what is wrong with it shows at once.
    const std::size_t length = options.context.value_or(1024);
    STRATA_TRY(const auto tokenizer, Tokenizer::fromGguf(stack->gguf()));
    STRATA_TRY(const Windows windows, readWindows(options, length, *tokenizer));
    SessionOptions sessionOptions;
    sessionOptions.contextLength = std::max(length, kSmallestContext);
    sessionOptions.threads = options.threads.value_or(0);
    STRATA_TRY(const ChosenDevice device, chooseDevice(options.device, console));
    useDevice(sessionOptions, device, fullWeightBytes(*stack));
    STRATA_TRY(const auto session,
               openSession(stack, sessionOptions, options.memory, SizeMeaning::Weights, {{}, context.stop}));
    if (levels) STRATA_CHECK(session->useLevels(*levels));
    STRATA_TRY(Measurement result, measure(*session, windows, context));
    result.weightBytes =
        levels ? weightBytesOf(*stack, *levels) : stack->weightBytes(blocksWithin(*stack, options.memory));
    bar.finish();
    console.print(fmt::format("perplexity {:.4f} on {} tokens in {} windows, with {} of weights, in {:.1f} s\n",
                              result.total.perplexity(), windows.size() * length, windows.size(),
                              formatBytes(result.weightBytes), result.seconds));
    Outcome finished = outcome(result, length);
    finished.json["device"] = device.name;
    finished.json["device_bytes"] = session->use().deviceBytes;
    finished.json["device_notices"] = tellDeviceNotices(*session, console);
    return finished;
}

constexpr const char* kExamples = R"(Examples:
  strata-cli eval model.strata --text book.txt
  strata-cli eval model.strata --text book.txt --memory 70MB
  strata-cli eval model.strata --text wiki.test --detokenise-wikitext --windows 6 --level 4

SIZE is bytes of resident weights (70MB, 64MiB), or a share of all of them (60%).
)";

}  // namespace

Command addEval(CLI::App& root) {
    CLI::App* app = root.add_subcommand("eval", "Measure the perplexity of a stack on a text");
    auto options = std::make_shared<Options>();
    app->add_option("STACK", options->stack, "The stack")->required();
    app->add_option("--text", options->text, "Text file, UTF-8")->required()->type_name("FILE");
    CLI::Option* memory = addSize(*app, "--memory", options->memory, "Bytes of resident weights [all]");
    addCount(*app, "--level", options->level, 1, 255,
             "Every linear layer at this many planes or blocks, embedding and head at their highest")
        ->excludes(memory);
    addCount(*app, "--context", options->context, 2, 1u << 20, "Tokens of a window [1024]");
    addCount(*app, "--windows", options->windows, 1, 1u << 20, "Windows [all that the text gives]");
    app->add_flag("--detokenise-wikitext", options->detokenise, "Undo WikiText's spacing");
    addThreads(*app, options->threads);
    addDevice(*app, options->device);
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
