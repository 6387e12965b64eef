#include "app/cli/commands/command.h"
#include "app/cli/file_summary.h"

namespace strata::cli {
namespace {

struct Options {
    std::string file;
    bool tensors = false;
};

Result<Json> describe(const Options& options) {
    STRATA_TRY(const std::unique_ptr<ModelFiles> source, ModelFiles::open(options.file));
    if (source->format() != SourceFormat::Stack) return describeSource(*source, options.tensors);
    STRATA_TRY(const std::shared_ptr<const StackFile> stack, StackFile::open(options.file));
    return describeStack(*stack, options.tensors);
}

Result<Outcome> run(const Options& options, Console& console) {
    STRATA_TRY(Json summary, describe(options));
    console.print(summaryText(summary));
    return Outcome{std::move(summary)};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli info model.gguf
  strata-cli info folder                    a Hugging Face folder or a BitStack checkpoint
  strata-cli info model.strata              its range of sizes and its measured curve
  strata-cli info model.strata --json --tensors
)";

}  // namespace

Command addInfo(CLI::App& root) {
    CLI::App* app = root.add_subcommand("info", "What is inside a model or a stack");
    auto options = std::make_shared<Options>();
    app->add_option("FILE", options->file, "GGUF file, Hugging Face folder, BitStack checkpoint or stack")->required();
    app->add_flag("--tensors", options->tensors, "List every tensor");
    app->footer(kExamples);
    return makeCommand(app, std::move(options), run);
}

}  // namespace strata::cli
