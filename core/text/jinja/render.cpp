#include "core/text/jinja/render.h"

#include "core/text/jinja/interpreter.h"
#include "core/text/jinja/parser.h"

#include <exception>
#include <limits>
#include <new>

#include <nlohmann/json.hpp>

namespace strata::jinja {
namespace {

using Json = nlohmann::ordered_json;

std::tm localTime() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    return local;
}

/// JSON as values. Content is marked where it is asked for.
class Converter {
public:
    Converter(Runtime& runtime, bool markContent) : m_runtime(runtime), m_markContent(markContent) {}

    [[nodiscard]] Variables variables(const Json& object) {
        Variables result;
        for (const auto& [name, value] : object.items()) {
            m_inMessages = m_markContent && name == "messages";
            result.emplace(name, convert(value, false));
        }
        return result;
    }

private:
    Value convert(const Json& json, bool user) {
        const DepthGuard guard = m_runtime.descend();
        switch (json.type()) {
            case Json::value_t::boolean:
                return Value(json.get<bool>());
            case Json::value_t::number_integer:
                return Value(json.get<std::int64_t>());
            case Json::value_t::number_unsigned:
                return unsignedNumber(json.get<std::uint64_t>());
            case Json::value_t::number_float:
                return Value(json.get<double>());
            case Json::value_t::string:
                return m_runtime.text(MarkedText(json.get_ref<const std::string&>(), user));
            case Json::value_t::array:
                return array(json, user);
            case Json::value_t::object:
                return object(json, user);
            default:
                return {};
        }
    }

    static Value unsignedNumber(std::uint64_t number) {
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            raise("a number among the variables does not fit in 64 bits");
        }
        return Value(static_cast<std::int64_t>(number));
    }

    Value array(const Json& json, bool user) {
        std::vector<Value> items;
        items.reserve(json.size());
        for (const Json& item : json) items.push_back(convert(item, user));
        return m_runtime.list(std::move(items));
    }

    Value object(const Json& json, bool user) {
        DictData entries;
        for (const auto& [name, value] : json.items()) {
            const bool content = user || (m_inMessages && name == "content");
            entries.set(m_runtime.text(MarkedText(name, user)), convert(value, content));
        }
        return m_runtime.dict(std::move(entries));
    }

    Runtime& m_runtime;
    bool m_markContent;
    bool m_inMessages = false;
};

std::unexpected<Error> failed(const Failure& failure, int line) {
    const int at = failure.line > 0 ? failure.line : line;
    return fail(ErrorCode::Template, at > 0 ? "line " + std::to_string(at) + ": " + failure.reason : failure.reason);
}

}  // namespace

Result<std::unique_ptr<const Template>> parse(std::string_view source) {
    try {
        return parseTemplate(source);
    } catch (const Failure& failure) {
        return failed(failure, 0);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "no memory to parse the chat template");
    }
}

Result<MarkedText> render(const Template& parsed, const nlohmann::ordered_json& variables,
                          const RenderOptions& options) {
    if (!variables.is_object()) return fail(ErrorCode::InvalidArgument, "template variables must be a JSON object");
    int line = 0;
    try {
        Runtime runtime(options.limits, options.clock ? options.clock : Clock(localTime));
        const Variables values = Converter(runtime, options.markContent).variables(variables);
        Interpreter interpreter(runtime, values);
        try {
            return interpreter.run(parsed);
        } catch (const Failure&) {
            line = interpreter.line();
            throw;
        }
    } catch (const Failure& failure) {
        return failed(failure, line);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "no memory to render the chat template");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::Template, std::string("the chat template cannot be rendered: ") + exception.what());
    }
}

}  // namespace strata::jinja
