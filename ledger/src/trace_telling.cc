// How a record is told: its JSON text is put together from the record's own, which is canonical.

#include "canonical_text.h"
#include "ledger/encoding.h"
#include "ledger/event_hash.h"
#include "ledger/messages.h"
#include "ledger/time.h"
#include "trace_teller.h"
#include "try.h"

namespace nianlun {

const Phrase& Teller::phrase_of(const RecordText& text) const {
  std::string key(text.profile);
  key += text.step;
  const auto known = phrases_.find(key);
  if (known != phrases_.end()) return known->second;
  const std::string id = string_of(text.step);
  Phrase phrase;
  phrase.profile = book_->labelled(string_of(text.profile));
  const std::size_t slash = id.find('/');
  if (phrase.profile != nullptr && slash != std::string::npos) {
    phrase.step = phrase.profile->step(std::string_view(id).substr(slash + 1));
  }
  const Json name = phrase.step != nullptr ? texts_json(phrase.step->text) : registry_name(id);
  phrase.name_json = name.dump();
  phrase.name = in_language_of(name, viewer_->language);
  if (phrase.step != nullptr) {
    phrase.say.emplace(in_language(phrase.step->say, viewer_->language));
  }
  return phrases_.emplace(std::move(key), std::move(phrase)).first->second;
}

// The party and the roles that made the step theirs: never a person, never a key.
// The timeline knows who it was without the seal, which would have to be read and unpacked.
Result<Teller::Sealer> Teller::sealer_of(const KeptRecord& kept, const TimelineEntry* entry) const {
  Sealer sealer;
  std::optional<std::string> did;
  if (entry != nullptr && entry->actor != 0 && entry->party != 0) {
    TRY_ASSIGN(did, actor_did(state(), entry->actor));
    TRY_ASSIGN(const auto known, party_uri(state(), entry->party));
    sealer.party = known.value_or("");
    sealer.by_gateway = did == genesis().gateway;
  }
  if (!did || sealer.party.empty()) {
    TRY_ASSIGN(const StoredRecord stored, parsed(kept));
    TRY_ASSIGN(const Seal seal, seal_of(stored.record, stored.index));
    did = seal.submitter;
    sealer.party = seal.on_behalf_of;
    sealer.by_gateway = !seal.on_behalf_of.empty();
  }
  TRY_ASSIGN(sealer.actor, find_actor(state(), *did));
  if (sealer.party.empty() && sealer.actor) sealer.party = sealer.actor->party;
  return sealer;
}

// What comes with a token is judged by the roles of the party, so these are the ones to tell.
Result<bool> Teller::has_role(const Sealer& sealer, std::string_view role) const {
  if (!sealer.by_gateway) return sealer.actor && sealer.actor->has_role(role);
  TRY_ASSIGN(const auto known, find_party(state(), sealer.party));
  return known && known->has_role(role);
}

Result<Json> Teller::by(const Sealer& sealer, const Phrase& phrase) const {
  TRY_ASSIGN(Json json, party(sealer.party));
  if (json.is_null()) return json;
  Json roles{Json::Array()};
  if (phrase.step != nullptr) {
    for (const std::string& role : phrase.step->roles) {
      const auto named = phrase.profile->roles.find(role);
      TRY_ASSIGN(const bool held, has_role(sealer, phrase.profile->id + "/" + role));
      if (held && named != phrase.profile->roles.end()) roles.push(texts_json(named->second));
    }
  }
  json.set("roles", std::move(roles));
  if (sealer.by_gateway) json.set("gateway", true);
  return json;
}

Result<Teller::ToldSealer> Teller::told_sealer(const KeptRecord& kept, const Phrase& phrase,
                                               const TimelineEntry* entry) const {
  TRY_ASSIGN(Sealer sealer, sealer_of(kept, entry));
  TRY_ASSIGN(const Json json, by(sealer, phrase));
  return ToldSealer{json.dump(), std::move(sealer.actor)};
}

// The hash stands against a record that its endorser has not seen.
Result<Json> Teller::endorsed_mark(const KeptRecord& kept) const {
  TRY_ASSIGN(const auto value, state().get(endorsed_mark_key(kept.index)));
  if (!value) return Json();
  TRY_ASSIGN(const Json mark, Json::parse(*value));
  const Json* by = mark.find("endorsed");
  return by != nullptr && mark.text("record") == hex(kept.hash) ? *by : Json();
}

// A key is reported long after it sent something, so the mark is made when it is told: nothing that
// was recorded has to be found again.
Result<void> Teller::tell_sealer(const KeptRecord& kept, const RecordText& text,
                                 const Phrase& phrase, const TimelineEntry* entry,
                                 std::string& out) const {
  ToldSealer unknown;
  ToldSealer* told = &unknown;
  bool fresh = true;
  if (entry != nullptr && entry->actor != 0 && entry->party != 0) {
    const auto found = told_sealers_.try_emplace({entry->actor, entry->party, &phrase});
    told = &found.first->second;
    fresh = found.second;
  }
  if (fresh) {
    TRY_ASSIGN(*told, told_sealer(kept, phrase, entry));
  }
  out.append(R"(,"by":)").append(told->by);
  if (!told->actor || !told->actor->compromised_since_ms) return {};
  TRY_ASSIGN(const std::int64_t time_ms, parse_date_time(string_of(text.record_time)));
  if (!told->actor->is_doubtful(kept.index, time_ms)) return {};
  const std::string since = date_time(*told->actor->compromised_since_ms);
  Json mark = Json().set("since", since).set("revoked", told->actor->revoked);
  TRY_ASSIGN(const Json endorsed, endorsed_mark(kept));
  if (!endorsed.is_null()) mark.set("endorsed", endorsed);
  const char* const words = endorsed.is_null() ? "trace.compromised" : "trace.compromised-endorsed";
  mark.set("text", nianlun::text(viewer_->language, words, {{"time", since}}));
  out += R"(,"compromised":)" + mark.dump();
  return {};
}

// The declaration of error that voided a record, in the words of who declared it.
Result<Json> Teller::voided_by(const Record& record) const {
  std::string id(record.event.text("eventID"));
  if (id.empty()) {
    TRY_ASSIGN(id, event_hash(record.event, nullptr));
  }
  TRY_ASSIGN(const auto bytes, state().get(event_key(id, true)));
  if (!bytes) return Json();
  TRY_ASSIGN(const KnownEvent correction, decode_known_event(*bytes));
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

Result<void> Teller::tell(const KeptRecord& kept, const RecordText& text,
                          const TimelineEntry* entry, std::string& out) const {
  const Phrase& phrase = phrase_of(text);
  out.append(R"({"index":)").append(std::to_string(kept.index));
  out.append(R"(,"recordHash":")").append(hex(kept.hash)).append(1, '"');
  std::string say;
  if (!text.event.empty()) {
    out.append(R"(,"eventTime":)").append(member_text(text.event, "eventTime").value_or(R"("")"));
    if (phrase.say) {
      say = phrase.say->filled(text.event, *phrase.profile, viewer_->language, genesis());
    }
  }
  out.append(R"(,"recordTime":)").append(text.record_time);
  out.append(R"(,"step":)").append(text.step.empty() ? R"("")" : text.step);
  out.append(R"(,"stepName":)").append(phrase.name_json).append(R"(,"say":)");
  append_json_string(out, say.empty() ? phrase.name : say);
  out.append(R"(,"outcome":)").append(text.outcome).append(R"(,"broken":[)");
  for (const std::string& guard : text.broken) {
    if (out.back() != '[') out += ',';
    const std::string words = guard_text(phrase.step, guard, viewer_->language);
    out += Json().set("guard", guard).set("text", words).dump();
  }
  out += entry == nullptr || entry->fits ? R"(],"fits":true)" : R"(],"fits":false)";
  const bool voided = entry != nullptr && entry->voided;
  out += voided ? R"(,"voided":true)" : R"(,"voided":false)";
  if (voided) {
    TRY_ASSIGN(const StoredRecord stored, parsed(kept));
    TRY_ASSIGN(const Json correction, voided_by(stored.record));
    if (!correction.is_null()) out += R"(,"voidedBy":)" + correction.dump();
  }
  TRY(tell_sealer(kept, text, phrase, entry, out));
  if (!text.profile.empty()) out.append(R"(,"profile":)").append(text.profile);
  TRY(tell_event(kept, text, out));
  out += '}';
  return {};
}

}  // namespace nianlun
