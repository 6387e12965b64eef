#include "core/text/jinja/access.h"
#include "core/text/jinja/format.h"
#include "core/text/jinja/operators.h"
#include "core/text/jinja/print.h"
#include "core/text/jinja/string_operations.h"

#include <algorithm>
#include <cmath>

namespace strata::jinja {
namespace {

constexpr std::string_view kSymbols[] = {"+", "-", "*", "/", "//", "%", "** or pow()"};

[[noreturn]] void unsupported(BinaryOperator op, const Value& left, const Value& right) {
    raise("unsupported operand type(s) for " + std::string(kSymbols[static_cast<std::size_t>(op)]) + ": '" +
          std::string(typeName(left)) + "' and '" + std::string(typeName(right)) + "'");
}

[[noreturn]] void overflow() {
    raise("an integer does not fit in 64 bits");
}

std::int64_t floorDivide(std::int64_t left, std::int64_t right) {
    if (right == 0) raise("integer division or modulo by zero");
    if (right == -1) {
        std::int64_t result = 0;
        if (__builtin_sub_overflow(std::int64_t{0}, left, &result)) overflow();
        return result;
    }
    const std::int64_t quotient = left / right;
    return left % right != 0 && (left < 0) != (right < 0) ? quotient - 1 : quotient;
}

std::int64_t modulo(std::int64_t left, std::int64_t right) {
    if (right == 0) raise("integer division or modulo by zero");
    if (right == -1) return 0;
    const std::int64_t rest = left % right;
    return rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest;
}

double modulo(double left, double right) {
    if (right == 0) raise("float modulo");
    const double rest = std::fmod(left, right);
    if (rest == 0) return std::copysign(0.0, right);
    return (rest < 0) != (right < 0) ? rest + right : rest;
}

std::int64_t integerPower(std::int64_t base, std::int64_t exponent) {
    std::int64_t result = 1;
    while (exponent > 0) {
        if ((exponent & 1) && __builtin_mul_overflow(result, base, &result)) overflow();
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) overflow();
    }
    return result;
}

double floatPower(double base, double exponent) {
    if (base == 0 && exponent < 0) raise("0.0 cannot be raised to a negative power");
    const double result = std::pow(base, exponent);
    if (std::isnan(result) && !std::isnan(base) && !std::isnan(exponent)) {
        raise("a negative number has no fractional power here (complex numbers are not supported)");
    }
    if (std::isinf(result) && !std::isinf(base) && !std::isinf(exponent)) raise("numerical result out of range");
    return result;
}

Value integerArithmetic(BinaryOperator op, std::int64_t left, std::int64_t right) {
    std::int64_t result = 0;
    bool tooLarge = false;
    switch (op) {
        case BinaryOperator::Add:
            tooLarge = __builtin_add_overflow(left, right, &result);
            break;
        case BinaryOperator::Subtract:
            tooLarge = __builtin_sub_overflow(left, right, &result);
            break;
        case BinaryOperator::Multiply:
            tooLarge = __builtin_mul_overflow(left, right, &result);
            break;
        case BinaryOperator::FloorDivide:
            return Value(floorDivide(left, right));
        case BinaryOperator::Modulo:
            return Value(modulo(left, right));
        case BinaryOperator::Divide:
            if (right == 0) raise("division by zero");
            return Value(static_cast<double>(left) / static_cast<double>(right));
        case BinaryOperator::Power:
            if (right < 0) return Value(floatPower(static_cast<double>(left), static_cast<double>(right)));
            if (left == 0 || left == 1) return Value(right == 0 ? std::int64_t{1} : left);
            if (left == -1) return Value(std::int64_t{right % 2 == 0 ? 1 : -1});
            return Value(integerPower(left, right));
    }
    if (tooLarge) overflow();
    return Value(result);
}

Value floatArithmetic(BinaryOperator op, double left, double right) {
    switch (op) {
        case BinaryOperator::Add:
            return Value(left + right);
        case BinaryOperator::Subtract:
            return Value(left - right);
        case BinaryOperator::Multiply:
            return Value(left * right);
        case BinaryOperator::Divide:
            if (right == 0) raise("float division by zero");
            return Value(left / right);
        case BinaryOperator::FloorDivide:
            if (right == 0) raise("float floor division by zero");
            return Value(std::floor((left - modulo(left, right)) / right + 0.5));
        case BinaryOperator::Modulo:
            return Value(modulo(left, right));
        case BinaryOperator::Power:
            return Value(floatPower(left, right));
    }
    return {};
}

Value joinStrings(Runtime& runtime, const StringData& left, const StringData& right) {
    const bool markup = left.markup || right.markup;
    runtime.checkSize(left.text.size() + right.text.size());
    MarkedText result = markup && !left.markup ? escapeHtml(left.text) : left.text;
    result.append(markup && !right.markup ? escapeHtml(right.text) : right.text);
    return runtime.text(std::move(result), markup);
}

Value joinLists(Runtime& runtime, const ListData& left, const ListData& right) {
    std::vector<Value> items = left.items;
    items.insert(items.end(), right.items.begin(), right.items.end());
    return runtime.list(std::move(items), left.kind == ListKind::Group ? ListKind::Tuple : left.kind);
}

Value repeatString(Runtime& runtime, const StringData& string, std::int64_t count) {
    MarkedText result;
    if (count > 0 && !string.text.empty()) {
        const auto times = static_cast<std::uint64_t>(count);
        if (times > runtime.account().limits().stringBytes) raise("a string grows too large");
        runtime.checkSize(string.text.size() * times);
        MarkedText block = string.text;
        for (std::uint64_t left = times; left > 0; left >>= 1) {
            if (left & 1) result.append(block);
            if (left > 1) block.append(MarkedText(block));
        }
    }
    return runtime.text(std::move(result), string.markup);
}

Value repeatList(Runtime& runtime, const ListData& list, std::int64_t count) {
    std::vector<Value> items;
    if (count > 0 && !list.items.empty()) {
        const auto times = static_cast<std::uint64_t>(count);
        if (times > runtime.account().limits().steps) raise("a list grows too large");
        runtime.account().steps(list.items.size() * times);
        for (std::uint64_t done = 0; done < times; ++done) {
            items.insert(items.end(), list.items.begin(), list.items.end());
        }
    }
    return runtime.list(std::move(items), list.kind);
}

bool isSequence(const Value& value) {
    return value.asString() ||
           (value.asList() && (value.asList()->kind == ListKind::List || value.asList()->kind == ListKind::Tuple));
}

Value repeat(Runtime& runtime, const Value& sequence, std::int64_t count) {
    if (const auto* string = sequence.asString()) return repeatString(runtime, *string, count);
    return repeatList(runtime, *sequence.asList(), count);
}

}  // namespace

