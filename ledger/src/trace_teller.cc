#include "trace_teller.h"

#include <algorithm>

#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "ledger/event_hash.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "participants.h"
#include "trace_walk.h"
#include "trace_words.h"
#include "try.h"

namespace nianlun {

Result<Teller> Teller::make(const Reading& reading, const Viewer& viewer) {
  TRY_ASSIGN(auto book, ProfileBook::load(reading.state()));
  return Teller(reading, viewer, std::move(book));
}

Result<Json> Teller::party(std::string_view uri) const {
  if (uri.empty()) return Json();
  TRY_ASSIGN(const auto found, find_party(state(), uri));
  return Json().set("party", uri).set("name", found ? found->name : Json(Json::Object()));
}

const Profile::Kind* Teller::kind_of(const Item& item) const {
  const auto profile = book_->newest(item.profile);
  return profile == nullptr ? nullptr : profile->kind(item.kind);
}

Json Teller::brief(const Item& item) const {
  Json json = Json().set("id", item.id).set("kind", item.kind);
  const Profile::Kind* kind = kind_of(item);
  json.set("kindName", kind == nullptr ? Json(Json::Object()) : texts_json(kind->text));
  json.set("state", item.now.state).set("recalled", item.recalled);
  const auto named = kind == nullptr ? decltype(kind->states)::const_iterator()
                                     : kind->states.find(item.now.state);
  const bool known = kind != nullptr && named != kind->states.end();
  return json.set("stateName", known ? texts_json(named->second) : Json(Json::Object()));
}

Result<Seal> Teller::seal_of(const Record& record, std::uint64_t index) const {
  TRY_ASSIGN(const auto bytes, state().get(seal_key(record.seal)));
  if (!bytes) return reading_->seal(index);
  TRY_ASSIGN(const SealRecords records, decode_seal_records(*bytes));
  return reading_->seal(records.first);
}

const Profile::Step* Teller::step_of(const Record& record) const {
  const auto profile = book_->labelled(record.profile);
  const std::size_t slash = record.verdict.step.find('/');
  if (profile == nullptr || slash == std::string::npos) return nullptr;
  return profile->step(std::string_view(record.verdict.step).substr(slash + 1));
}

Result<std::vector<std::string>> Teller::items_of(const Record& record) const {
  std::vector<std::string> ids;
  const Profile::Step* step = step_of(record);
  if (step == nullptr || record.event.is_null()) return ids;
  TRY_ASSIGN(const auto involved,
             involved_in(record.event, *book_->labelled(record.profile), *step, genesis().domain));
  for (const Involved& one : involved) {
    if (std::ranges::find(ids, one.id) == ids.end()) ids.push_back(one.id);
  }
  return ids;
}

Result<std::string> Teller::sealed_by(const StoredRecord& stored) const {
  TRY_ASSIGN(const Seal seal, seal_of(stored.record, stored.index));
  if (!seal.on_behalf_of.empty()) return seal.on_behalf_of;
  TRY_ASSIGN(const auto actor, find_actor(state(), seal.submitter));
  return actor ? actor->party : std::string();
}

Result<bool> Teller::is_entitled(const StoredRecord& stored) const {
  const auto profile = book_->labelled(stored.record.profile);
  if (profile == nullptr || stored.record.event.is_null()) return false;
  const auto newest = book_->newest(profile->id);
  for (const std::string& role : newest->answers) {
    if (std::ranges::find(viewer_->roles, profile->id + "/" + role) != viewer_->roles.end()) {
      return true;
    }
  }
  if (viewer_->party.empty()) return false;
  TRY_ASSIGN(const std::string sealer, sealed_by(stored));
  if (sealer == viewer_->party) return true;
  TRY_ASSIGN(const auto party, find_party(state(), viewer_->party));
  if (!party) return false;
  TRY_ASSIGN(const auto ids, items_of(stored.record));
  for (const std::string& id : ids) {
    TRY_ASSIGN(const auto item, find_item(state(), id));
    if (!item) continue;
    TRY_ASSIGN(const auto containers, containers_of(state(), *item));
    TRY_ASSIGN(const std::uint64_t holder, holder_of(state(), *item, containers));
    if (holder != 0 && holder == party->number) return true;
  }
  return false;
}

Result<std::vector<std::string>> Teller::disclosures_of(const StoredRecord& stored) const {
  std::vector<std::string> disclosures;
  if (stored.record.event.is_null()) return disclosures;
  const auto digests = digests_of(stored.record.event);
  if (digests.empty()) return disclosures;
  TRY_ASSIGN(const bool entitled, is_entitled(stored));
  if (!entitled) return disclosures;
  for (const std::string& digest : digests) {
    TRY_ASSIGN(auto disclosure, reading_->disclosure(digest));
    if (disclosure) disclosures.push_back(std::move(*disclosure));
  }
  return disclosures;
}

Result<Json> Teller::event_of(const StoredRecord& stored) const {
  if (stored.record.event.is_null()) return Json();
  TRY_ASSIGN(const auto disclosures, disclosures_of(stored));
  if (disclosures.empty()) return stored.record.event;
  std::map<std::string, std::string, std::less<>> by_digest;
  for (const std::string& one : disclosures) by_digest.emplace(disclosure_digest(one), one);
  return merge_private(stored.record.event, [&](std::string_view digest) {
    const auto found = by_digest.find(digest);
    return found == by_digest.end() ? std::optional<std::string>() : found->second;
  });
}

// The party and the roles that made the step theirs: never a person, never a key.
// The timeline knows who it was without the seal, which would have to be read and unpacked.
Result<Teller::Sealer> Teller::sealer_of(const StoredRecord& stored,
                                         const TimelineEntry* entry) const {
  Sealer sealer;
  std::optional<std::string> did;
  if (entry != nullptr && entry->actor != 0 && entry->party != 0) {
    TRY_ASSIGN(did, actor_did(state(), entry->actor));
    TRY_ASSIGN(const auto known, party_uri(state(), entry->party));
    sealer.party = known.value_or("");
    sealer.by_gateway = did == genesis().gateway;
  }
  if (!did || sealer.party.empty()) {
    TRY_ASSIGN(const Seal seal, seal_of(stored.record, stored.index));
    did = seal.submitter;
    sealer.party = seal.on_behalf_of;
    sealer.by_gateway = !seal.on_behalf_of.empty();
  }
  TRY_ASSIGN(sealer.actor, find_actor(state(), *did));
  if (sealer.party.empty() && sealer.actor) sealer.party = sealer.actor->party;
  return sealer;
}

Result<Json> Teller::by(const StoredRecord& stored, const TimelineEntry* entry) const {
  TRY_ASSIGN(const Sealer sealer, sealer_of(stored, entry));
  const std::optional<Actor>& actor = sealer.actor;
  const std::string& uri = sealer.party;
  TRY_ASSIGN(Json json, party(uri));
  if (json.is_null()) return json;
  Json roles{Json::Array()};
  const auto profile = book_->labelled(stored.record.profile);
  const Profile::Step* step = step_of(stored.record);
  if (step != nullptr && actor && !sealer.by_gateway) {
    for (const std::string& role : step->roles) {
      const auto named = profile->roles.find(role);
      if (named != profile->roles.end() && actor->has_role(profile->id + "/" + role)) {
        roles.push(texts_json(named->second));
      }
    }
  }
  json.set("roles", std::move(roles));
  if (sealer.by_gateway) json.set("gateway", true);
  return json;
}

// The declaration of error that voided a record, in the words of who declared it.
Result<Json> Teller::voided_by(const Record& record) const {
  std::string id(record.event.text("eventID"));
  if (id.empty()) {
    TRY_ASSIGN(id, event_hash(record.event, nullptr));
  }
  TRY_ASSIGN(const auto bytes, state().get(event_key(id, true)));
  if (!bytes) return Json();
  TRY_ASSIGN(const Indexed correction, decode_indexed(*bytes));
  TRY_ASSIGN(const StoredRecord stored, reading_->record(correction.index));
  TRY_ASSIGN(const std::string sealer, sealed_by(stored));
  TRY_ASSIGN(Json who, party(sealer));
  Json json = Json()
                  .set("index", stored.index)
                  .set("recordTime", date_time(stored.record.time_ms))
                  .set("by", std::move(who));
  if (const Json* reason = at_path(stored.record.event, "errorDeclaration.reason")) {
    json.set("reason", *reason);
  }
  return json;
}

Result<Json> Teller::event(const StoredRecord& stored, const TimelineEntry* entry) const {
  const Record& record = stored.record;
  const Profile::Step* step = step_of(record);
  Json json = Json().set("index", stored.index).set("recordHash", hex(record_hash(stored.bytes)));
  if (!record.event.is_null()) json.set("eventTime", record.event.text("eventTime"));
  json.set("recordTime", date_time(record.time_ms)).set("step", record.verdict.step);
  const Json name = step != nullptr ? texts_json(step->text) : registry_name(record.verdict.step);
  json.set("stepName", name);
  std::string say = step == nullptr || record.event.is_null()
                        ? std::string()
                        : filled(in_language(step->say, viewer_->language), record.event,
                                 *book_->labelled(record.profile), viewer_->language, genesis());
  if (say.empty()) say = in_language_of(name, viewer_->language);
  json.set("say", std::move(say)).set("outcome", text(record.verdict.outcome));
  Json broken{Json::Array()};
  for (const std::string& guard : record.verdict.broken) {
    broken.push(Json().set("guard", guard).set("text", guard_text(step, guard, viewer_->language)));
  }
  json.set("broken", std::move(broken));
  json.set("fits", entry == nullptr || entry->fits);
  json.set("voided", entry != nullptr && entry->voided);
  if (entry != nullptr && entry->voided) {
    TRY_ASSIGN(Json correction, voided_by(record));
    if (!correction.is_null()) json.set("voidedBy", std::move(correction));
  }
  TRY_ASSIGN(Json who, by(stored, entry));
  json.set("by", std::move(who));
  if (!record.profile.empty()) json.set("profile", record.profile);
  TRY_ASSIGN(Json event, event_of(stored));
  json.set("event", std::move(event));
  return json;
}

}  // namespace nianlun
