#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace strata::jinja {
namespace {

std::optional<std::int64_t> truncated(double number) {
    if (!std::isfinite(number)) return std::nullopt;
    if (std::fabs(number) >= 9223372036854775808.0) raise("an integer does not fit in 64 bits");
    return static_cast<std::int64_t>(number);
}

std::optional<double> numberFrom(const Value& value) {
    requireDefined(value);
    if (const auto* string = value.asString()) return parseFloat(string->text.view());
    return value.asNumber();
}

Value integer(Runtime&, const Value& input, const Arguments& arguments) {
    const Parameters given("int", arguments, {"default", "base"});
    requireDefined(input);
    const Value fallback = given[0] ? *given[0] : Value(std::int64_t{0});
    const int base = static_cast<int>(std::clamp<std::int64_t>(given.integer(1, 10), -1, 37));
    if (const auto* string = input.asString()) {
        if (const auto whole = parseInteger(string->text.view(), base)) {
            return Value(*whole);
        }
    } else if (const auto whole = input.asInteger()) {
        return Value(*whole);
    } else if (input.asFloat() && std::isinf(*input.asFloat())) {
        raise("cannot convert float infinity to integer");
    }
    const auto number = numberFrom(input);
    const auto whole = number ? truncated(*number) : std::nullopt;
    return whole ? Value(*whole) : fallback;
}

Value floating(Runtime&, const Value& input, const Arguments& arguments) {
    const Parameters given("float", arguments, {"default"});
    if (const auto number = numberFrom(input)) return Value(*number);
    return given[0] ? *given[0] : Value(0.0);
}

Value absolute(Runtime&, const Value& input, const Arguments& arguments) {
    Parameters("abs", arguments, {});
    requireDefined(input);
    if (const auto whole = input.asInteger()) return *whole < 0 ? negate(Value(*whole)) : Value(*whole);
    if (input.asFloat()) return Value(std::fabs(*input.asFloat()));
    raise("bad operand type for abs(): '" + std::string(typeName(input)) + "'");
}

/// Correctly rounded to `precision` decimals, as Python's round(): by way of the decimal text.
double roundDecimals(double number, std::int64_t precision) {
    if (!std::isfinite(number) || precision > 300) return number;
    if (precision < -308) return std::copysign(0.0, number);
    if (precision < 0) {
        const double scale = std::pow(10.0, static_cast<double>(-precision));
        return std::nearbyint(number / scale) * scale;
    }
    std::array<char, 800> buffer;
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed,
                                       static_cast<int>(precision));
    double result = 0;
    std::from_chars(buffer.data(), written.ptr, result);
    return result;
}

std::int64_t roundInteger(std::int64_t number, std::int64_t precision) {
    if (precision >= 0) return number;
    if (precision < -18) return 0;
    std::int64_t scale = 1;
    for (std::int64_t digit = precision; digit < 0; ++digit) scale *= 10;
    const std::int64_t rest = ((number % scale) + scale) % scale;
    std::int64_t rounded = 0;
    bool tooLarge = __builtin_sub_overflow(number, rest, &rounded);
    const bool even = (rounded / scale) % 2 == 0;
    const bool upwards = rest * 2 > scale || (rest * 2 == scale && !even);
    if (upwards) tooLarge = __builtin_add_overflow(number, scale - rest, &rounded);
    if (tooLarge) raise("an integer does not fit in 64 bits");
    return rounded;
}

Value round(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("round", arguments, {"precision", "method"});
    requireDefined(input);
    const std::int64_t precision = given.integer(0, 0);
    const std::string_view method = given[1] ? given.string(1)->view() : "common";
    if (method != "common" && method != "ceil" && method != "floor") raise("method must be common, ceil or floor");
    const auto number = input.asNumber();
    if (!number) raise("type " + std::string(typeName(input)) + " doesn't define __round__ method");
    if (method == "common") {
        if (input.asFloat()) return Value(roundDecimals(*number, precision));
        return Value(roundInteger(*input.asInteger(), precision));
    }
    const Value scale = apply(runtime, BinaryOperator::Power, Value(std::int64_t{10}), Value(precision));
    const double scaled = *apply(runtime, BinaryOperator::Multiply, input, scale).asNumber();
    const auto whole = truncated(method == "ceil" ? std::ceil(scaled) : std::floor(scaled));
    if (!whole) raise("cannot convert float infinity to integer");
    return apply(runtime, BinaryOperator::Divide, Value(*whole), scale);
}

Value sum(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("sum", arguments, {"attribute", "start"});
    const AttributePath path = given[0] ? AttributePath(runtime, *given[0]) : AttributePath();
    Value total = given[1] ? *given[1] : Value(std::int64_t{0});
    if (total.asString()) raise("sum() can't sum strings [use ''.join(seq) instead]");
    for (const Value& item : itemsOf(runtime, input)) {
        total = apply(runtime, BinaryOperator::Add, total, path.of(runtime, item));
    }
    return total;
}

constexpr Filter kFilters[] = {
    {"abs", absolute}, {"float", floating}, {"int", integer}, {"round", round}, {"sum", sum},
};

}  // namespace

std::span<const Filter> numberFilters() noexcept {
    return kFilters;
}

}  // namespace strata::jinja
