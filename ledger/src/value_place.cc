#include "value_place.h"

#include <algorithm>
#include <map>

#include "judge.h"
#include "ledger/disclosure.h"
#include "ledger/private_values.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

using ByDigest = std::map<std::string, PrivateValue*, std::less<>>;

/// Gives the values whose digests stand in `object` their place, and names them in `here`.
Result<void> place_in(const Json* object, std::string_view prefix, const PrivateValue& place,
                      const ByDigest& by_digest, std::vector<PrivateValue*>& here) {
  const Json* digests = object == nullptr ? nullptr : object->find("nianlun:sd");
  if (digests == nullptr || !digests->is_array()) return {};
  for (const Json& digest : digests->array()) {
    const auto found = digest.is_string() ? by_digest.find(digest.string()) : by_digest.end();
    if (found == by_digest.end() || found->second->seal) continue;
    PrivateValue& value = *found->second;
    TRY_ASSIGN(const Disclosure disclosure, parse_disclosure(value.disclosure));
    value.member = std::string(prefix) + disclosure.name;
    value.seal = place.seal;
    value.position = place.position;
    here.push_back(&value);
  }
  return {};
}

Result<void> name_profile(const CaptureEvent& event, const Reading& reading,
                          const std::vector<PrivateValue*>& here) {
  TRY_ASSIGN(const auto book, reading.book());
  TRY_ASSIGN(const ChosenStep chosen, choose_step(event, reading.state(), *book));
  if (chosen.step == nullptr) return {};
  for (PrivateValue* value : here) {
    value->profile = chosen.profile->id;
    const auto* member = private_member(*book, value->profile, value->member);
    value->indexed = member != nullptr && member->indexed;
  }
  return {};
}

}  // namespace

Result<std::vector<PrivateValue>> placed(const Admission& admission,
                                         const std::vector<std::string>& disclosures,
                                         const Reading& reading) {
  std::vector<PrivateValue> values;
  values.reserve(disclosures.size());
  ByDigest by_digest;
  for (const std::string& encoded : disclosures) {
    values.push_back({.disclosure = encoded});
    by_digest.emplace(disclosure_digest(encoded, admission.seal.suite), &values.back());
  }
  if (values.empty()) return values;
  PrivateValue place{.disclosure = {}, .seal = admission.seal.hash};
  for (const AdmissionEvent& admitted : admission.events) {
    const Json& event = admitted.event.event;
    std::vector<PrivateValue*> here;
    TRY(place_in(&event, "", place, by_digest, here));
    TRY(place_in(event.find("ilmd"), "ilmd.", place, by_digest, here));
    if (!here.empty()) TRY(name_profile(admitted.event, reading, here));
    ++place.position;
  }
  return values;
}

Result<std::optional<std::uint64_t>> record_index_of(const StateView& state,
                                                     const PrivateValue& value) {
  if (!value.seal) return std::optional<std::uint64_t>();
  TRY_ASSIGN(const auto bytes, state.get(seal_key(*value.seal)));
  if (!bytes) return std::optional<std::uint64_t>();
  TRY_ASSIGN(const SealRecords records, decode_seal_records(*bytes));
  if (value.position >= records.events) return std::optional<std::uint64_t>();
  return std::optional(records.first + value.position);
}

Result<std::optional<StoredRecord>> record_of(const Reading& reading, const PrivateValue& value,
                                              std::string_view digest) {
  TRY_ASSIGN(const auto index, record_index_of(reading.state(), value));
  if (!index || *index >= reading.size()) return std::optional<StoredRecord>();
  TRY_ASSIGN(StoredRecord stored, reading.record(*index));
  if (stored.record.event.is_null()) return std::optional<StoredRecord>();
  const auto digests = digests_of(stored.record.event);
  if (std::ranges::find(digests, digest) == digests.end()) return std::optional<StoredRecord>();
  return std::optional(std::move(stored));
}

const Profile::PrivateMember* private_member(const ProfileBook& book, std::string_view profile,
                                             std::string_view member) {
  const auto newest = book.newest(profile);
  if (newest == nullptr) return nullptr;
  const auto found = newest->private_members.find(member);
  return found == newest->private_members.end() ? nullptr : &found->second;
}

}  // namespace nianlun
