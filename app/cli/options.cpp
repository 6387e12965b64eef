#include "app/cli/options.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace strata::cli {
namespace {

template <class T>
T orThrow(const std::string& name, Result<T> value) {
    if (!value) throw CLI::ValidationError(name, value.error().message());
    return *std::move(value);
}

std::string range(auto minimum, auto maximum, bool open) {
    return open ? fmt::format("at least {}", minimum) : fmt::format("from {} to {}", minimum, maximum);
}

/// Calls `take` with each text that the option was given.
template <class F>
CLI::Option* addRepeated(CLI::App& app, const std::string& name, const std::string& help, F take) {
    const auto each = [take](const std::vector<std::string>& texts) {
        for (const std::string& text : texts) take(text);
    };
    return app.add_option_function<std::vector<std::string>>(name, each, help)->allow_extra_args(false)->take_all();
}

}  // namespace

Result<std::uint64_t> parseCount(std::string_view text, std::uint64_t minimum, std::uint64_t maximum) {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || number < minimum || number > maximum) {
        const bool open = maximum == std::numeric_limits<std::uint64_t>::max();
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("'{}' is not a whole number {}", text, range(minimum, maximum, open)));
    }
    return number;
}

Result<double> parseReal(std::string_view text, double minimum, double maximum) {
    double number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end || !(number >= minimum && number <= maximum)) {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("'{}' is not a number {}", text, range(minimum, maximum, std::isinf(maximum))));
    }
    return number;
}

Result<MemoryChange> parseMemoryChange(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos)
        return fail(ErrorCode::InvalidArgument, fmt::format("'{}' is not TOKEN=SIZE", text),
                    "write for example 64=60%");
    STRATA_TRY(const std::uint64_t token,
               parseCount(text.substr(0, equals), 1, std::numeric_limits<std::uint32_t>::max()));
    STRATA_TRY(const SizeSpec size, parseSize(text.substr(equals + 1)));
    return MemoryChange{token, size};
}

CLI::Option* addCount(CLI::App& app, const std::string& name, std::optional<std::uint64_t>& into, std::uint64_t minimum,
                      std::uint64_t maximum, const std::string& help) {
    const auto take = [&into, name, minimum, maximum](const std::string& text) {
        into = orThrow(name, parseCount(text, minimum, maximum));
    };
    return app.add_option_function<std::string>(name, take, help)->type_name("N");
}

CLI::Option* addReal(CLI::App& app, const std::string& name, std::optional<double>& into, double minimum,
                     double maximum, const std::string& help) {
    const auto take = [&into, name, minimum, maximum](const std::string& text) {
        into = orThrow(name, parseReal(text, minimum, maximum));
    };
    return app.add_option_function<std::string>(name, take, help)->type_name("X");
}

CLI::Option* addSize(CLI::App& app, const std::string& name, std::optional<SizeSpec>& into, const std::string& help) {
    const auto take = [&into, name](const std::string& text) { into = orThrow(name, parseSize(text)); };
    return app.add_option_function<std::string>(name, take, help)->type_name("SIZE");
}

CLI::Option* addMemoryChanges(CLI::App& app, const std::string& name, std::vector<MemoryChange>& into,
                              const std::string& help) {
    const auto take = [&into, name](const std::string& text) {
        into.push_back(orThrow(name, parseMemoryChange(text)));
    };
    return addRepeated(app, name, help, take)->type_name("TOKEN=SIZE");
}

CLI::Option* addTexts(CLI::App& app, const std::string& name, std::vector<std::string>& into, const std::string& help) {
    return addRepeated(app, name, help, [&into](const std::string& text) { into.push_back(text); })->type_name("TEXT");
}

CLI::Option* addText(CLI::App& app, const std::string& name, std::optional<std::string>& into,
                     const std::string& help) {
    return app.add_option_function<std::string>(
                  name, [&into](const std::string& text) { into = text; }, help)
        ->type_name("TEXT");
}

void addCommon(CLI::App& app, CommonOptions& into) {
    app.add_flag("--json", into.json, "Make one JSON object the last line of standard output, errors included");
    app.add_flag("--quiet", into.quiet, "No progress, no remarks");
}

CLI::Option* addThreads(CLI::App& app, std::optional<std::uint64_t>& into) {
    return addCount(app, "--threads", into, 1, 1024, "Threads [one per physical core]");
}

}  // namespace strata::cli
