#include "core/text/jinja/access.h"
#include "core/text/jinja/filters.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/unicode.h"

#include <algorithm>

namespace strata::jinja {
namespace {

bool equalsInteger(Runtime& runtime, const Value& left, std::int64_t divisor, std::int64_t rest) {
    const Value remainder = apply(runtime, BinaryOperator::Modulo, left, Value(divisor));
    return equals(remainder, Value(rest));
}

bool isOdd(Runtime& runtime, const Value& input, const Arguments&) {
    return equalsInteger(runtime, input, 2, 1);
}
bool isEven(Runtime& runtime, const Value& input, const Arguments&) {
    return equalsInteger(runtime, input, 2, 0);
}

bool isDivisibleBy(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("divisibleby", arguments, {"num"}, 1);
    return equals(apply(runtime, BinaryOperator::Modulo, input, *given[0]), Value(std::int64_t{0}));
}

bool isDefined(Runtime&, const Value& input, const Arguments&) {
    return !input.isUndefined();
}
bool isUndefined(Runtime&, const Value& input, const Arguments&) {
    return input.isUndefined();
}
bool isNone(Runtime&, const Value& input, const Arguments&) {
    return input.isNone();
}
bool isBoolean(Runtime&, const Value& input, const Arguments&) {
    return input.asBool() != nullptr;
}
bool isFalse(Runtime&, const Value& input, const Arguments&) {
    return input.asBool() && !*input.asBool();
}
bool isTrue(Runtime&, const Value& input, const Arguments&) {
    return input.asBool() && *input.asBool();
}
bool isInteger(Runtime&, const Value& input, const Arguments&) {
    return input.asInteger() && !input.asBool();
}
bool isFloat(Runtime&, const Value& input, const Arguments&) {
    return input.asFloat() != nullptr;
}
bool isNumber(Runtime&, const Value& input, const Arguments&) {
    return input.asNumber().has_value();
}
bool isString(Runtime&, const Value& input, const Arguments&) {
    return input.asString() != nullptr;
}
bool isMapping(Runtime&, const Value& input, const Arguments&) {
    return input.asDict() != nullptr;
}
bool isIterableValue(Runtime&, const Value& input, const Arguments&) {
    return isIterable(input);
}
bool isEscaped(Runtime&, const Value& input, const Arguments&) {
    return input.asString() && input.asString()->markup;
}

bool isSequence(Runtime&, const Value& input, const Arguments&) {
    if (const auto* list = input.asList()) {
        return list->kind != ListKind::Keys && list->kind != ListKind::Items && list->kind != ListKind::Values;
    }
    return input.asString() || input.asDict() || input.isUndefined();
}

bool isCallable(Runtime&, const Value& input, const Arguments&) {
    return input.isUndefined() || (input.asObject() && input.asObject()->callable());
}

bool isFilterName(Runtime&, const Value& input, const Arguments&) {
    return input.asString() && findFilter(input.asString()->text.view());
}

bool isTestName(Runtime&, const Value& input, const Arguments&) {
    return input.asString() && findTest(input.asString()->text.view());
}

bool isSame(Runtime&, const Value& input, const Arguments& arguments) {
    const Parameters given("sameas", arguments, {"other"}, 1);
    return input.sameAs(*given[0]);
}

template <CharClass wanted>
bool isOfCase(Runtime& runtime, const Value& input, const Arguments&) {
    const MarkedText text = str(runtime, input);
    bool seen = false, clean = true;
    forEachCharacter(text.view(), [&](Character character, std::size_t) {
        if (!isCased(character.code)) return;
        seen = true;
        clean = clean && isClass(character.code, wanted);
    });
    return seen && clean;
}

template <Comparison op>
bool compares(Runtime& runtime, const Value& input, const Arguments& arguments) {
    const Parameters given("comparison", arguments, {"other"}, 1);
    return compare(runtime, op, input, *given[0]);
}

constexpr Test kTests[] = {
    {"!=", compares<Comparison::NotEqual>, 1},
    {"<", compares<Comparison::Less>, 1},
    {"<=", compares<Comparison::LessEqual>, 1},
    {"==", compares<Comparison::Equal>, 1},
    {">", compares<Comparison::Greater>, 1},
    {">=", compares<Comparison::GreaterEqual>, 1},
    {"boolean", isBoolean},
    {"callable", isCallable},
    {"defined", isDefined},
    {"divisibleby", isDivisibleBy, 1},
    {"eq", compares<Comparison::Equal>, 1},
    {"equalto", compares<Comparison::Equal>, 1},
    {"escaped", isEscaped},
    {"even", isEven},
    {"false", isFalse},
    {"filter", isFilterName},
    {"float", isFloat},
    {"ge", compares<Comparison::GreaterEqual>, 1},
    {"greaterthan", compares<Comparison::Greater>, 1},
    {"gt", compares<Comparison::Greater>, 1},
    {"in", compares<Comparison::In>, 1},
    {"integer", isInteger},
    {"iterable", isIterableValue},
    {"le", compares<Comparison::LessEqual>, 1},
    {"lessthan", compares<Comparison::Less>, 1},
    {"lower", isOfCase<CharClass::Lower>},
    {"lt", compares<Comparison::Less>, 1},
    {"mapping", isMapping},
    {"ne", compares<Comparison::NotEqual>, 1},
    {"none", isNone},
    {"number", isNumber},
    {"odd", isOdd},
    {"sameas", isSame, 1},
    {"sequence", isSequence},
    {"string", isString},
    {"test", isTestName},
    {"true", isTrue},
    {"undefined", isUndefined},
    {"upper", isOfCase<CharClass::Upper>},
};
static_assert(std::ranges::is_sorted(kTests, {}, &Test::name));

}  // namespace

bool Test::holds(Runtime& runtime, const Value& input, const Arguments& arguments) const {
    const std::size_t given = arguments.positional.size() + arguments.keywords.size();
    if (given != parameters) {
        raise("the test '" + std::string(name) + "' takes " + std::to_string(parameters) + " arguments, " +
              std::to_string(given) + " given");
    }
    return check(runtime, input, arguments);
}

const Test* findTest(std::string_view name) noexcept {
    const auto* place = std::ranges::lower_bound(kTests, name, {}, &Test::name);
    return place != std::end(kTests) && place->name == name ? place : nullptr;
}

}  // namespace strata::jinja