void requireDefined(const Value& value) {
    if (const Missing* missing = value.asMissing()) raise(missing->message);
}

Value apply(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right) {
    const StringData* string = left.asString();
    if (string && op == BinaryOperator::Modulo) return formatPercent(runtime, *string, right);
    requireDefined(left);
    requireDefined(right);
    const auto leftInteger = left.asInteger(), rightInteger = right.asInteger();
    if (leftInteger && rightInteger) return integerArithmetic(op, *leftInteger, *rightInteger);
    const auto leftNumber = left.asNumber(), rightNumber = right.asNumber();
    if (leftNumber && rightNumber) return floatArithmetic(op, *leftNumber, *rightNumber);
    if (op == BinaryOperator::Add && string && right.asString())
        return joinStrings(runtime, *string, *right.asString());
    if (op == BinaryOperator::Add && left.asList() && right.asList() && canJoin(*left.asList(), *right.asList())) {
        return joinLists(runtime, *left.asList(), *right.asList());
    }
    if (op == BinaryOperator::Multiply && isSequence(left) && rightInteger) return repeat(runtime, left, *rightInteger);
    if (op == BinaryOperator::Multiply && isSequence(right) && leftInteger) return repeat(runtime, right, *leftInteger);
    unsupported(op, left, right);
}

Value negate(const Value& value) {
    requireDefined(value);
    if (const auto integer = value.asInteger()) return integerArithmetic(BinaryOperator::Subtract, 0, *integer);
    if (const auto* number = value.asFloat()) return Value(-*number);
    raise("bad operand type for unary -: '" + std::string(typeName(value)) + "'");
}

Value plus(const Value& value) {
    requireDefined(value);
    if (const auto integer = value.asInteger()) return Value(*integer);
    if (value.asFloat()) return value;
    raise("bad operand type for unary +: '" + std::string(typeName(value)) + "'");
}

}  // namespace strata::jinja
