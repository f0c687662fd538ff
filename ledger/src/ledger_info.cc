#include "ledger/ledger_info.h"

#include <algorithm>

#include "ledger/note.h"
#include "try.h"

namespace nianlun {

bool is_profile_id(std::string_view id) {
  return !id.empty() && id.size() <= 100 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == id.npos;
}

Result<LedgerInfo> parse_ledger_info(const Json& json) {
  LedgerInfo info{.identity = std::string(json.text("identity")),
                  .origin = std::string(json.text("origin")),
                  .log_key = std::string(json.text("logKey")),
                  .domain = std::string(json.text("domain")),
                  .profiles = {},
                  .languages = {},
                  .suite = Suite::kSha256};
  if (info.identity.empty() || info.origin.empty() || info.domain.empty()) {
    return senseless_answer("/ledger");
  }
  const auto suite = suite_named(json.text("suite"));
  if (!suite) return senseless_answer("/ledger");
  info.suite = *suite;
  if (const Json* labels = json.find("profiles"); labels != nullptr && labels->is_array()) {
    for (const Json& label : labels->array()) {
      if (!label.is_string()) return senseless_answer("/ledger");
      std::string id = label.string().substr(0, label.string().find('@'));
      if (!is_profile_id(id)) return senseless_answer("/ledger");
      if (std::ranges::find(info.profiles, id) == info.profiles.end()) {
        info.profiles.push_back(std::move(id));
      }
    }
  }
  if (const Json* tags = json.find("languages"); tags != nullptr && tags->is_array()) {
    for (const Json& tag : tags->array()) {
      if (!tag.is_string()) return senseless_answer("/ledger");
      info.languages.push_back(tag.string());
    }
  }
  return info;
}

Result<LedgerInfo> ledger_info(Api& api) {
  TRY_ASSIGN(const Json json, api.get_json("/ledger"));
  return parse_ledger_info(json);
}

Result<Checkpoint> open_checkpoint(std::string_view note, const LedgerInfo& info) {
  TRY_ASSIGN(const NoteVerifier verifier, NoteVerifier::parse(info.log_key));
  TRY_ASSIGN(const OpenedNote opened, open_note(note, {&verifier, 1}));
  TRY_ASSIGN(Checkpoint checkpoint, parse_checkpoint(opened.text));
  if (checkpoint.origin == info.origin) return checkpoint;
  return fail(ErrorCode::kConflict, "client.other-log",
              {{"here", info.origin}, {"there", checkpoint.origin}});
}

}  // namespace nianlun
