#include "witness_command.h"

#include <cstdlib>
#include <iostream>

#include "ledger/device.h"
#include "serving.h"
#include "tool.h"
#include "try.h"
#include "witness_server.h"

namespace nianlun {
namespace {

// Returns when a signal asks to stop.
Result<void> serve(const WitnessArguments& arguments) {
  const api::StopSignals signals;
  WitnessServerOptions options;
  options.server.language = arguments.language;
  options.now_ms = now_ms;
  options.fatal = [language = arguments.language](const Error& error) {
    complain(language, error);
    std::_Exit(kExitFailed);  // what was cosigned is on disk; nothing after it may be
  };
  options.failed = [language = arguments.language](const Error& error) {
    complain(language, error);
    say(language, "witness.logs-kept");
  };
  TRY(api::listen_at(arguments.listen, options.server));
  TRY_ASSIGN(const auto store, WitnessStore::open(arguments.directory));
  TRY_ASSIGN(const auto server, WitnessServer::start(*store, options));
  TRY(api::write_port_file(arguments.port_file, server->url()));
  std::cout << "listening on " << server->url() << std::endl;
  signals.wait();
  server->stop();
  return {};
}

Result<void> init(const WitnessArguments& arguments) {
  TRY_ASSIGN(const std::string vkey,
             WitnessStore::create(arguments.directory, arguments.name, arguments.key));
  std::cout << vkey << '\n';
  return {};
}

}  // namespace

int run_witness(const WitnessArguments& arguments) {
  return finish(arguments.language, serve(arguments));
}
int run_witness_init(const WitnessArguments& arguments) {
  return finish(arguments.language, init(arguments));
}
int run_witness_rotate(const WitnessArguments& arguments) {
  const auto done = arguments.finish ? WitnessStore::finish_rotation(arguments.directory)
                                     : WitnessStore::rotate(arguments.directory, arguments.key);
  if (!done) return complain(arguments.language, done.error());
  std::cout << *done << '\n';
  return finish(arguments.language, {});
}
int run_witness_add_log(const WitnessArguments& arguments) {
  return finish(arguments.language, WitnessStore::add_log(arguments.directory, arguments.log_key));
}

}  // namespace nianlun
