#include "app/cli/chat_loop.h"
#include "app/cli/commands/command.h"
#include "app/cli/device_choice.h"
#include "app/cli/sampling_flags.h"
#include "app/cli/session_setup.h"

#include <unistd.h>

namespace strata::cli {
namespace {

struct Options {
    std::string stack;
    DeviceChoice device;
    std::string system;
    std::optional<SizeSpec> memory;
    std::optional<std::uint64_t> maximumTokens, context, threads;
    SamplingFlags sampling;
    OverflowPolicy overflow = OverflowPolicy::Roll;
    Speculation speculation = Speculation::Auto;
};

// An answer that never ends helps nobody, and with a rolling context nothing else would stop it.
constexpr std::uint64_t kMaximumAnswerTokens = 4096;

Result<std::size_t> beginningTokens(const Options& options, const ChatPrompt& prompt, const GgufFile& gguf) {
    STRATA_TRY(const auto tokenizer, Tokenizer::fromGguf(gguf));
    return prompt.beginningTokens(options.system, *tokenizer);
}

/// `people` wait: what is loaded first answers first.
Result<std::unique_ptr<Session>> openForChat(const Options& options, bool people, const ChatPrompt& prompt,
                                             const std::shared_ptr<const StackFile>& stack, Console& console) {
    SessionOptions sessionOptions;
    sessionOptions.contextLength = options.context.value_or(0);
    sessionOptions.threads = options.threads.value_or(0);
    STRATA_TRY(const ChosenDevice device, chooseDevice(options.device, console));
    useDevice(sessionOptions, device, fullWeightBytes(*stack));
    sessionOptions.overflow = options.overflow;
    sessionOptions.speculation = options.speculation;
    sessionOptions.loadInBackground = people;
    STRATA_TRY(sessionOptions.keepTokens, beginningTokens(options, prompt, stack->gguf()));
    ProgressBar bar = console.progressBar();
    return openSession(stack, sessionOptions, options.memory, SizeMeaning::WholeSession, {bar.sink(), {}});
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_TRY(const auto stack, StackFile::open(options.stack));
    STRATA_TRY(ChatPrompt prompt, chatPrompt(stack->gguf()));
    const bool terminal = ::isatty(STDIN_FILENO) == 1 && !console.json();
    STRATA_TRY(const auto session, openForChat(options, terminal, prompt, stack, console));
    GenerateOptions generate;
    generate.sampling = samplingOptions(options.sampling, stack->gguf());
    generate.maximumTokens = options.maximumTokens.value_or(kMaximumAnswerTokens);
    generate.start = StreamStart::OfText;
    ChatLoop loop(*session, std::move(prompt), options.system, std::move(generate), console, terminal);
    STRATA_TRY(Json summary, loop.run());
    return Outcome{std::move(summary)};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli chat model.strata
  strata-cli chat model.strata --memory 60% --system "You answer in one sentence."
  printf 'Hello!\n/memory 80MB\nAnd now?\n/stats\n' | strata-cli chat model.strata

While it runs: /memory SIZE, /stats, /reset, /save FILE, /help, /quit. Ctrl-C stops an answer, twice leaves.
An absolute SIZE is the memory of the whole session (weights, KV cache, scratch), a percentage is of the model's weights.
)";

}  // namespace

Command addChat(CLI::App& root) {
    CLI::App* app = root.add_subcommand("chat", "Talk to a model");
    auto options = std::make_shared<Options>();
    app->add_option("STACK", options->stack, "The stack")->required();
    addSize(*app, "--memory", options->memory, "Memory to begin with [all of the model]");
    app->add_option("--system", options->system, "System message")->type_name("TEXT");
    addCount(*app, "--max-tokens", options->maximumTokens, 1, 1u << 30, "Tokens of an answer at most [4096]");
    addCount(*app, "--context", options->context, kSmallestContext, 1u << 24, "Context in tokens [the model's own]");
    addThreads(*app, options->threads);
    addDevice(*app, options->device);
    addSampling(*app, options->sampling);
    addOverflow(*app, options->overflow);
    addSpeculation(*app, options->speculation);
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
