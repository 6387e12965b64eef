#include "app/cli/commands/command.h"
#include "app/cli/device_choice.h"

namespace strata::cli {
namespace {

struct Options {};

Result<Outcome> run(const Options&, Console& console) {
    STRATA_TRY(Json description, describeDevices());
    console.print(devicesText(description));
    return Outcome{std::move(description)};
}

constexpr const char* kExamples = R"(Examples:
  strata-cli devices
  strata-cli generate model.strata --device 0 --prompt "Why is the sky blue?"
  STRATA_VK_DISABLE=import,subgroup strata-cli devices      which paths are left

STRATA_VK_DISABLE switches paths off (subgroup, dot, import, mapped, transfer, lanes) or on where they do not pay (+dot, +transfer,
+split).
)";

}  // namespace

Command addDevices(CLI::App& root) {
    CLI::App* app = root.add_subcommand("devices", "What can compute here, and how");
    app->footer(kExamples);
    return makeCommand(app, std::make_shared<Options>(), run);
}

}  // namespace strata::cli
