#include <CLI/CLI.hpp>
#include <functional>
#include <iostream>

#include "commands.h"
#include "decode_command.h"
#include "ledger/command_line.h"
#include "ledger/device.h"
#include "ledger/messages.h"

namespace nianlun::scanner {
namespace {

/// The command line: each subcommand with its options and what it runs.
class CommandLine {
 public:
  explicit CommandLine(std::string language)
      : language_(std::move(language)), app_(say("scanner.help")) {
    app_.set_version_flag("--version", NIANLUN_VERSION);
    app_.require_subcommand(1);
    app_.add_option("--lang", chosen_, say("scanner.help-lang"));
    add_decode();
    add_keys();
    add_pull_and_show();
    add_record();
    add_outbox_and_send();
    app_.footer(say("scanner.help-exit-codes"));
  }

  int run(int argc, char** argv) {
    if (const auto ended = read_command_line(app_, argc, argv, language_)) return *ended;
    std::ios::sync_with_stdio(false);
    return run_(Terminal{.in = std::cin,
                         .out = std::cout,
                         .messages = std::cerr,
                         .language = language_,
                         .json = json_});
  }

 private:
  using Run = std::function<int(const Terminal&)>;

  std::string say(std::string_view message) const { return text(language_, message); }

  CLI::App* add(const char* name, std::string_view help, Run run) {
    CLI::App* command = app_.add_subcommand(name, say(help))->fallthrough();
    command->add_flag("--json", json_, say("scanner.help-json"));
    command->callback([this, run = std::move(run)] { run_ = run; });
    return command;
  }

  void add_decode() {
    CLI::App* command = add("decode", "scanner.help-decode", [this](const Terminal& terminal) {
      decode_.language = terminal.language;
      decode_.json = terminal.json;
      return run_decode(decode_);
    });
    command->add_option("PATHS", decode_.paths, say("scanner.help-paths"))->required();
    command->add_flag("--many", decode_.many, say("scanner.help-many"));
  }

  void add_keys() {
    CLI::App* keygen = add("keygen", "scanner.help-keygen",
                           [this](const Terminal& at) { return run_keygen(keygen_, at); });
    keygen->add_option("--key", keygen_.key, say("scanner.help-new-key"))->required();
    keygen->add_option("--type", keygen_.type, say("scanner.help-key-type"));
    keygen->add_option("--store", keygen_.store, say("scanner.help-key-store"));
    CLI::App* enrol = add("enrol", "scanner.help-enrol",
                          [this](const Terminal& at) { return run_enrol(enrol_, at); });
    enrol->add_option("--key", enrol_.key, say("scanner.help-key"))->required();
    enrol->add_option("--party", enrol_.party, say("scanner.help-party"))->required();
    CLI::Option* ledger = enrol->add_option("--ledger", enrol_.ledger, say("scanner.help-ledger"));
    enrol->add_option("--store", enrol_.store, say("scanner.help-store"))->excludes(ledger);
  }

  void add_pull_and_show() {
    CLI::App* pull = add("pull", "scanner.help-pull",
                         [this](const Terminal& at) { return run_pull(pull_, at); });
    pull->add_option("--server", pull_.server, say("scanner.help-server"))->required();
    pull->add_option("--store", pull_.store, say("scanner.help-store"))->required();
    CLI::App* show = add("show", "scanner.help-show",
                         [this](const Terminal& at) { return run_show(show_, at); });
    show->add_option("CODES", show_.codes, say("scanner.help-codes"))->required();
    show->add_option("--server", show_.server, say("scanner.help-server"));
    show->add_option("--store", show_.store, say("scanner.help-store"));
  }

  void add_record() {
    CLI::App* record = add("record", "scanner.help-record",
                           [this](const Terminal& at) { return run_record(record_, at); });
    record->add_option("--step", record_.step, say("scanner.help-step"))->required();
    record->add_option("--item", record_.items, say("scanner.help-item"))
        ->required()
        ->allow_extra_args(false);
    record->add_option("--value", record_.values, say("scanner.help-value"))
        ->allow_extra_args(false);
    record->add_option("--store", record_.store, say("scanner.help-store"))->required();
    record->add_option("--key", record_.key, say("scanner.help-key-check"));
    record->add_option("--server", record_.server, say("scanner.help-server-tags"));
    record->add_option("--time", record_.time, say("scanner.help-time"));
    record->add_flag("--together", record_.together, say("scanner.help-together"));
  }

  void add_outbox_and_send() {
    CLI::App* outbox = add("outbox", "scanner.help-outbox",
                           [this](const Terminal& at) { return run_outbox(outbox_, at); });
    outbox->add_option("--store", outbox_.store, say("scanner.help-store"))->required();
    outbox->add_option("--undo", outbox_.undo, say("scanner.help-undo"));
    CLI::App* send = add("send", "scanner.help-send",
                         [this](const Terminal& at) { return run_send(send_, at); });
    send->add_option("--store", send_.store, say("scanner.help-store"))->required();
    send->add_option("--server", send_.server, say("scanner.help-server"))->required();
    send->add_option("--key", send_.key, say("scanner.help-key"))->required();
    send->add_option("--cosign", send_.cosign, say("scanner.help-cosign"))->allow_extra_args(false);
  }

  std::string language_, chosen_;
  CLI::App app_;
  Run run_;
  bool json_ = false;
  DecodeArguments decode_;
  KeygenArguments keygen_;
  EnrolArguments enrol_;
  PullArguments pull_;
  ShowArguments show_;
  RecordArguments record_;
  OutboxArguments outbox_;
  SendArguments send_;
};

}  // namespace
}  // namespace nianlun::scanner

int main(int argc, char** argv) {
  const std::string language(nianlun::language_of(argc, argv));
  return nianlun::scanner::CommandLine(language).run(argc, argv);
}
