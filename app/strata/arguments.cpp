#include "app/strata/arguments.h"

#include <QDir>
#include <QFile>
#include <algorithm>
#include <array>
#include <string_view>

namespace strata::app {
namespace {

// Qt's own, each with a value.
constexpr std::array<std::string_view, 6> kQtOptions = {"-platform", "-style",    "-stylesheet",
                                                        "-display",  "-geometry", "-platformtheme"};

bool isQtOption(std::string_view text) {
    if (text.starts_with("--")) text.remove_prefix(1);
    return std::ranges::find(kQtOptions, text) != kQtOptions.end();
}

QString absolutePath(const std::string& path) {
    return QDir::cleanPath(QDir::current().absoluteFilePath(QFile::decodeName(path.c_str())));
}

}  // namespace

Arguments parseArguments(const std::vector<std::string>& arguments) {
    Arguments result;
    bool onlyFiles = false;
    for (std::size_t index = 0; index < arguments.size(); ++index) {
        const std::string& argument = arguments[index];
        if (onlyFiles || !argument.starts_with('-') || argument == "-") {
            if (!argument.empty()) result.files.append(absolutePath(argument));
        } else if (argument == "--") {
            onlyFiles = true;
        } else if (argument == "--help" || argument == "-h") {
            result.action = Arguments::Action::ShowHelp;
        } else if (argument == "--version" || argument == "-V") {
            result.action = Arguments::Action::ShowVersion;
        } else if (argument == "--portable") {
            result.portable = true;
        } else if (isQtOption(argument)) {
            ++index;
        } else {
            result.error = "unknown option '" + argument + "'; --help lists what there is";
            return result;
        }
    }
    return result;
}

std::string helpText() {
    return R"(usage: strata [OPTION...] [FILE...]

Chat with language models on this computer, in as much memory as you choose.

FILE is a compressed model (.strata), which is added to the library, or a model to
compress (a GGUF file, a Hugging Face folder).

  --portable   keep everything in the folder strata-data beside the program
  -h, --help   show this text
  -V, --version
)";
}

}  // namespace strata::app
