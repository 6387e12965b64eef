// What a subcommand is: its options, and the function that does the work.
#pragma once

#include "app/cli/console.h"
#include "app/cli/exit_codes.h"
#include "core/base/result.h"

#include <functional>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace strata::cli {

/// The object for --json, and the exit code: anything but Ok for work that was stopped half-way and yet has a result.
struct Outcome {
    Json json;
    ExitCode exit = ExitCode::Ok;
};

struct Command {
    CLI::App* app = nullptr;  ///< owned by the root
    std::shared_ptr<CommonOptions> common;
    std::function<Result<Outcome>(Console&)> run;
};

/// Each adds its subcommand to `root`, in the order of --help.
[[nodiscard]] Command addCompress(CLI::App& root);
[[nodiscard]] Command addInfo(CLI::App& root);
[[nodiscard]] Command addEval(CLI::App& root);
[[nodiscard]] Command addGenerate(CLI::App& root);
[[nodiscard]] Command addChat(CLI::App& root);
[[nodiscard]] Command addBench(CLI::App& root);
[[nodiscard]] Command addDevices(CLI::App& root);

/// A Command whose options live as long as it does.
template <class Options>
[[nodiscard]] Command makeCommand(CLI::App* app, std::shared_ptr<Options> options,
                                  Result<Outcome> (*run)(const Options&, Console&)) {
    auto common = std::make_shared<CommonOptions>();
    return {app, std::move(common),
            [options = std::move(options), run](Console& console) { return run(*options, console); }};
}

}  // namespace strata::cli
