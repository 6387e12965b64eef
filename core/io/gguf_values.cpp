#include "core/io/gguf_cursor.h"

#include <array>

namespace strata {

namespace {

constexpr std::array<std::string_view, 13> kTypeNames = {"uint8",  "int8",    "uint16", "int16",  "uint32",
                                                         "int32",  "float32", "bool",   "string", "array",
                                                         "uint64", "int64",   "float64"};
constexpr std::array<std::uint8_t, 13> kNumberBytes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

template <class Stored, class Kept>
bool readAs(ByteCursor& cursor, GgufValue& into) {
    Stored stored{};
    if (!cursor.read(stored)) return false;
    into.value = static_cast<Kept>(stored);
    return true;
}

bool readText(ByteCursor& cursor, GgufValue& into) {
    std::string_view text;
    if (!cursor.readString(text)) return false;
    into.value = std::string(text);
    return true;
}

bool readBool(ByteCursor& cursor, GgufValue& into) {
    std::uint8_t stored = 0;
    if (!cursor.read(stored)) return false;
    into.value = stored != 0;
    return true;
}

bool readNested(ByteCursor& cursor, GgufValue& into) {
    GgufArray array;
    std::uint32_t type = 0;
    if (!cursor.read(type) || !cursor.read(array.count)) return false;
    array.elementType = static_cast<GgufType>(type);
    const std::uint64_t start = cursor.position();
    GgufValue skipped;
    for (std::uint64_t element = 0; element < array.count; ++element) {
        const bool read = array.elementType == GgufType::Array ? readNested(cursor, skipped)
                                                               : readGgufScalar(cursor, array.elementType, skipped);
        if (!read) return false;
    }
    array.bytes = cursor.since(start);
    into.value = array;
    return true;
}

}  // namespace

std::string ggufTypeName(GgufType type) {
    const auto number = static_cast<std::uint32_t>(type);
    return number < kTypeNames.size() ? std::string(kTypeNames[number]) : "value type " + std::to_string(number);
}

std::uint64_t ggufNumberBytes(GgufType type) noexcept {
    const auto number = static_cast<std::uint32_t>(type);
    return number < kNumberBytes.size() ? kNumberBytes[number] : 0;
}

bool readGgufScalar(ByteCursor& cursor, GgufType type, GgufValue& into) {
    const std::uint64_t start = cursor.position();
    const bool read = [&] {
        switch (type) {
            case GgufType::Uint8:
                return readAs<std::uint8_t, std::uint64_t>(cursor, into);
            case GgufType::Int8:
                return readAs<std::int8_t, std::int64_t>(cursor, into);
            case GgufType::Uint16:
                return readAs<std::uint16_t, std::uint64_t>(cursor, into);
            case GgufType::Int16:
                return readAs<std::int16_t, std::int64_t>(cursor, into);
            case GgufType::Uint32:
                return readAs<std::uint32_t, std::uint64_t>(cursor, into);
            case GgufType::Int32:
                return readAs<std::int32_t, std::int64_t>(cursor, into);
            case GgufType::Float32:
                return readAs<float, double>(cursor, into);
            case GgufType::Bool:
                return readBool(cursor, into);
            case GgufType::String:
                return readText(cursor, into);
            case GgufType::Uint64:
                return readAs<std::uint64_t, std::uint64_t>(cursor, into);
            case GgufType::Int64:
                return readAs<std::int64_t, std::int64_t>(cursor, into);
            case GgufType::Float64:
                return readAs<double, double>(cursor, into);
            case GgufType::Array:
                break;
        }
        return false;
    }();
    into.type = type;
    into.bytes = cursor.since(start);
    return read;
}

std::vector<GgufValue> ggufElements(const GgufArray& array, std::size_t limit) {
    const std::size_t count = array.count < limit ? static_cast<std::size_t>(array.count) : limit;
    std::vector<GgufValue> elements(count);
    ByteCursor cursor(array.bytes);
    for (GgufValue& element : elements) {
        if (array.elementType != GgufType::Array) {
            if (!readGgufScalar(cursor, array.elementType, element)) return {};
            continue;
        }
        const std::uint64_t start = cursor.position();
        if (!readNested(cursor, element)) return {};
        element.type = GgufType::Array;
        element.bytes = cursor.since(start);
    }
    return elements;
}

}  // namespace strata
