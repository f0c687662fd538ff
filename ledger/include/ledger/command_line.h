#pragma once

#include <optional>
#include <string_view>

namespace CLI {
class App;
}

namespace nianlun {

/// Reads a program's command line into what `app` describes. Its help, and what is wrong with the
/// command line, are said in `language`, as everything else that the program says.
///
/// The exit code if the program has nothing more to do: 0 after --help or --version, else 2.
/// Threads: one. Errors: none.
std::optional<int> read_command_line(CLI::App& app, int argc, char** argv,
                                     std::string_view language);

}  // namespace nianlun
