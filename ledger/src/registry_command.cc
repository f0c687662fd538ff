#include "registry_command.h"

#include <iostream>

#include "ledger/capture.h"
#include "ledger/data_integrity.h"
#include "ledger/device.h"
#include "ledger/files.h"
#include "ledger/time.h"
#include "profile_command.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

Json strings(const std::vector<std::string>& values) {
  return Json::Array(values.begin(), values.end());
}

int send_event(const RegistryArguments& arguments, const Json& event) {
  return send_one(arguments.server, arguments.key_files, arguments.store, arguments.language,
                  event);
}

Result<Json> names_of(const RegistryArguments& arguments) {
  Json names = Json::Object{};
  for (const std::string& name : arguments.names) {
    const std::size_t at = name.find('=');
    if (at == 0 || at == name.npos) {
      return fail(ErrorCode::kInvalidArgument, "tool.name-form", {{"name", name}});
    }
    names.set(name.substr(0, at), name.substr(at + 1));
  }
  return names;
}

void add_claim(const RegistryArguments& arguments, Json& event) {
  if (arguments.compromised_since.empty()) return;
  event.set("nianlun:compromisedSince", arguments.compromised_since);
}

Result<Json> enrolment(const RegistryArguments& arguments) {
  TRY_ASSIGN(const Json possession, read_json_file(arguments.possession_file));
  Json event = registry_event("nianlun:KeyEnrolled");
  event.set("nianlun:party", possession.text("party"))
      .set("nianlun:key", possession.text("key"))
      .set("nianlun:roles", strings(arguments.roles));
  const Json* proof = possession.find("proof");
  event.set("nianlun:possession", proof == nullptr ? Json() : *proof);
  return event;
}

}  // namespace

int run_party(const RegistryArguments& arguments) {
  auto names = names_of(arguments);
  if (!names) return complain(arguments.language, names.error());
  Json event = registry_event("nianlun:PartyEnrolled");
  event.set("nianlun:party", arguments.party).set("nianlun:name", *std::move(names));
  return send_event(arguments, event);
}

int run_enrol(const RegistryArguments& arguments) {
  auto event = enrolment(arguments);
  if (!event) return complain(arguments.language, event.error());
  return send_event(arguments, *event);
}

int run_replace_key(const RegistryArguments& arguments) {
  auto event = enrolment(arguments);
  if (!event) return complain(arguments.language, event.error());
  event->set("nianlun:replaces", arguments.key_did);
  add_claim(arguments, *event);
  return send_event(arguments, *event);
}

int run_roles(const RegistryArguments& arguments) {
  Json event = registry_event("nianlun:RolesChanged");
  if (arguments.party.empty()) {
    event.set("nianlun:key", arguments.key_did);
  } else {
    event.set("nianlun:party", arguments.party);
  }
  event.set("nianlun:roles", strings(arguments.roles));
  return send_event(arguments, event);
}

int run_revoke(const RegistryArguments& arguments) {
  Json event = registry_event("nianlun:KeyRevoked");
  event.set("nianlun:key", arguments.key_did).set("nianlun:reason", arguments.reason);
  add_claim(arguments, event);
  return send_event(arguments, event);
}

int run_adopt(const RegistryArguments& arguments) {
  const auto load = [&]() -> Result<Json> {
    TRY_ASSIGN(const ToolSender sender, ToolSender::open(arguments.server, arguments.language));
    return load_profile(arguments.profile_file, sender.info().languages);
  };
  auto profile = load();
  if (!profile) return complain(arguments.language, profile.error());
  Json event = registry_event("nianlun:ProfileAdopted");
  event.set("nianlun:profile", *std::move(profile));
  return send_event(arguments, event);
}

int run_answer(const RegistryArguments& arguments) {
  Json event = registry_event("nianlun:ExceptionAnswered");
  event.set("nianlun:exception", arguments.exception).set("nianlun:outcome", arguments.outcome);
  return send_event(arguments, event);
}

int run_endorse(const RegistryArguments& arguments) {
  Json event = registry_event("nianlun:Endorsement");
  event.set("nianlun:endorses", arguments.record).set("nianlun:recordHash", arguments.record_hash);
  if (!arguments.item.empty()) {
    event.set("nianlun:item", arguments.item).set("nianlun:at", arguments.item_time);
  }
  return send_event(arguments, event);
}

int run_possess(const RegistryArguments& arguments) {
  const auto possess = [&]() -> Result<Json> {
    TRY_ASSIGN(const std::vector<PrivateKey> keys, load_keys(arguments.key_files));
    TRY_ASSIGN(const ToolSender sender, ToolSender::open(arguments.server, arguments.language));
    TRY(check_key_type(keys.front().public_key(), sender.info().suite));
    Json statement;
    statement.set("type", "KeyEnrolment")
        .set("ledger", sender.info().identity)
        .set("party", arguments.party)
        .set("key", keys.front().public_key().did());
    TRY_ASSIGN(Json proof, make_proof(statement, keys.front(), date_time(now_ms())));
    statement.set("proof", std::move(proof));
    return statement;
  };
  const auto statement = possess();
  if (!statement) return complain(arguments.language, statement.error());
  std::cout << statement->dump() << '\n';
  return finish(arguments.language, {});
}

}  // namespace nianlun
