#include "app/cli/commands/command.h"
#include "app/cli/interrupts.h"
#include "app/cli/options.h"
#include "core/base/size.h"
#include "core/compress/compressor.h"
#include "core/source/model_files.h"

#include <limits>

#include <fmt/format.h>

namespace strata::cli {
namespace {

struct Options {
    std::string source;
    std::string output;
    std::optional<std::string> codec, effort;
    std::optional<std::uint64_t> planes, rank, blocks, threads, seed;
    std::optional<std::string> calibration;
    bool detokenise = false, resume = false, force = false;
};

/// Errors: InvalidArgument for an option that the codec, or the source, does not have.
Result<void> checkCodecOptions(const Options& options, const ModelFiles& source, Codec codec) {
    if (source.bitstack() != nullptr && (options.rank || options.blocks))
        return fail(ErrorCode::InvalidArgument, "a BitStack checkpoint has its own rank and blocks",
                    "leave --rank and --blocks out");
    if (codec == Codec::Nested && (options.rank || options.blocks))
        return fail(ErrorCode::InvalidArgument, "--rank and --blocks belong to --codec bitstack",
                    "leave them out, or use --planes");
    if (codec == Codec::Bitstack && options.planes)
        return fail(ErrorCode::InvalidArgument, "--planes belongs to --codec nested", "leave it out, or use --blocks");
    if (codec == Codec::Bitstack && options.effort)
        return fail(ErrorCode::InvalidArgument, "--effort belongs to --codec nested", "leave it out");
    return {};
}

/// Errors: those of the source; InvalidArgument.
Result<CompressOptions> engineOptions(const Options& options) {
    CompressOptions engine;
    if (options.codec) engine.codec = *options.codec == "nested" ? Codec::Nested : Codec::Bitstack;
    STRATA_TRY(const std::unique_ptr<ModelFiles> source, ModelFiles::open(options.source));
    STRATA_CHECK(checkCodecOptions(options, *source, codecFor(engine, *source)));
    if (options.detokenise && !options.calibration)
        return fail(ErrorCode::InvalidArgument, "--detokenise-wikitext needs --calibration FILE");
    engine.source = options.source;
    engine.output = options.output;
    engine.planes = static_cast<unsigned>(options.planes.value_or(engine.planes));
    engine.rank = static_cast<unsigned>(options.rank.value_or(engine.rank));
    engine.blocks = static_cast<unsigned>(options.blocks.value_or(engine.blocks));
    if (options.effort == "fast") engine.descentPasses = kFastDescentPasses;
    engine.calibration = options.calibration.value_or("");
    engine.detokeniseWikitext = options.detokenise;
    engine.resume = options.resume;
    engine.overwrite = options.force;
    engine.threads = options.threads.value_or(0);
    engine.seed = options.seed.value_or(engine.seed);
    return engine;
}

Json reportJson(const Options& options, const CompressReport& report) {
    Json curve = Json::array();
    for (const CurvePoint& point : report.curve)
        curve.push_back({{"weight_bytes", point.weightBytes},
                         {"blocks", point.blocks},
                         {"perplexity", rounded(point.perplexity)},
                         {"divergence", rounded(point.divergence)},
                         {"agreement", rounded(point.agreement)}});
    return Json{{"output", options.output},
                {"source_bytes", report.sourceBytes},
                {"stack_bytes", report.stackBytes},
                {"bits_per_weight", rounded(report.bitsPerWeight)},
                {"resumed", report.resumed},
                {"calibrate_seconds", rounded(report.calibrateSeconds)},
                {"encode_seconds", rounded(report.encodeSeconds)},
                {"vocabulary_seconds", rounded(report.vocabularySeconds)},
                {"sensitivity_seconds", rounded(report.sensitivitySeconds)},
                {"curve_seconds", rounded(report.curveSeconds)},
                {"total_seconds", rounded(report.totalSeconds)},
                {"peak_resident_bytes", report.peakResidentBytes},
                {"curve", std::move(curve)}};
}

std::string reportText(const Options& options, const CompressReport& report) {
    std::string text =
        fmt::format("{}: {} from {}, {:.2f} bits per weight, in {}, at most {} of memory\n", options.output,
                    formatBytes(report.stackBytes), formatBytes(report.sourceBytes), report.bitsPerWeight,
                    formatDuration(report.totalSeconds), formatBytes(report.peakResidentBytes));
    if (report.curve.empty()) return text;
    text += fmt::format("  {:>10} {:>12} {:>12}\n", "weights", "perplexity", "agreement");
    for (const CurvePoint& point : report.curve)
        text += fmt::format("  {:>10} {:>12.2f} {:>11.1f}%\n", formatBytes(point.weightBytes), double{point.perplexity},
                            100.0 * double{point.agreement});
    return text;
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_TRY(const CompressOptions engine, engineOptions(options));
    STRATA_TRY(const CompressEstimate estimate, estimateCompression(engine));
    console.note(fmt::format("{}: a stack of about {}; needs {} of memory and {} of disk while it runs", options.source,
                             formatBytes(estimate.stackBytes), formatBytes(estimate.peakMemoryBytes),
                             formatBytes(estimate.workBytes)));
    Interrupts interrupts(Interrupts::Signals::InterruptAndTerminate);
    ProgressBar bar = console.progressBar();
    auto report = compress(engine, {bar.sink(), interrupts.token()});
    bar.finish();
    if (!report) {
        if (report.error().code == ErrorCode::Cancelled)
            return fail(ErrorCode::Cancelled, "stopped; what is finished is kept",
                        "give the same command with --resume to go on");
        return std::unexpected(std::move(report).error());
    }
    console.print(reportText(options, *report));
    return Outcome{reportJson(options, *report)};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli compress model.gguf -o model.strata
  strata-cli compress model.gguf -o model.strata --planes 5 --calibration text.txt
  strata-cli compress model.gguf -o model.strata --resume        after Ctrl-C or a crash
  strata-cli compress model.gguf -o model.strata --codec bitstack --rank 16 --blocks 12
  strata-cli compress folder -o model.strata                     a Hugging Face folder, or a BitStack checkpoint, whose
                                                                 blocks are taken over unless --codec nested is given
  strata-cli compress old.strata -o new.strata --codec nested    from the sum of the blocks of another stack

A folder OUT.partial beside the output holds finished pieces while it runs. Ctrl-C stops and keeps it.
)";

}  // namespace

Command addCompress(CLI::App& root) {
    CLI::App* app = root.add_subcommand("compress", "Turn a model into a stack");
    auto options = std::make_shared<Options>();
    app->add_option("SOURCE", options->source,
                    "GGUF file (of a split model: any part), Hugging Face folder, BitStack checkpoint or stack")
        ->required();
    app->add_option("-o,--output", options->output, "The stack to write")->required()->type_name("OUT.strata");
    app->add_option("--codec", options->codec, "nested or bitstack [nested; of a BitStack checkpoint: bitstack]")
        ->check(CLI::IsMember({"nested", "bitstack"}))
        ->type_name("NAME");
    addCount(*app, "--planes", options->planes, 1, 8, "Bits per weight of a linear layer, nested [6]");
    addCount(*app, "--rank", options->rank, 1, 256, "Rank of a block's magnitudes, bitstack [16]");
    addCount(*app, "--blocks", options->blocks, 1, 64, "Blocks of a linear layer, bitstack [16]");
    app->add_option("--effort", options->effort, "best, or fast: less than half of the time, somewhat worse [best]")
        ->check(CLI::IsMember({"fast", "best"}))
        ->type_name("NAME");
    addText(*app, "--calibration", options->calibration, "Text that shows what matters [built in]")->type_name("FILE");
    app->add_flag("--detokenise-wikitext", options->detokenise, "Undo WikiText's spacing in the calibration text");
    app->add_flag("--resume", options->resume, "Go on with an interrupted run (or begin, where there is none)");
    app->add_flag("--force", options->force, "Overwrite the output");
    addThreads(*app, options->threads);
    addCount(*app, "--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(), "Seed of the rotations [1]");
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
