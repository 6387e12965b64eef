// Options whose values are numbers, sizes and the like, with errors that say what is allowed.
#pragma once

#include "app/cli/console.h"
#include "core/base/size.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace strata::cli {

/// `--memory-at TOKEN=SIZE`: a change of memory when so many tokens were generated.
struct MemoryChange {
    std::size_t token = 0;
    SizeSpec size;
};

/// Errors: InvalidArgument, for anything but a whole number in [minimum, maximum].
[[nodiscard]] Result<std::uint64_t> parseCount(std::string_view text, std::uint64_t minimum, std::uint64_t maximum);
/// Errors: InvalidArgument, for anything but a finite number in [minimum, maximum].
[[nodiscard]] Result<double> parseReal(std::string_view text, double minimum, double maximum);
/// "64=60%", "128=90MB". Errors: InvalidArgument.
[[nodiscard]] Result<MemoryChange> parseMemoryChange(std::string_view text);

/// Each throws CLI::ValidationError from inside CLI11's parser when the text is not what it should be. `into` must
/// outlive the app.
CLI::Option* addCount(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& into, std::uint64_t minimum,
                      std::uint64_t maximum, const std::string& help);
CLI::Option* addReal(CLI::App& app, const std::string& name, std::optional<double>& into, double minimum,
                     double maximum, const std::string& help);
CLI::Option* addSize(CLI::App& app, const std::string& name, std::optional<SizeSpec>& into, const std::string& help);
CLI::Option* addMemoryChanges(CLI::App& app, const std::string& name, std::vector<MemoryChange>& into,
                              const std::string& help);
/// May be given several times, one text each.
CLI::Option* addTexts(CLI::App& app, const std::string& name, std::vector<std::string>& into, const std::string& help);
CLI::Option* addText(CLI::App& app, const std::string& name, std::optional<std::string>& into, const std::string& help);
void addCommon(CLI::App& app, CommonOptions& into);
CLI::Option* addThreads(CLI::App& app, std::optional<std::uint64_t>& into);

}  // namespace strata::cli
