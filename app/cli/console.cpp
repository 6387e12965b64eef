#include "app/cli/console.h"

#include <nlohmann/json.hpp>

namespace strata::cli {

void Console::print(std::string_view text) {
    if (!json()) m_out << text << std::flush;
}

void Console::note(std::string_view text) {
    if (!quiet()) m_err << text << '\n' << std::flush;
}

void Console::finish(const Json& result) {
    if (json()) m_out << jsonLine(result) << '\n' << std::flush;
}

void Console::fail(std::string_view code, std::string_view message) {
    m_err << "strata-cli: " << oneLine(message) << '\n' << std::flush;
    finish(errorJson(code, oneLine(message)));
}

ProgressBar Console::progressBar() {
    return ProgressBar(m_err, quiet() ? ProgressSettings{} : ProgressSettings::forStandardError());
}

}  // namespace strata::cli
