#include "terminal.h"

#include <ostream>

#include "decode_command.h"
#include "ledger/api.h"
#include "ledger/messages.h"

namespace nianlun::scanner {
namespace {

// Arguments hold what codes, servers and files said, which must not fool whoever reads it.
Arguments harmless(const Arguments& arguments) {
  Arguments out = arguments;
  for (auto& [name, value] : out) value = printable(value);
  return out;
}

}  // namespace

void Terminal::say(std::string_view message, const Arguments& arguments) const {
  messages << text(language, message, harmless(arguments)) << '\n';
  messages.flush();
}

void Terminal::say(std::string_view about, const Error& error) const {
  if (!about.empty()) messages << printable(about) << ": ";
  say(error.message, error.arguments);
}

void Terminal::write(const Json& json_line, std::string_view message,
                     const Arguments& arguments) const {
  if (json) return write(json_line);
  out << text(language, message, harmless(arguments)) << '\n';
  out.flush();
}

void Terminal::write(const Json& json_line) const {
  out << json_line.dump() << '\n';
  out.flush();  // whoever reads the pipe acts on each line
}

int Terminal::finish(const Result<int>& result) const {
  if (result) return *result;
  say("", result.error());
  return is_unreachable(result.error()) ? kUnreachable : kFailed;
}

}  // namespace nianlun::scanner
