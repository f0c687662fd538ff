#include "trace_teller.h"

#include <algorithm>

#include "participants.h"
#include "trace_walk.h"
#include "trace_words.h"
#include "try.h"

namespace nianlun {

Result<Teller> Teller::make(const Reading& reading, const Viewer& viewer) {
  TRY_ASSIGN(auto book, reading.book());
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

}  // namespace nianlun
