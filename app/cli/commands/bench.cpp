#include "app/cli/commands/command.h"
#include "app/cli/device_choice.h"
#include "app/cli/generation_json.h"
#include "app/cli/interrupts.h"
#include "app/cli/options.h"
#include "app/cli/read_bandwidth.h"
#include "app/cli/session_setup.h"
#include "app/cli/speed_sweep.h"
#include "app/cli/synthetic_stack.h"
#include "app/cli/weight_traffic.h"
#include "core/base/size.h"
#include "core/base/system_info.h"

#include <algorithm>

#include <fmt/format.h>

namespace strata::cli {
namespace {

struct Options {
    std::string stack;
    std::string shape;
    DeviceChoice device;
    std::optional<SizeSpec> memory;
    std::optional<std::uint64_t> level, threads, promptTokens, tokens, repeat, context;
    Speculation speculation = Speculation::Off;
};

constexpr unsigned kSyntheticPlanes = 4;
constexpr std::size_t kSweepRepeats = 3;
constexpr std::size_t kSweepSlack = 64;  ///< of context, for the tokens that a sweep decodes

struct Rates {
    std::vector<double> prefill, decode;
    SpeculationUse speculation;
};

struct Report {
    double prefill = 0, decode = 0;  ///< tokens per second, medians
    std::uint64_t weightBytes = 0, bytesPerToken = 0;
    double bandwidth = 0;  ///< bytes per second
    std::size_t threads = 0;
    Rates rates;
    /// Of the device, if one computes; tokens that were measured for them.
    bool onDevice = false, hasOperators = false;
    std::vector<devices::OperatorTime> operators;
    std::size_t operatorTokens = 0;
    std::vector<SpeedPoint> decodeOverContext, prefillOverLength;
    [[nodiscard]] double share() const { return static_cast<double>(bytesPerToken) * decode / bandwidth; }
};

Result<Rates> measureRates(Session& session, std::size_t promptTokens, std::size_t tokens, std::size_t repeats,
                           const JobContext& context) {
    const std::vector<TokenId> prompt = randomPrompt(session.tokenizer(), promptTokens);
    Rates rates;
    for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
        context.report("Measuring", static_cast<double>(repeat) / static_cast<double>(repeats),
                       fmt::format("run {} of {}", repeat + 1, repeats));
        session.reset();
        // The first token belongs to the prefill.
        STRATA_TRY(const Generation generation, generateGreedily(session, prompt, tokens + 1, context));
        rates.prefill.push_back(prefillRate(generation));
        rates.decode.push_back(decodeRate(generation));
        rates.speculation.rounds += generation.speculation.rounds;
        rates.speculation.drafted += generation.speculation.drafted;
        rates.speculation.accepted += generation.speculation.accepted;
    }
    return rates;
}

/// Levels that decode uses now.
Result<std::vector<std::uint8_t>> chooseLevels(const Options& options, Session& session) {
    const StackFile& stack = *session.stack();
    // A synthetic stack has the planes that were asked for, and no more.
    if (!options.level || !options.shape.empty())
        return BlockSchedule::prefixLevels(stack, blocksWithin(stack, options.memory));
    STRATA_TRY(std::vector<std::uint8_t> levels, levelsFor(stack, *options.level));
    STRATA_CHECK(session.useLevels(levels));
    return levels;
}

Json pointsJson(const std::vector<SpeedPoint>& points, const char* length) {
    Json array = Json::array();
    for (const SpeedPoint& point : points)
        array.push_back({{length, point.tokens}, {"tokens_per_second", rounded(point.rate)}});
    return array;
}

double deviceSeconds(const Report& report) {
    double seconds = 0;
    for (const devices::OperatorTime& entry : report.operators) seconds += entry.seconds;
    return seconds;
}

Json operatorsJson(const Report& report) {
    Json array = Json::array();
    const auto tokens = static_cast<double>(report.operatorTokens);
    for (const devices::OperatorTime& entry : report.operators)
        array.push_back(
            {{"name", entry.name},
             {"rows", entry.rows},
             {"columns", entry.columns},
             {"levels", entry.levels},
             {"dispatches_per_token", rounded(static_cast<double>(entry.dispatches) / tokens)},
             {"milliseconds_per_token", rounded(1e3 * entry.seconds / tokens)},
             {"share", rounded(entry.seconds / deviceSeconds(report))},
             {"weight_bytes_per_second", entry.weightBytes == 0 || entry.seconds <= 0
                                             ? Json()
                                             : Json(rounded(static_cast<double>(entry.weightBytes) / entry.seconds))}});
    return array;
}

Json reportJson(const Report& report, std::size_t promptTokens, std::size_t tokens) {
    const auto list = [](const std::vector<double>& values) {
        Json array = Json::array();
        for (const double value : values) array.push_back(rounded(value));
        return array;
    };
    Json json{{"decode_tokens_per_second", rounded(report.decode)},
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
              {"speculation", speculationJson(report.rates.speculation)},
              {"processor", cpuName()}};
    if (report.onDevice) {
        json["device_has_timestamps"] = report.hasOperators;
        json["operators"] = operatorsJson(report);
    }
    if (!report.decodeOverContext.empty()) {
        json["decode_over_context"] = pointsJson(report.decodeOverContext, "context");
        json["prefill_over_length"] = pointsJson(report.prefillOverLength, "prompt_tokens");
    }
    return json;
}

std::string operatorText(const devices::OperatorTime& entry, std::size_t tokens, double allSeconds) {
    std::string name = entry.name;
    if (entry.rows > 0) name += fmt::format(" {} x {}, {}", entry.rows, entry.columns, entry.levels);
    std::string text = fmt::format("  {:<36}{:8.1f} x {:8.1f} us = {:8.3f} ms {:4.0f}%", name,
                                   static_cast<double>(entry.dispatches) / static_cast<double>(tokens),
                                   1e6 * entry.seconds / static_cast<double>(entry.dispatches),
                                   1e3 * entry.seconds / static_cast<double>(tokens), 100 * entry.seconds / allSeconds);
    if (entry.weightBytes > 0 && entry.seconds > 0)
        text += fmt::format("  {:.1f} GB/s", static_cast<double>(entry.weightBytes) / entry.seconds / 1e9);
    return text + "\n";
}

std::string operatorsText(const Report& report) {
    if (!report.onDevice) return {};
    if (!report.hasOperators) return "the device's queue writes no timestamps: no times of its operators\n";
    const double seconds = deviceSeconds(report);
    std::string text = fmt::format("device     {:.2f} ms per token, of which (matrices: rows x columns, levels)\n",
                                   1e3 * seconds / static_cast<double>(report.operatorTokens));
    for (const devices::OperatorTime& entry : report.operators)
        text += operatorText(entry, report.operatorTokens, seconds);
    return text;
}

std::string sweepText(const Report& report) {
    std::string text;
    for (const SpeedPoint& point : report.prefillOverLength)
        text += fmt::format("prefill of {:>6} tokens   {:8.1f} tokens/s\n", point.tokens, point.rate);
    for (const SpeedPoint& point : report.decodeOverContext)
        text += fmt::format("decode behind {:>6}      {:8.1f} tokens/s\n", point.tokens, point.rate);
    return text;
}

std::string reportText(const Report& report) {
    return fmt::format(
               "prefill    {:.1f} tokens/s\n"
               "decode     {:.1f} tokens/s\n"
               "weights    {}, {} read per token\n"
               "bandwidth  {:.1f} GB/s read at best {}; decode reaches {:.0f}% of it\n",
               report.prefill, report.decode, formatBytes(report.weightBytes), formatBytes(report.bytesPerToken),
               report.bandwidth / 1e9,
               report.onDevice ? "by the device" : fmt::format("with {} threads", report.threads),
               100 * report.share()) +
           operatorsText(report) + sweepText(report);
}

/// Where the device's time goes while it decodes behind the prompt. Not part of the rates: noting times takes time.
Result<void> measureOperators(Report& report, Session& session, devices::DeviceMeter& meter, std::size_t promptTokens,
                              std::size_t tokens, const JobContext& context) {
    report.onDevice = true;
    report.hasOperators = meter.hasTimes();
    if (!report.hasOperators) return {};
    const std::vector<TokenId> prompt = randomPrompt(session.tokenizer(), promptTokens);
    session.reset();
    STRATA_TRY(const Generation filled, generateGreedily(session, prompt, 1, context));
    meter.start();
    // The prompt's last token is evaluated again, and every new one but the last.
    report.operatorTokens = tokens;
    STRATA_TRY(const Generation measured, generateGreedily(session, prompt, tokens, context));
    report.operators = meter.stop();
    return {};
}

Result<Report> measure(const Options& options, Session& session, devices::DeviceMeter* meter, std::size_t promptTokens,
                       std::size_t tokens, const JobContext& context) {
    STRATA_TRY(const std::vector<std::uint8_t> levels, chooseLevels(options, session));
    Report report;
    report.weightBytes = weightBytesOf(*session.stack(), levels);
    report.bytesPerToken = weightBytesPerToken(*session.stack(), levels);
    STRATA_TRY(report.rates, measureRates(session, promptTokens, tokens, options.repeat.value_or(3), context));
    report.prefill = median(report.rates.prefill);
    report.decode = median(report.rates.decode);
    report.threads = options.threads.value_or(usableCores());
    if (meter != nullptr) {
        STRATA_CHECK(measureOperators(report, session, *meter, promptTokens, tokens, context));
        STRATA_TRY(report.bandwidth, meter->readBandwidth());
    } else {
        STRATA_TRY(report.bandwidth, measureReadBandwidth(report.threads));
    }
    if (!options.context) return report;
    STRATA_TRY(report.prefillOverLength, prefillOverLength(session, *options.context, kSweepRepeats, context));
    STRATA_TRY(report.decodeOverContext, decodeOverContext(session, *options.context, context));
    return report;
}

Result<std::shared_ptr<const StackFile>> openStack(const Options& options, const JobContext& context) {
    if (options.shape.empty()) return StackFile::open(options.stack);
    const auto shape = std::ranges::find(modelShapes(), options.shape, &ModelShape::name);
    return syntheticStack(*shape, static_cast<unsigned>(options.level.value_or(kSyntheticPlanes)), context);
}

Result<void> checkOptions(const Options& options) {
    if (options.stack.empty() == options.shape.empty())
        return fail(ErrorCode::InvalidArgument, "either a stack or --shape is needed, not both",
                    "name a file, or a shape to measure on random weights");
    if (options.shape.empty() || options.level.value_or(1) <= kMaximumPlanes) return {};
    return fail(ErrorCode::InvalidArgument, fmt::format("--level {} is more planes than there are", *options.level),
                fmt::format("with --shape, ask for 1 to {}", kMaximumPlanes));
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_CHECK(checkOptions(options));
    const std::size_t promptTokens = options.promptTokens.value_or(512);
    const std::size_t tokens = options.tokens.value_or(128);
    Interrupts interrupts;
    ProgressBar bar = console.progressBar();
    STRATA_TRY(const auto stack, openStack(options, {bar.sink(), interrupts.token()}));
    SessionOptions sessionOptions;
    sessionOptions.contextLength =
        std::max({promptTokens + tokens + 1, kSmallestContext, options.context.value_or(0) + kSweepSlack});
    sessionOptions.speculation = options.speculation;
    sessionOptions.threads = options.threads.value_or(0);
    STRATA_TRY(const ChosenDevice device, chooseDevice(options.device, console));
    useDevice(sessionOptions, device, fullWeightBytes(*stack));
    STRATA_TRY(const auto session, openSession(stack, sessionOptions, options.memory, SizeMeaning::Weights));
    STRATA_TRY(const Report report,
               measure(options, *session, device.meter.get(), promptTokens, tokens, {bar.sink(), interrupts.token()}));
    bar.finish();
    console.print(reportText(report));
    Json json = reportJson(report, promptTokens, tokens);
    json["device"] = device.name;
    json["device_bytes"] = session->use().deviceBytes;
    json["device_notices"] = tellDeviceNotices(*session, console);
    return Outcome{std::move(json)};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli bench model.strata
  strata-cli bench model.strata --memory 60% --threads 1
  strata-cli bench model.strata --level 4 --json
  strata-cli bench --shape llama-3.2-1b --level 4 --context 32768

SIZE is bytes of resident weights (70MB, 64MiB), or a share of all of them (60%).
)";

}  // namespace

