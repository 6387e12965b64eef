#include "app/cli/commands/command.h"
#include "app/cli/device_choice.h"
#include "app/cli/generation_json.h"
#include "app/cli/interrupts.h"
#include "app/cli/sampling_flags.h"
#include "app/cli/session_setup.h"
#include "core/model/chat_prompt.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::cli {
namespace {

struct Options {
    std::string stack;
    DeviceChoice device;
    std::string prompt;
    std::string system;
    bool raw = false;
    std::optional<std::uint64_t> maximumTokens, context, threads;
    SamplingFlags sampling;
    std::vector<std::string> stopStrings;
    std::optional<SizeSpec> memory;
    std::vector<MemoryChange> changes;
    OverflowPolicy overflow = OverflowPolicy::Stop;
    Speculation speculation = Speculation::Auto;
    bool startEarly = false;
};

struct Prompt {
    std::vector<TokenId> ids;
    std::size_t keep = 0;  ///< beginning that an overflow policy keeps
};

Result<Prompt> buildPrompt(const Options& options, const GgufFile& gguf) {
    STRATA_TRY(const auto tokenizer, Tokenizer::fromGguf(gguf));
    if (options.raw) {
        Prompt prompt{rawPrompt(options.prompt, *tokenizer)};
        prompt.keep = tokenizer->specials().addBos ? 1 : 0;
        return prompt;
    }
    STRATA_TRY(const ChatPrompt chat, chatPrompt(gguf));
    std::vector<ChatMessage> messages = beginConversation(options.system);
    messages.push_back({"user", options.prompt});
    Prompt prompt;
    STRATA_TRY(prompt.ids, chat.tokens(messages, *tokenizer));
    STRATA_TRY(prompt.keep, chat.beginningTokens(options.system, *tokenizer));
    return prompt;
}

/// Applies --memory-at while tokens come.
class MemoryScript {
public:
    MemoryScript(Session& session, std::vector<MemoryChange> changes)
        : m_session(session), m_changes(std::move(changes)) {
        std::stable_sort(m_changes.begin(), m_changes.end(),
                         [](const MemoryChange& a, const MemoryChange& b) { return a.token < b.token; });
    }
    /// A change that is refused ends the generation; see failure().
    [[nodiscard]] bool apply(std::size_t tokens) {
        for (; m_next < m_changes.size() && m_changes[m_next].token <= tokens; ++m_next) {
            if (auto changed = changeMemory(m_session, m_changes[m_next].size, SizeMeaning::WholeSession); !changed) {
                m_failure = std::move(changed).error();
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] const std::optional<Error>& failure() const noexcept { return m_failure; }

private:
    Session& m_session;
    std::vector<MemoryChange> m_changes;
    std::size_t m_next = 0;
    std::optional<Error> m_failure;
};

/// Refuses before anything is generated what is certain to be refused later.
Result<void> checkChanges(const Options& options, const Session& session) {
    for (const MemoryChange& change : options.changes) {
        if (change.size.isFraction()) {
            STRATA_CHECK(weightBudget(*session.stack(), change.size));
        } else if (change.size.bytes < session.floorBytes()) {
            return fail(ErrorCode::BudgetTooSmall,
                        fmt::format("--memory-at {}={} lies below this model's floor of {}", change.token,
                                    formatBytes(change.size.bytes), formatBytes(session.floorBytes())),
                        fmt::format("give it at least {}", formatBytes(session.floorBytes())));
        }
    }
    return {};
}

GenerateOptions generateOptions(const Options& options, const GgufFile& gguf) {
    GenerateOptions generate;
    generate.start = options.raw ? StreamStart::WithinText : StreamStart::OfText;
    generate.sampling = samplingOptions(options.sampling, gguf);
    generate.maximumTokens = options.maximumTokens.value_or(0);
    generate.stopStrings = options.stopStrings;
    return generate;
}

Result<Generation> generate(const Options& options, const Prompt& prompt, const GenerateOptions& generateOptions,
                            Session& session, Console& console) {
    STRATA_CHECK(checkChanges(options, session));
    Interrupts interrupts;
    MemoryScript script(session, options.changes);
    const auto sink = [&](std::string_view text, std::size_t tokens) {
        console.print(text);
        return script.apply(tokens);
    };
    STRATA_TRY(Generation generation, session.generate(prompt.ids, generateOptions, sink, interrupts.token()));
    if (script.failure()) return std::unexpected(*script.failure());
    if (!generation.text.ends_with('\n')) console.print("\n");
    return generation;
}

std::string speedText(const Generation& generation, const MemoryUse& use) {
    return fmt::format("[{} tokens, {:.1f} tokens/s; first after {:.0f} ms; {} of memory; {}]",
                       generation.tokens.size(), decodeRate(generation), generation.timeToFirstTokenMs,
                       formatBytes(use.total()), finishName(generation.finish));
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_TRY(const auto stack, StackFile::open(options.stack));
    STRATA_TRY(const Prompt prompt, buildPrompt(options, stack->gguf()));
    SessionOptions sessionOptions;
    sessionOptions.contextLength = options.context.value_or(0);
    sessionOptions.threads = options.threads.value_or(0);
    STRATA_TRY(const ChosenDevice device, chooseDevice(options.device, console));
    useDevice(sessionOptions, device, fullWeightBytes(*stack));
    sessionOptions.overflow = options.overflow;
    sessionOptions.speculation = options.speculation;
    sessionOptions.keepTokens = prompt.keep;
    sessionOptions.loadInBackground = options.startEarly;
    const GenerateOptions generation = generateOptions(options, stack->gguf());
    STRATA_TRY(const auto session, openSession(stack, sessionOptions, options.memory, SizeMeaning::WholeSession));
    STRATA_TRY(const Generation answer, generate(options, prompt, generation, *session, console));
    console.note(speedText(answer, session->use()));
    Json json = generationJson(answer);
    json["device"] = device.name;
    json["device_notices"] = tellDeviceNotices(*session, console);
    json["memory"] = memoryJson(session->use());
    json["sampling"] = samplingJson(generation.sampling);
    return Outcome{std::move(json), answer.finish == FinishReason::Cancelled ? ExitCode::Cancelled : ExitCode::Ok};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli generate model.strata --prompt "Why is the sky blue?"
  strata-cli generate model.strata --raw --prompt "Once upon a time" --max-tokens 100 --temperature 0
  strata-cli generate model.strata --prompt "Tell me a story" --memory 90% --memory-at 50=60% --memory-at 100=110MB

An absolute SIZE (120MiB, 1.5GB) is the memory of the whole session: weights, KV cache and scratch. A percentage is of
the model's weights. --memory-at changes it when so many tokens were generated.
)";

void addOptions(CLI::App& app, Options& options) {
    app.add_option("STACK", options.stack, "The stack")->required();
    app.add_option("--prompt", options.prompt, "What to answer, or with --raw to continue")
        ->required()
        ->type_name("TEXT");
    CLI::Option* system = app.add_option("--system", options.system, "System message")->type_name("TEXT");
    app.add_flag("--raw", options.raw,
                 "Use the prompt as it stands, special tokens included, without the chat template")
        ->excludes(system);
    addCount(app, "--max-tokens", options.maximumTokens, 1, 1u << 30, "Tokens at most [until the model ends its turn]");
    addCount(app, "--context", options.context, kSmallestContext, 1u << 24, "Context in tokens [the model's own]");
    addThreads(app, options.threads);
    addDevice(app, options.device);
    addSampling(app, options.sampling);
    addTexts(app, "--stop", options.stopStrings, "End before this text; may be repeated");
    addSize(app, "--memory", options.memory, "Memory to begin with [all of the model]");
    addMemoryChanges(app, "--memory-at", options.changes, "Change it at this token; may be repeated");
    addOverflow(app, options.overflow);
    addSpeculation(app, options.speculation);
    app.add_flag("--start-early", options.startEarly,
                 "Begin with the first blocks that make sense, and load the others meanwhile: sooner, but not "
                 "the same answer every time");
}

}  // namespace

Command addGenerate(CLI::App& root) {
    CLI::App* app = root.add_subcommand("generate", "Answer one prompt");
    auto options = std::make_shared<Options>();
    addOptions(*app, *options);
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
