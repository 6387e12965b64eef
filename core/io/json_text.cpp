#include "core/io/json_text.h"

#include "core/io/quoted_name.h"

#include <new>
#include <set>
#include <vector>

namespace strata {

namespace {

constexpr const char* kDownloadAgain = "download the file again";

/// Leaves the parser at the first thing that is wrong, before it can cost memory. Never leaves this file.
struct Refused {
    std::string reason;
};

/// Watches the parser's events.
struct Watcher {
    int maximumDepth;
    std::vector<std::set<std::string>> keys;  ///< of the objects that are open

    bool operator()(int depth, nlohmann::json::parse_event_t event, const nlohmann::json& value) {
        using Event = nlohmann::json::parse_event_t;
        if ((event == Event::object_start || event == Event::array_start) && depth >= maximumDepth)
            throw Refused{"nests deeper than " + std::to_string(maximumDepth) + " levels"};
        if (event == Event::object_start) keys.emplace_back();
        if (event == Event::object_end) keys.pop_back();
        if (event != Event::key) return true;
        const auto& key = value.get_ref<const std::string&>();
        if (!keys.back().insert(key).second) throw Refused{"holds the key " + quotedName(key) + " twice"};
        return true;
    }
};

}  // namespace

Result<nlohmann::json> parseJsonObject(std::string_view text, const std::string& what, int maximumDepth) {
    Watcher watcher{maximumDepth, {}};
    const nlohmann::json::parser_callback_t watch = [&](int depth, auto event, nlohmann::json& value) {
        return watcher(depth, event, value);
    };
    try {
        nlohmann::json parsed = nlohmann::json::parse(text, watch);
        if (!parsed.is_object()) return fail(ErrorCode::Corrupt, what + " is not a JSON object", kDownloadAgain);
        return parsed;
    } catch (const Refused& refused) {
        return fail(ErrorCode::Corrupt, what + " " + refused.reason, kDownloadAgain);
    } catch (const nlohmann::json::parse_error& error) {
        return fail(ErrorCode::Corrupt, what + " is not valid JSON at byte " + std::to_string(error.byte),
                    kDownloadAgain);
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Corrupt, what + " is not valid JSON", kDownloadAgain);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, what + " takes more memory than there is", "close other programs");
    }
}

}  // namespace strata
