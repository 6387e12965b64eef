#include "core/base/size.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace strata {
namespace {

struct Unit {
    std::string_view name;  // lower case
    std::uint64_t bytes;
};

constexpr std::array<Unit, 10> kUnits = {{{"", 1},
                                          {"b", 1},
                                          {"kb", 1'000},
                                          {"mb", 1'000'000},
                                          {"gb", 1'000'000'000},
                                          {"tb", 1'000'000'000'000},
                                          {"kib", std::uint64_t{1} << 10},
                                          {"mib", std::uint64_t{1} << 20},
                                          {"gib", std::uint64_t{1} << 30},
                                          {"tib", std::uint64_t{1} << 40}}};

// 2^64, the first value that does not fit.
constexpr double kTooLarge = 18446744073709551616.0;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::unexpected<Error> notASize(std::string_view text, std::string_view why) {
    return fail(
        ErrorCode::InvalidArgument, fmt::format("'{}' is not a size: {}", text, why),
        "write a number and B, kB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 1.5GB, or a percentage up to 100%");
}

std::optional<std::uint64_t> unitBytes(std::string_view name) {
    std::string lower(name);
    for (char& letter : lower) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    for (const Unit& unit : kUnits) {
        if (unit.name == lower) return unit.bytes;
    }
    return std::nullopt;
}

Result<SizeSpec> percentage(std::string_view text, double number) {
    if (!(number > 0 && number <= 100)) return notASize(text, "a percentage lies above 0 and up to 100");
    return SizeSpec{0, number / 100};
}

Result<SizeSpec> wholeBytes(std::string_view text, std::string_view digits, std::uint64_t unit) {
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (parsed.ec != std::errc{} || number > std::numeric_limits<std::uint64_t>::max() / unit) {
        return notASize(text, "it is too large");
    }
    return SizeSpec{number * unit, 0};
}

Result<SizeSpec> fractionalBytes(std::string_view text, double number, std::uint64_t unit) {
    if (unit == 1) return notASize(text, "bytes are whole, is a unit missing?");
    const double bytes = std::round(number * static_cast<double>(unit));
    if (!(bytes < kTooLarge)) return notASize(text, "it is too large");
    return SizeSpec{static_cast<std::uint64_t>(bytes), 0};
}

}  // namespace

std::uint64_t SizeSpec::resolve(std::uint64_t wholeBytes) const noexcept {
    if (!isFraction()) return bytes;
    if (fraction >= 1) return wholeBytes;
    return static_cast<std::uint64_t>(fraction * static_cast<double>(wholeBytes));
}

Result<SizeSpec> parseSize(std::string_view text) {
    const std::string_view body = trimmed(text);
    const std::string_view digits = body.substr(0, body.find_first_not_of("0123456789."));
    double number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
    if (parsed.ec == std::errc::result_out_of_range) return notASize(text, "it is too large");
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
        return notASize(text, "it does not begin with a number");
    }
    const std::string_view unitName = trimmed(body.substr(digits.size()));
    if (unitName == "%") return percentage(text, number);
    const auto unit = unitBytes(unitName);
    if (!unit) return notASize(text, fmt::format("'{}' is no unit", unitName));
    const bool whole = digits.find('.') == std::string_view::npos;
    return whole ? wholeBytes(text, digits, *unit) : fractionalBytes(text, number, *unit);
}

std::string formatBytes(std::uint64_t sizeBytes) {
    static constexpr std::array kNames = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    if (sizeBytes < 1000) return fmt::format("{} B", sizeBytes);
    std::size_t unit = 0;
    double value = static_cast<double>(sizeBytes);
    // 999.5 would be printed as 1000, which has four digits.
    while (value >= 999.5) {
        value /= 1000;
        ++unit;
    }
    // The same holds for 9.995 and 99.95: rounding decides how many decimals are left.
    const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, kNames[unit]);
}

std::string formatDuration(double seconds) {
    constexpr double kLongest = 1e9;
    const double bounded = seconds > 0 ? std::fmin(seconds, kLongest) : 0;  // NaN is 0 too
    const auto whole = static_cast<std::uint64_t>(std::llround(bounded));
    const std::uint64_t hours = whole / 3600;
    const std::uint64_t minutes = whole / 60 % 60;
    if (hours == 0) return fmt::format("{}:{:02}", minutes, whole % 60);
    return fmt::format("{}:{:02}:{:02}", hours, minutes, whole % 60);
}

}  // namespace strata
