#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace nianlun::scanner {

/// `scanner decode [PATHS...] [--many] [--json]`
struct DecodeArguments {
  /// Image files, folders of them (searched deeply, in the order of their names), or "-": lines
  /// from the input that a hand-held scanner has decoded already.
  std::vector<std::string> paths;
  bool many = false;
  bool json = false;
  std::string_view language = "en";
};

/// Writes a line per symbol to `out`, FILE<TAB>TEXT or a JSON object, and to `messages` what could
/// not be read. What symbols say is not trusted: see printable(). Images are decoded in a child.
///
/// Returns the exit code: 0 if each image gave a symbol and each line was taken, else 1.
int run_decode(const DecodeArguments& arguments, std::istream& in, std::ostream& out,
               std::ostream& messages);
/// The same on standard input, output and error.
int run_decode(const DecodeArguments& arguments);

/// The text with everything escaped that could fool a terminal or a reader of lines: control
/// characters, direction overrides and octets that are no UTF-8 become \xNN, a backslash two.
std::string printable(std::string_view text);

}  // namespace nianlun::scanner
