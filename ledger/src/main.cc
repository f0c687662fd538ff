#include <CLI/CLI.hpp>

#include "audit_command.h"
#include "bundle_command.h"
#include "erase_command.h"
#include "import_command.h"
#include "init_command.h"
#include "inspect_command.h"
#include "ledger/command_line.h"
#include "ledger/device.h"
#include "ledger/messages.h"
#include "profile_command.h"
#include "registry_command.h"
#include "rotate_command.h"
#include "tool.h"
#include "vault_command.h"
#include "verify_command.h"
#include "witness_command.h"

namespace nianlun {
namespace {

/// The command line: each subcommand fills its arguments and leaves what to run in `run`.
struct CommandLine {
  explicit CommandLine(std::string_view chosen) : language(chosen) {}

  std::string help(std::string_view id) const { return text(language, id); }
  CLI::App* add(CLI::App& app, const char* name, std::string_view id,
                std::function<int()> command) {
    CLI::App* sub = app.add_subcommand(name, help(id))->fallthrough();
    sub->callback([this, command = std::move(command)] { run = command; });
    return sub;
  }

  std::string_view language;
  std::function<int()> run;
  InitArguments init;
  TokenArguments token;
  KeygenArguments keygen;
  RegistryArguments registry;
  InspectArguments inspect;
  VerifyArguments verify;
  BundleArguments bundle;
  ImportArguments import;
  ProfileArguments profile;
  MirrorArguments mirror;
  AuditArguments audit;
  VaultArguments vault;
  EraseArguments erase;
  RotateArguments rotate;
  WitnessArguments witness;
};

void describe_setup(CLI::App& app, CommandLine& line) {
  CLI::App* init = line.add(app, "init", "tool.help-init", [&] { return run_init(line.init); });
  init->add_option("DIR", line.init.directory, line.help("tool.help-dir"))->required();
  init->add_option("--origin", line.init.origin, line.help("tool.help-origin"))->required();
  init->add_option("--domain", line.init.domain, line.help("tool.help-domain"))->required();
  init->add_option("--authority", line.init.authority_files, line.help("tool.help-authority"))
      ->allow_extra_args(false)
      ->required();
  init->add_option("--log-key", line.init.log_key, line.help("tool.help-log-key"));
  init->add_option("--gateway-key", line.init.gateway_key, line.help("tool.help-gateway-key"));
  init->add_option("--threshold", line.init.threshold, line.help("tool.help-threshold"))
      ->check(CLI::Range(1, 8));
  init->add_option("--profile", line.init.profile_files, line.help("tool.help-profile-file"))
      ->allow_extra_args(false);
  init->add_option("--languages", line.init.languages, line.help("tool.help-languages"));
  init->add_option("--time-zone", line.init.time_zone, line.help("tool.help-time-zone"))
      ->capture_default_str();
  init->add_option("--offset", line.init.offset, line.help("tool.help-offset"))
      ->capture_default_str();

  CLI::App* token =
      line.add(app, "token", "tool.help-token", [&] { return run_token(line.token); });
  token->add_option("DIR", line.token.directory, line.help("tool.help-dir"))->required();
  token->add_option("--party", line.token.party, line.help("tool.help-party"))->required();
  token->add_option("--role", line.token.roles, line.help("tool.help-role"))
      ->allow_extra_args(false);

  CLI::App* keygen =
      line.add(app, "keygen", "tool.help-keygen", [&] { return run_keygen(line.keygen); });
  keygen->add_option("FILE", line.keygen.file, line.help("tool.help-key-out"))->required();
  keygen->add_option("--type", line.keygen.type, line.help("tool.help-key-type"))
      ->check(CLI::IsMember({"p256", "ed25519"}))
      ->capture_default_str();
}

void describe_sender(CLI::App& sub, CommandLine& line) {
  RegistryArguments& registry = line.registry;
  sub.add_option("--server", registry.server, line.help("tool.help-server"))->required();
  sub.add_option("--key", registry.key_files, line.help("tool.help-key"))
      ->allow_extra_args(false)
      ->required();
  sub.add_option("--store", registry.store, line.help("tool.help-store"));
}

void describe_registry(CLI::App& app, CommandLine& line) {
  RegistryArguments& registry = line.registry;
  CLI::App* party =
      line.add(app, "party", "tool.help-party-command", [&] { return run_party(registry); });
  describe_sender(*party, line);
  party->add_option("--party", registry.party, line.help("tool.help-party"))->required();
  party->add_option("--name", registry.names, line.help("tool.help-name"))
      ->allow_extra_args(false)
      ->required();

  CLI::App* possess =
      line.add(app, "possess", "tool.help-possess", [&] { return run_possess(registry); });
  describe_sender(*possess, line);
  possess->add_option("--party", registry.party, line.help("tool.help-party"))->required();

  CLI::App* enrol = line.add(app, "enrol", "tool.help-enrol", [&] { return run_enrol(registry); });
  describe_sender(*enrol, line);
  enrol->add_option("POSSESSION", registry.possession_file, line.help("tool.help-possession"))
      ->required();
  enrol->add_option("--role", registry.roles, line.help("tool.help-role"))->allow_extra_args(false);

  CLI::App* roles = line.add(app, "roles", "tool.help-roles", [&] { return run_roles(registry); });
  describe_sender(*roles, line);
  CLI::Option_group* whose = roles->add_option_group("whose");
  whose->add_option("DID", registry.key_did, line.help("tool.help-did"));
  whose->add_option("--party", registry.party, line.help("tool.help-roles-party"));
  whose->require_option(1);
  roles->add_option("--role", registry.roles, line.help("tool.help-role"))->allow_extra_args(false);

  CLI::App* adopt = line.add(app, "adopt", "tool.help-adopt", [&] { return run_adopt(registry); });
  describe_sender(*adopt, line);
  adopt->add_option("PROFILE", registry.profile_file, line.help("tool.help-profile-file"))
      ->required();

  CLI::App* answer =
      line.add(app, "answer", "tool.help-answer", [&] { return run_answer(registry); });
  describe_sender(*answer, line);
  answer->add_option("EXCEPTION", registry.exception, line.help("tool.help-exception"))->required();
  answer->add_option("OUTCOME", registry.outcome, line.help("tool.help-outcome"))
      ->required()
      ->check(CLI::IsMember({"upheld", "dismissed"}));
}

void describe_lost_keys(CLI::App& app, CommandLine& line) {
  RegistryArguments& registry = line.registry;
  CLI::App* revoke =
      line.add(app, "revoke", "tool.help-revoke", [&] { return run_revoke(registry); });
  describe_sender(*revoke, line);
  revoke->add_option("DID", registry.key_did, line.help("tool.help-did"))->required();
  revoke->add_option("--reason", registry.reason, line.help("tool.help-reason"))
      ->required()
      ->check(CLI::IsMember({"lost", "compromised", "left", "replaced"}));
  revoke->add_option("--compromised-since", registry.compromised_since,
                     line.help("tool.help-compromised-since"));

  CLI::App* replace = line.add(app, "replace-key", "tool.help-replace-key",
                               [&] { return run_replace_key(registry); });
  describe_sender(*replace, line);
  replace->add_option("DID", registry.key_did, line.help("tool.help-replaced"))->required();
  replace->add_option("POSSESSION", registry.possession_file, line.help("tool.help-possession"))
      ->required();
  replace->add_option("--role", registry.roles, line.help("tool.help-role"))
      ->allow_extra_args(false);
  replace->add_option("--compromised-since", registry.compromised_since,
                      line.help("tool.help-compromised-since"));

  CLI::App* endorse =
      line.add(app, "endorse", "tool.help-endorse", [&] { return run_endorse(registry); });
  describe_sender(*endorse, line);
  endorse->add_option("RECORD", registry.record, line.help("tool.help-endorsed"))->required();
  endorse->add_option("HASH", registry.record_hash, line.help("tool.help-endorsed-hash"))
      ->required();
  CLI::Option* const item =
      endorse->add_option("--item", registry.item, line.help("tool.help-endorsed-item"));
  CLI::Option* const at =
      endorse->add_option("--at", registry.item_time, line.help("tool.help-endorsed-at"));
  item->needs(at);
  at->needs(item);
}

void describe_inspection(CLI::App& app, CommandLine& line) {
  const auto over_folder = [&](const char* name, std::string_view id,
                               int (*command)(const InspectArguments&)) {
    CLI::App* sub = line.add(app, name, id, [&line, command] { return command(line.inspect); });
    sub->add_option("DIR", line.inspect.directory, line.help("tool.help-dir"))->required();
    return sub;
  };
  over_folder("check", "tool.help-check", run_check)
      ->add_flag("--quick", line.inspect.quick, line.help("tool.help-quick"));
  over_folder("rebuild", "tool.help-rebuild", run_rebuild);
  over_folder("compact", "tool.help-compact", run_compact);
  over_folder("show", "tool.help-show", run_show)
      ->add_option("SUBJECT", line.inspect.subject, line.help("tool.help-subject"))
      ->required();
  over_folder("export", "tool.help-export", run_export)
      ->add_option("--from", line.inspect.from, line.help("tool.help-from"));

  CLI::App* verify =
      line.add(app, "verify", "tool.help-verify", [&] { return run_verify(line.verify); });
  verify->footer(line.help("tool.help-verify-exits"));
  verify->add_option("FILE", line.verify.file, line.help("tool.help-receipt"))->required();
  verify->add_option("--rotations", line.verify.rotations_file, line.help("tool.help-rotations"));
  verify->add_option("--record", line.verify.record_file, line.help("tool.help-record"));
  verify->add_option("--disclosure", line.verify.disclosure_file,
                     line.help("tool.help-disclosure"));
  CLI::Option_group* whom = verify->add_option_group("whom");
  whom->add_option("--log", line.verify.keys, line.help("tool.help-log"))->allow_extra_args(false);
  whom->add_option("--policy", line.verify.policy_file, line.help("tool.help-verify-policy"));
  whom->require_option(1, 2);
  verify->add_flag("--json", line.verify.json, line.help("tool.help-json"));
}

void describe_bundle(CLI::App& app, CommandLine& line) {
  BundleArguments& bundle = line.bundle;
  CLI::App* sub = line.add(app, "bundle", "tool.help-bundle", [&] { return run_bundle(bundle); });
  sub->add_option("SUBJECT", bundle.subjects, line.help("tool.help-bundle-subject"))->required();
  CLI::Option_group* where = sub->add_option_group("where");
  where->add_option("--server", bundle.server, line.help("tool.help-server"));
  where->add_option("--ledger", bundle.directory, line.help("tool.help-bundle-ledger"));
  where->require_option(1);
  sub->add_option("--out", bundle.out, line.help("tool.help-bundle-out"))->required();
  sub->add_option("--file", bundle.files, line.help("tool.help-bundle-file"))
      ->allow_extra_args(false);
  CLI::Option_group* whom = sub->add_option_group("whom");
  whom->add_option("--log", bundle.keys, line.help("tool.help-log"))->allow_extra_args(false);
  whom->add_option("--policy", bundle.policy_file, line.help("tool.help-verify-policy"));
  whom->require_option(1, 2);
}

void describe_import(CLI::App& app, CommandLine& line) {
  ImportArguments& import = line.import;
  CLI::App* sub = line.add(app, "import", "tool.help-import", [&] { return run_import(import); });
  sub->add_option("FOLDER", import.folder, line.help("tool.help-folder"))->required();
  sub->add_option("--mapping", import.mapping_file, line.help("tool.help-mapping"))->required();
  sub->add_option("--server", import.server, line.help("tool.help-server"))->required();
  sub->add_option("--keys", import.keys_folder, line.help("tool.help-keys"))->required();
  sub->add_option("--store", import.store, line.help("tool.help-import-store"));
  sub->add_flag("--dry-run", import.dry_run, line.help("tool.help-dry-run"));
}

void describe_profile(CLI::App& app, CommandLine& line) {
  CLI::App* profile = app.add_subcommand("profile", line.help("tool.help-profile"))->fallthrough();
  profile->require_subcommand(1);
  CLI::App* check = line.add(*profile, "check", "tool.help-profile-check",
                             [&] { return run_profile_check(line.profile); });
  check->add_option("FILE", line.profile.file, line.help("tool.help-profile-file"))->required();
  check->add_option("SCENARIOS", line.profile.scenarios, line.help("tool.help-scenarios"));
  check->add_flag("--json", line.profile.json, line.help("tool.help-json"));
}

void describe_watch(CLI::App& app, CommandLine& line) {
  CLI::App* mirror =
      line.add(app, "mirror", "tool.help-mirror", [&] { return run_mirror(line.mirror); });
  mirror->footer(line.help("tool.help-watch-exits"));
  mirror->add_option("URL", line.mirror.url, line.help("tool.help-log-url"))->required();
  mirror->add_option("DIR", line.mirror.directory, line.help("tool.help-mirror-dir"))->required();
  mirror->add_option("--key", line.mirror.key, line.help("tool.help-mirror-key"));
  mirror->add_option("--connections", line.mirror.connections, line.help("tool.help-connections"))
      ->check(CLI::Range(1, 16))
      ->capture_default_str();

  CLI::App* audit =
      line.add(app, "audit", "tool.help-audit", [&] { return run_audit(line.audit); });
  audit->footer(line.help("tool.help-watch-exits"));
  audit->add_option("URL", line.audit.url, line.help("tool.help-log-url"))->required();
  audit->add_option("--key", line.audit.key, line.help("tool.help-log"))->required();
  audit->add_option("--state", line.audit.state, line.help("tool.help-audit-state"));
  audit->add_flag("--all", line.audit.all, line.help("tool.help-audit-all"));
  CLI::Option* every =
      audit->add_option("--every", line.audit.every_s, line.help("tool.help-every"))
          ->check(CLI::Range(1, 86'400));
  const std::string once = line.help("tool.help-once");
  audit->add_flag("--once", once)->excludes(every);
  audit->add_option("--max-age", line.audit.max_age_s, line.help("tool.help-max-age"))
      ->check(CLI::Range(1, 31'536'000));
  audit->add_option("--connections", line.audit.connections, line.help("tool.help-connections"))
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
}

void describe_vault(CLI::App& app, CommandLine& line) {
  CLI::App* vault = app.add_subcommand("vault", line.help("tool.help-vault"))->fallthrough();
  vault->require_subcommand(1);
  CLI::App* accept = line.add(*vault, "accept-loss", "tool.help-accept-loss",
                              [&] { return run_accept_loss(line.vault); });
  accept->add_option("DIR", line.vault.directory, line.help("tool.help-dir"))->required();
  accept->add_option("--authority", line.vault.authority_files, line.help("tool.help-authority"))
      ->allow_extra_args(false);
  accept->add_flag("--yes", line.vault.yes, line.help("tool.help-yes"));
}

void describe_erase(CLI::App& app, CommandLine& line) {
  EraseArguments& erase = line.erase;
  CLI::App* sub = line.add(app, "erase", "tool.help-erase", [&] { return run_erase(erase); });
  sub->add_option("DIR", erase.directory, line.help("tool.help-dir"))->required();
  CLI::Option_group* what = sub->add_option_group("what");
  what->add_option("--event", erase.event_id, line.help("tool.help-erase-event"));
  what->add_option("--record", erase.record, line.help("tool.help-erase-record"));
  what->add_option("--subject", erase.subject, line.help("tool.help-erase-subject"));
  what->add_option("--ended-before", erase.ended_before, line.help("tool.help-ended-before"));
  what->require_option(1);
  sub->add_option("--basis", erase.basis, line.help("tool.help-basis"));
  sub->add_option("--authority", erase.authority_files, line.help("tool.help-authority"))
      ->allow_extra_args(false);
  sub->add_flag("--yes", erase.yes, line.help("tool.help-yes"));
}

void describe_rotation(CLI::App& app, CommandLine& line) {
  CLI::App* rotate = line.add(app, "rotate-key", "tool.help-rotate-key",
                              [&] { return run_rotate_key(line.rotate); });
  rotate->add_option("DIR", line.rotate.directory, line.help("tool.help-dir"))->required();
  rotate->add_option("--authority", line.rotate.authority_files, line.help("tool.help-authority"))
      ->allow_extra_args(false)
      ->required();
  CLI::Option* key = rotate->add_option("--key", line.rotate.key, line.help("tool.help-next-key"));
  rotate->add_flag("--finish", line.rotate.finish, line.help("tool.help-finish"))->excludes(key);
}

void describe_witness(CLI::App& app, CommandLine& line) {
  WitnessArguments& arguments = line.witness;
  CLI::App* witness = app.add_subcommand("witness", line.help("tool.help-witness"))->fallthrough();
  witness->require_subcommand(0, 1);
  witness->add_option("--dir", arguments.directory, line.help("tool.help-witness-dir"))->required();
  witness->add_option("--listen", arguments.listen, line.help("api.help-listen"))
      ->capture_default_str();
  witness->add_option("--port-file", arguments.port_file, line.help("api.help-port-file"));
  CLI::App* init = line.add(*witness, "init", "tool.help-witness-init",
                            [&] { return run_witness_init(arguments); });
  init->add_option("--name", arguments.name, line.help("tool.help-witness-name"))->required();
  init->add_option("--key", arguments.key, line.help("tool.help-witness-key"));
  CLI::App* rotate = line.add(*witness, "rotate", "tool.help-witness-rotate",
                              [&] { return run_witness_rotate(arguments); });
  CLI::Option* next =
      rotate->add_option("--key", arguments.key, line.help("tool.help-witness-key"));
  rotate->add_flag("--finish", arguments.finish, line.help("tool.help-witness-finish"))
      ->excludes(next);
  CLI::App* add_log = line.add(*witness, "add-log", "tool.help-witness-add-log",
                               [&] { return run_witness_add_log(arguments); });
  add_log->add_option("VKEY", arguments.log_key, line.help("tool.help-witness-log"))->required();
  witness->callback([witness, &line] {  // called after those of its own subcommands
    if (!witness->get_subcommands().empty()) return;
    line.run = [&line] { return run_witness(line.witness); };
  });
}

int run(int argc, char** argv) {
  const std::string_view language = language_of(argc, argv);
  CommandLine line(language);
  line.init.language = line.token.language = line.keygen.language = language;
  line.registry.language = line.inspect.language = line.verify.language = language;
  line.bundle.language = language;
  line.import.language = line.profile.language = line.vault.language = language;
  line.rotate.language = line.erase.language = language;
  line.mirror.language = line.audit.language = line.witness.language = language;
  CLI::App app(line.help("tool.help"));
  app.set_version_flag("--version", NIANLUN_VERSION);
  app.require_subcommand(1);
  std::string chosen;
  app.add_option("--lang", chosen, line.help("tool.help-lang"))->check(CLI::IsMember({"en", "zh"}));
  describe_setup(app, line);
  describe_registry(app, line);
  describe_lost_keys(app, line);
  describe_inspection(app, line);
  describe_bundle(app, line);
  describe_import(app, line);
  describe_profile(app, line);
  describe_watch(app, line);
  describe_vault(app, line);
  describe_erase(app, line);
  describe_rotation(app, line);
  describe_witness(app, line);
  if (const auto ended = read_command_line(app, argc, argv, language)) return *ended;
  return line.run();
}

}  // namespace
}  // namespace nianlun

int main(int argc, char** argv) { return nianlun::run(argc, argv); }
