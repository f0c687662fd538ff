#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <thread>

#include "ledger/command_line.h"
#include "ledger/device.h"
#include "ledger/files.h"
#include "ledger/ledger.h"
#include "ledger/messages.h"
#include "ledger/random.h"
#include "ledger/src/text.h"
#include "ledger/src/try.h"
#include "server.h"
#include "service.h"
#include "serving.h"
#include "witness_memory.h"

namespace nianlun::api {
namespace {

struct Arguments {
  std::string_view language;
  std::string ledger;
  std::string listen = "127.0.0.1:8080";
  std::string port_file;
  std::string report_contact;
  std::string policy_file;
  unsigned witness_interval_s = 10;
  unsigned threads = std::max(2U, std::thread::hardware_concurrency());
};

Result<ServerOptions> server_options(const Arguments& arguments) {
  ServerOptions options;
  options.threads = arguments.threads;
  options.language = arguments.language;
  TRY(listen_at(arguments.listen, options));
  return options;
}

/// None was given: nobody is asked.
Result<std::optional<Policy>> policy_of(const Arguments& arguments) {
  if (arguments.policy_file.empty()) return std::optional<Policy>();
  TRY_ASSIGN(const Buffer text, read_file(arguments.policy_file, kPolicyBytesMax));
  TRY_ASSIGN(Policy policy, parse_policy(text));
  return std::optional(std::move(policy));
}

/// Ends the process: what was answered is on disk; nothing after it may be promised.
std::function<void(const Error&)> ends_with(std::string_view language) {
  return [language](const Error& error) {
    spdlog::critical("{}", text(language, error));
    spdlog::shutdown();
    std::_Exit(3);
  };
}

Result<std::unique_ptr<Ledger>> open_ledger(const Arguments& arguments,
                                            const std::optional<Policy>& policy) {
  LedgerOptions options;
  options.directory = arguments.ledger;
  options.fatal = ends_with(arguments.language);
  options.hold_checkpoints = policy.has_value();
  TRY_ASSIGN(std::unique_ptr<Ledger> ledger, Ledger::open(options));
  if (policy) {
    TRY(compare_with_all(*policy, ledger->log_verifier(), *ledger->read(),
                         WitnessesOptions().timeout));
  }
  return ledger;
}

Result<std::unique_ptr<Witnesses>> start_witnesses(const Arguments& arguments, Ledger& ledger,
                                                   std::optional<Policy> policy) {
  if (!policy) return std::unique_ptr<Witnesses>();
  WitnessesOptions options;
  options.policy = *std::move(policy);
  options.set_back = ends_with(arguments.language);
  options.file = std::filesystem::path(arguments.ledger) / "checkpoint.cosigned";
  options.interval = std::chrono::seconds(arguments.witness_interval_s);
  options.now_ms = now_ms;
  options.failed = [language = arguments.language](const Error& error) {
    spdlog::error("{}", text(language, error));
  };
  options.waits = [language = arguments.language](const Error& error) {
    spdlog::warn("{}", text(language, error));
  };
  options.signs_again = [language = arguments.language] {
    spdlog::info("{}", text(language, "witness.signs-again"));
  };
  return Witnesses::start(ledger, std::move(options));
}

void log_request(const Request& request, int status) {
  const auto level = status >= 500 ? spdlog::level::warn : spdlog::level::debug;
  spdlog::log(level, "{} {} {}", request.method, request.path, status);
}

// Returns when a signal asks to stop.
Result<void> serve(const Arguments& arguments, const StopSignals& signals) {
  TRY_ASSIGN(const ServerOptions options, server_options(arguments));
  TRY_ASSIGN(const std::optional<Policy> policy, policy_of(arguments));
  TRY_ASSIGN(const std::unique_ptr<Ledger> ledger, open_ledger(arguments, policy));
  KeyCache keys;
  TRY_ASSIGN(const std::unique_ptr<Witnesses> witnesses,
             start_witnesses(arguments, *ledger, policy));
  const Service service{*ledger,        now_ms, fresh_octets, keys, arguments.report_contact,
                        witnesses.get()};
  RouterOptions router_options;
  router_options.authenticate = authenticate_by(*ledger);
  router_options.language = arguments.language;
  router_options.not_found = not_found_for_browsers;
  router_options.log = log_request;
  const Router router(routes(service), std::move(router_options));
  TRY_ASSIGN(const std::unique_ptr<Server> server,
             Server::start(options, [&router](Request request, const Reply& reply) {
               router(std::move(request), reply);
             }));
  TRY(write_port_file(arguments.port_file, server->url()));
  std::cout << "listening on " << server->url() << std::endl;
  signals.wait();
  spdlog::info("{}", text(arguments.language, "api.stopping"));
  server->stop();
  if (witnesses) witnesses->stop();
  return ledger->publish_checkpoint();
}

/// A contact stands on a page in one line.
CLI::Validator contact_check(std::string_view language) {
  constexpr std::size_t kContactBytesMax = 300;
  return {[language](std::string& contact) {
            const bool fits = contact.size() <= kContactBytesMax && is_note_text(contact) &&
                              contact.find('\n') == std::string::npos;
            return fits ? std::string() : text(language, "api.bad-contact");
          },
          ""};
}

int run(int argc, char** argv) {
  Arguments arguments;
  arguments.language = language_of(argc, argv);
  const auto help = [&](std::string_view id) { return text(arguments.language, id); };
  CLI::App app(help("api.help"));
  app.set_version_flag("--version", NIANLUN_VERSION);
  std::string chosen;
  bool verbose = false;
  app.add_option("--ledger", arguments.ledger, help("api.help-ledger"))->required();
  app.add_option("--listen", arguments.listen, help("api.help-listen"))->capture_default_str();
  app.add_option("--port-file", arguments.port_file, help("api.help-port-file"));
  app.add_option("--threads", arguments.threads, help("api.help-threads"))
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--report-contact", arguments.report_contact, help("api.help-report-contact"))
      ->check(contact_check(arguments.language));
  app.add_option("--policy", arguments.policy_file, help("api.help-policy"));
  app.add_option("--witness-interval", arguments.witness_interval_s,
                 help("api.help-witness-interval"))
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
  app.add_flag("--verbose", verbose, help("api.help-verbose"));
  app.add_option("--lang", chosen, help("api.help-lang"))->check(CLI::IsMember({"en", "zh"}));
  if (const auto ended = read_command_line(app, argc, argv, arguments.language)) return *ended;
  spdlog::set_default_logger(spdlog::stderr_color_mt("trace-api"));
  spdlog::set_level(verbose ? spdlog::level::debug : spdlog::level::info);
  const StopSignals signals;
  const Result<void> done = serve(arguments, signals);
  if (done) return 0;
  std::cerr << "trace-api: " << text(arguments.language, done.error()) << '\n';
  return 1;
}

}  // namespace
}  // namespace nianlun::api

int main(int argc, char** argv) { return nianlun::api::run(argc, argv); }
