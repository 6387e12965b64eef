#include "app/cli/json_output.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace strata::cli {

std::string jsonLine(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json errorJson(std::string_view code, std::string_view message) {
    return Json{{"error", {{"code", code}, {"message", message}}}};
}

std::string oneLine(std::string_view message) {
    std::string line(message);
    for (char& letter : line) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || byte == 0x7F) letter = ' ';
    }
    return line;
}

double rounded(double value) {
    if (value == 0 || !std::isfinite(value)) return value;
    const double unit = std::pow(10.0, 5 - std::floor(std::log10(std::fabs(value))));
    return std::round(value * unit) / unit;
}

}  // namespace strata::cli
