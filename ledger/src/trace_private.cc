// What each viewer is told of the private values of an event.

#include <algorithm>
#include <map>

#include "canonical_text.h"
#include "ledger/disclosure.h"
#include "ledger/private_values.h"
#include "trace_teller.h"
#include "trace_words.h"
#include "try.h"
#include "value_place.h"

namespace nianlun {
namespace {

constexpr std::string_view kDigests = "nianlun:sd";

/// The digests of an event's text, and of its ilmd: what digests_of() finds in the event.
void cut_digests(Bytes object, std::vector<std::string>& out) {
  const auto list = member_text(object, kDigests);
  if (!list || !list->starts_with('[')) return;
  for (std::size_t at = 1; at < list->size() && (*list)[at] != ']';) {
    const std::size_t end = value_end(*list, at);
    if (end == Bytes::npos) return;
    const Bytes digest = list->substr(at, end - at);
    if (is_string_text(digest)) out.push_back(string_of(digest));
    at = end < list->size() && (*list)[end] == ',' ? end + 1 : end;
  }
}

bool has_digests(Bytes event) { return event.find(R"("nianlun:sd")") != Bytes::npos; }

}  // namespace

/// A value is its owner's: whoever repeats a digest in an event of his own is shown nothing by it,
/// unless he may see it there where it came in.
Result<bool> Teller::is_entitled(const StoredRecord& stored, const PrivateValue& value,
                                 std::string_view digest) const {
  const bool own = !value.seal ||
                   (*value.seal == stored.record.seal && value.position == stored.record.position);
  if (own) return is_entitled(stored);
  TRY_ASSIGN(const auto owner, record_of(*reading_, value, digest));
  return is_entitled(owner ? *owner : stored);
}

Result<std::vector<ToldValue>> Teller::private_values_of(const StoredRecord& stored) const {
  std::vector<ToldValue> values;
  if (stored.record.event.is_null()) return values;
  const bool anybody = viewer_->party.empty() && viewer_->roles.empty();
  std::map<std::pair<std::optional<Hash>, std::uint64_t>, bool> entitled;  // by where it came in
  for (std::string& digest : digests_of(stored.record.event)) {
    ToldValue& told = values.emplace_back(ToldValue{.digest = std::move(digest)});
    TRY_ASSIGN(const bool erased, reading_->is_erased(told.digest));
    if (erased) told.fate = ToldValue::Fate::kErased;
    if (erased || anybody) continue;
    TRY_ASSIGN(auto value, reading_->private_value(told.digest));
    const PrivateValue& placed = value ? *value : told.value;
    const auto at = entitled.try_emplace({placed.seal, placed.position}, false);
    if (at.second) {
      TRY_ASSIGN(at.first->second, is_entitled(stored, placed, told.digest));
    }
    if (!at.first->second) continue;
    told.fate = value ? ToldValue::Fate::kShown : ToldValue::Fate::kUnsent;
    if (value) told.value = *std::move(value);
  }
  return values;
}

Result<std::vector<std::string>> Teller::disclosures_of(const StoredRecord& stored) const {
  TRY_ASSIGN(auto values, private_values_of(stored));
  std::vector<std::string> disclosures;
  for (ToldValue& told : values) {
    if (told.fate != ToldValue::Fate::kShown) continue;
    disclosures.push_back(std::move(told.value.disclosure));
  }
  return disclosures;
}

Result<Json> Teller::event_of(const StoredRecord& stored) const {
  if (stored.record.event.is_null()) return Json();
  TRY_ASSIGN(const auto disclosures, disclosures_of(stored));
  return merge_disclosures(stored.record.event, disclosures, genesis().suite);
}

/// {"shown": [{"digest", "member", "text"}], "withheld": n, "erased": [digest], "unsent": [digest]}
/// without what there is none of.
Json Teller::private_json(const std::vector<ToldValue>& values) const {
  Json::Array shown;
  Json::Array erased;
  Json::Array unsent;
  std::uint64_t withheld = 0;
  for (const ToldValue& told : values) {
    if (told.fate == ToldValue::Fate::kWithheld) ++withheld;
    if (told.fate == ToldValue::Fate::kErased) erased.emplace_back(told.digest);
    if (told.fate == ToldValue::Fate::kUnsent) unsent.emplace_back(told.digest);
    if (told.fate != ToldValue::Fate::kShown) continue;
    Json one = Json().set("digest", told.digest).set("member", told.value.member);
    const auto* member = private_member(*book_, told.value.profile, told.value.member);
    shown.push_back(one.set("text", texts_json(member == nullptr ? Texts() : member->text)));
  }
  Json json;
  if (!shown.empty()) json.set("shown", std::move(shown));
  if (withheld > 0) json.set("withheld", withheld);
  if (!erased.empty()) json.set("erased", std::move(erased));
  if (!unsent.empty()) json.set("unsent", std::move(unsent));
  return json;
}

// What the record holds of the event is public or a digest, so whoever is entitled to nothing more
// is shown the very text.
Result<void> Teller::tell_for_anybody(const RecordText& text, std::string& out) const {
  if (has_digests(text.event)) {
    std::vector<std::string> digests;
    cut_digests(text.event, digests);
    cut_digests(member_text(text.event, "ilmd").value_or(""), digests);
    std::vector<ToldValue> values;
    for (std::string& digest : digests) {
      TRY_ASSIGN(const bool erased, reading_->is_erased(digest));
      values.push_back({.digest = std::move(digest),
                        .fate = erased ? ToldValue::Fate::kErased : ToldValue::Fate::kWithheld});
    }
    if (!values.empty()) out.append(R"(,"private":)").append(private_json(values).dump());
  }
  out.append(R"(,"event":)").append(text.event.empty() ? "null" : text.event);
  return {};
}

Result<void> Teller::tell_event(const KeptRecord& kept, const RecordText& text,
                                std::string& out) const {
  const bool anybody = viewer_->party.empty() && viewer_->roles.empty();
  if (anybody || !has_digests(text.event)) return tell_for_anybody(text, out);
  TRY_ASSIGN(const StoredRecord stored, parsed(kept));
  TRY_ASSIGN(const auto values, private_values_of(stored));
  std::vector<std::string> disclosures;
  for (const ToldValue& told : values) {
    if (told.fate == ToldValue::Fate::kShown) disclosures.push_back(told.value.disclosure);
  }
  TRY_ASSIGN(const Json event,
             merge_disclosures(stored.record.event, disclosures, genesis().suite));
  if (!values.empty()) out.append(R"(,"private":)").append(private_json(values).dump());
  out.append(R"(,"event":)").append(event.dump());
  return {};
}

}  // namespace nianlun
