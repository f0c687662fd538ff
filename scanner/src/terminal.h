#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun::scanner {

/// What the subcommands end with, so that scripts can tell what to do next.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kNotAllAccepted = 3;  ///< some event is refused or disputed
inline constexpr int kUnreachable = 4;     ///< no server; nothing is lost

/// Where a subcommand reads and writes: results to `out`, what people should know to `messages`.
struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& messages;
  std::string_view language = "en";
  bool json = false;

  /// A line of the catalogue to `messages`.
  void say(std::string_view message, const Arguments& arguments = {}) const;
  /// The same of an error, after what it is about, which is not trusted; "" for nothing.
  void say(std::string_view about, const Error& error) const;
  /// A line of the catalogue to `out`, or the object instead in JSON mode.
  void write(const Json& json_line, std::string_view message, const Arguments& arguments) const;
  void write(const Json& json_line) const;

  /// The exit code of a result, after its error was said.
  int finish(const Result<int>& result) const;
};

}  // namespace nianlun::scanner