Command addBench(CLI::App& root) {
    CLI::App* app = root.add_subcommand("bench", "Measure speed, and the share of memory bandwidth that it reaches");
    auto options = std::make_shared<Options>();
    app->add_option("STACK", options->stack, "The stack");
    std::vector<std::string> shapes;
    for (const ModelShape& shape : modelShapes()) shapes.emplace_back(shape.name);
    app->add_option("--shape", options->shape,
                    "Instead of a stack: random weights of this shape, in a temporary file of their size")
        ->check(CLI::IsMember(shapes))
        ->type_name("NAME");
    CLI::Option* memory = addSize(*app, "--memory", options->memory, "Bytes of resident weights [all]");
    addCount(*app, "--level", options->level, 1, 255,
             "Every linear layer at this many planes or blocks, embedding and head at their highest; with --shape "
             "all matrices [4]")
        ->excludes(memory);
    addThreads(*app, options->threads);
    addDevice(*app, options->device);
    addCount(*app, "--prompt-tokens", options->promptTokens, 1, 1u << 20, "Length of the prompt [512]");
    addCount(*app, "--tokens", options->tokens, 1, 1u << 20, "Tokens to decode [128]");
    addCount(*app, "--repeat", options->repeat, 1, 1000, "Runs; the median counts [3]");
    addCount(*app, "--context", options->context, 128, 1u << 20,
             "Also decode behind contexts of up to N tokens, and prefill up to N, at most 8192");
    addSpeculation(*app, options->speculation);
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
