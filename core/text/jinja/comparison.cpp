#include "core/text/jinja/operators.h"

#include <algorithm>

namespace strata::jinja {
namespace {

bool equalLists(const ListData& left, const ListData& right) {
    const auto kind = [](const ListData& list) { return list.kind == ListKind::Group ? ListKind::Tuple : list.kind; };
    return kind(left) == kind(right) && std::ranges::equal(left.items, right.items, equals);
}

bool equalDicts(const DictData& left, const DictData& right) {
    if (left.size() != right.size()) return false;
    return std::ranges::all_of(left.entries(), [&](const DictData::Entry& entry) {
        const Value* other = right.find(entry.first);
        return other && equals(entry.second, *other);
    });
}

[[noreturn]] void unordered(const Value& left, const Value& right) {
    raise("'<' not supported between instances of '" + std::string(typeName(left)) + "' and '" +
          std::string(typeName(right)) + "'");
}

bool contains(Runtime& runtime, const StringData& container, const Value& item) {
    const StringData* needle = item.asString();
    if (!needle) raise("'in <string>' requires string as left operand, not " + std::string(typeName(item)));
    runtime.account().search(container.text.size(), needle->text.size());
    return container.text.view().find(needle->text.view()) != std::string_view::npos;
}

}  // namespace

bool canJoin(const ListData& left, const ListData& right) {
    const auto kind = [](const ListData& list) { return list.kind == ListKind::Group ? ListKind::Tuple : list.kind; };
    return kind(left) == kind(right) && (kind(left) == ListKind::List || kind(left) == ListKind::Tuple);
}

bool equals(const Value& left, const Value& right) {
    if (left.isUndefined() || right.isUndefined()) return left.isUndefined() && right.isUndefined();
    const auto leftInteger = left.asInteger(), rightInteger = right.asInteger();
    if (leftInteger && rightInteger) return *leftInteger == *rightInteger;
    if (left.asNumber() && right.asNumber()) return *left.asNumber() == *right.asNumber();
    if (left.asString() && right.asString()) return left.asString()->text.view() == right.asString()->text.view();
    if (left.asList() && right.asList()) return equalLists(*left.asList(), *right.asList());
    if (left.asDict() && right.asDict()) return equalDicts(*left.asDict(), *right.asDict());
    return left.sameAs(right);
}

bool isLess(const Value& left, const Value& right) {
    requireDefined(left);
    requireDefined(right);
    const auto leftInteger = left.asInteger(), rightInteger = right.asInteger();
    if (leftInteger && rightInteger) return *leftInteger < *rightInteger;
    if (left.asNumber() && right.asNumber()) return *left.asNumber() < *right.asNumber();
    if (left.asString() && right.asString()) return left.asString()->text.view() < right.asString()->text.view();
    const ListData *leftList = left.asList(), *rightList = right.asList();
    if (!leftList || !rightList || !canJoin(*leftList, *rightList)) unordered(left, right);
    const std::size_t common = std::min(leftList->items.size(), rightList->items.size());
    for (std::size_t index = 0; index < common; ++index) {
        if (!equals(leftList->items[index], rightList->items[index])) {
            return isLess(leftList->items[index], rightList->items[index]);
        }
    }
    return leftList->items.size() < rightList->items.size();
}

bool contains(Runtime& runtime, const Value& container, const Value& item) {
    if (!container.asDict()) runtime.account().steps(container.extent().weight);
    if (const auto* string = container.asString()) return contains(runtime, *string, item);
    if (const auto* dict = container.asDict()) {
        runtime.account().steps(item.extent().weight);
        return dict->find(item) != nullptr;
    }
    if (const auto* list = container.asList()) {
        return std::ranges::any_of(list->items, [&](const Value& entry) { return equals(entry, item); });
    }
    if (auto* generator = container.as<Generator>()) {
        while (auto entry = generator->next()) {
            if (equals(*entry, item)) return true;
        }
        return false;
    }
    if (container.isUndefined()) return false;
    raise("argument of type '" + std::string(typeName(container)) + "' is not iterable");
}

bool compare(Runtime& runtime, Comparison op, const Value& left, const Value& right) {
    if (op != Comparison::In && op != Comparison::NotIn) {
        runtime.account().steps(std::min(left.extent().weight, right.extent().weight));
    }
    // NaN makes "not less" and "greater or equal" different things.
    const auto orderedEqual = [&] { return equals(left, right); };
    switch (op) {
        case Comparison::Equal:
            return equals(left, right);
        case Comparison::NotEqual:
            return !equals(left, right);
        case Comparison::Less:
            return isLess(left, right);
        case Comparison::LessEqual:
            return isLess(left, right) || orderedEqual();
        case Comparison::Greater:
            return isLess(right, left);
        case Comparison::GreaterEqual:
            return isLess(right, left) || orderedEqual();
        case Comparison::In:
            return contains(runtime, right, left);
        case Comparison::NotIn:
            return !contains(runtime, right, left);
    }
    return false;
}

}  // namespace strata::jinja
