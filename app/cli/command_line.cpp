#include "app/cli/command_line.h"

#include "app/cli/commands/command.h"
#include "app/cli/options.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace strata::cli {
namespace {

constexpr std::string_view kExamples = R"(Examples:
  strata-cli compress model.gguf -o model.strata
  strata-cli info model.strata
  strata-cli chat model.strata --memory 60%
  strata-cli COMMAND --help

)";

using Commands = std::array<Command, 7>;

Commands addCommands(CLI::App& root) {
    return {addCompress(root), addInfo(root),  addEval(root),   addGenerate(root),
            addChat(root),     addBench(root), addDevices(root)};
}

/// The help of the subcommand that was named, or of the program.
const CLI::App& innermost(const CLI::App& root) {
    const auto parsed = root.get_subcommands();
    return parsed.empty() ? root : *parsed.front();
}

int usageFailure(const CLI::App& root, const CLI::ParseError& error, Console& console) {
    const CLI::App& app = innermost(root);
    const std::string name = &app == &root ? "strata-cli" : "strata-cli " + app.get_name();
    console.fail("usage", fmt::format("{}; see {} --help", error.what(), name));
    return static_cast<int>(ExitCode::Usage);
}

int runCommand(const Command& command, Console& console) {
    Result<Outcome> outcome = command.run(console);
    if (!outcome) {
        console.fail(errorCodeName(outcome.error().code), outcome.error().message());
        return static_cast<int>(exitCodeOf(outcome.error().code));
    }
    console.finish(outcome->json);
    if (console.out().good()) return static_cast<int>(outcome->exit);
    console.fail(errorCodeName(ErrorCode::Io), "cannot write to standard output");
    return static_cast<int>(ExitCode::Io);
}

int parseAndRun(int argumentCount, const char* const* arguments, std::ostream& out, std::ostream& err) {
    CLI::App root("Runs language models in as much memory as you choose, while they answer.", "strata-cli");
    root.set_version_flag("--version", "strata-cli " STRATA_VERSION);
    root.require_subcommand(1);
    root.footer(std::string(kExamples) + exitCodeTable());
    Commands commands = addCommands(root);
    for (Command& command : commands) addCommon(*command.app, *command.common);
    try {
        root.parse(argumentCount, arguments);
    } catch (const CLI::Success& success) {
        return root.exit(success, out, err);
    } catch (const CLI::ParseError& error) {
        // The options were not understood, so they cannot say whether errors are wanted as JSON.
        const std::string_view json = "--json";
        Console console(out, err,
                        {std::find(arguments, arguments + argumentCount, json) != arguments + argumentCount, false});
        return usageFailure(root, error, console);
    }
    const auto chosen =
        std::find_if(commands.begin(), commands.end(), [](const Command& command) { return command.app->parsed(); });
    Console console(out, err, *chosen->common);
    return runCommand(*chosen, console);
}

int unexpectedFailure(std::string_view code, std::string_view message, ExitCode exit, std::ostream& err) {
    err << "strata-cli: " << oneLine(message) << " (" << code << ")\n" << std::flush;
    return static_cast<int>(exit);
}

}  // namespace

int runCommandLine(int argumentCount, const char* const* arguments, std::ostream& out, std::ostream& err) {
    try {
        return parseAndRun(argumentCount, arguments, out, err);
    } catch (const std::bad_alloc&) {
        return unexpectedFailure("out-of-memory", "the system refuses memory; close other programs",
                                 ExitCode::OutOfMemory, err);
    } catch (const std::exception& error) {
        return unexpectedFailure("internal", error.what(), ExitCode::Internal, err);
    }
}

}  // namespace strata::cli
