#include <CLI/CLI.hpp>

#include "decode_command.h"
#include "ledger/messages.h"

int main(int argc, char** argv) {
  using nianlun::text;
  std::string language(nianlun::language_of_environment());
  for (int i = 1; i + 1 < argc; ++i) {  // help is written before the options are known
    if (std::string_view(argv[i]) == "--lang") language = nianlun::language_for(argv[i + 1]);
  }
  const auto say = [&](std::string_view message) { return text(language, message); };
  CLI::App app(say("scanner.help"));
  app.set_version_flag("--version", NIANLUN_VERSION);
  app.require_subcommand(1);
  std::string chosen;
  app.add_option("--lang", chosen, say("scanner.help-lang"));
  nianlun::scanner::DecodeArguments decode;
  CLI::App* command = app.add_subcommand("decode", say("scanner.help-decode"))->fallthrough();
  command->add_option("PATHS", decode.paths, say("scanner.help-paths"))->required();
  command->add_flag("--many", decode.many, say("scanner.help-many"));
  command->add_flag("--json", decode.json, say("scanner.help-json"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  decode.language = language;
  return nianlun::scanner::run_decode(decode);
}
