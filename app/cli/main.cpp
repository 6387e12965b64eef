// strata-cli: compress, inspect, measure and talk to models from a terminal. docs/cli.md is the reference.
#include "app/cli/command_line.h"

#include <iostream>

int main(int argumentCount, char** arguments) {
    return strata::cli::runCommandLine(argumentCount, arguments, std::cout, std::cerr);
}
