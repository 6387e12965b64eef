// The command line of the desktop application, read before there is a window: --help must work without a display.
#pragma once

#include <QStringList>
#include <optional>
#include <string>
#include <vector>

namespace strata::app {

struct Arguments {
    enum class Action { Run, ShowHelp, ShowVersion };
    Action action = Action::Run;
    bool portable = false;
    QStringList files;  ///< absolute
    std::string error;  ///< not empty: what was not understood
};

/// `arguments` without the program's name. What Qt understands (-platform, -style...) is passed over.
[[nodiscard]] Arguments parseArguments(const std::vector<std::string>& arguments);

[[nodiscard]] std::string helpText();

}  // namespace strata::app
