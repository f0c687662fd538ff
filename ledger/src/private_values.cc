#include "ledger/private_values.h"

#include <algorithm>
#include <array>
#include <map>

#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kDigests = "nianlun:sd";
constexpr std::string_view kIlmd = "ilmd";

constexpr std::array<std::string_view, 23> kStructural = {"@context",
                                                          "action",
                                                          "bizStep",
                                                          "childEPCs",
                                                          "childQuantityList",
                                                          "disposition",
                                                          "epcList",
                                                          "errorDeclaration",
                                                          "eventID",
                                                          "eventTime",
                                                          "eventTimeZoneOffset",
                                                          "inputEPCList",
                                                          "inputQuantityList",
                                                          "nianlun:sd",
                                                          "nianlun:step",
                                                          "outputEPCList",
                                                          "outputQuantityList",
                                                          "parentID",
                                                          "persistentDisposition",
                                                          "quantityList",
                                                          "recordTime",
                                                          "transformationID",
                                                          "type"};
static_assert(std::ranges::is_sorted(kStructural));

using IsPublic = std::function<bool(std::string_view path)>;

/// Splits one object; `prefix` is "" for the event and "ilmd." for its ilmd.
Result<void> split_object(Json& object, std::string_view prefix, const IsPublic& is_public,
                          const std::function<Buffer()>& salt, Suite suite,
                          std::vector<std::string>& disclosures) {
  std::vector<std::string> digests;
  if (const Json* there = object.find(kDigests); there != nullptr && there->is_array()) {
    for (const Json& digest : there->array()) {
      if (digest.is_string()) digests.push_back(digest.string());
    }
  }
  Json::Object kept;
  for (Json::Member& member : object.object()) {
    const bool clear = member.name == kDigests || is_public(std::string(prefix) + member.name) ||
                       (prefix.empty() && (is_structural(member.name) || member.name == kIlmd));
    if (clear) {
      if (member.name != kDigests) kept.push_back(std::move(member));
      continue;
    }
    TRY(check_numbers_exact(member.value));
    Disclosure disclosure = make_disclosure(base64url(salt()), member.name, member.value);
    digests.push_back(disclosure_digest(disclosure.encoded, suite));
    disclosures.push_back(std::move(disclosure.encoded));
  }
  std::ranges::sort(digests);
  object = Json(std::move(kept));
  if (!digests.empty()) object.set(kDigests, Json::Array(digests.begin(), digests.end()));
  return {};
}

enum class Where { kInEvent, kInIlmd };

Result<void> merge_object(
    Json& object, Where where,
    const std::function<std::optional<std::string>(std::string_view digest)>& find) {
  const Json* digests = object.find(kDigests);
  if (digests == nullptr || !digests->is_array()) return {};
  Json::Array left;
  Json merged = object;
  for (const Json& digest : digests->array()) {
    const auto encoded = digest.is_string() ? find(digest.string()) : std::nullopt;
    if (!encoded) {
      left.push_back(digest);
      continue;
    }
    TRY_ASSIGN(Disclosure disclosure, parse_disclosure(*encoded));
    // A structural member is in clear or not there: nobody adds one to an event afterwards.
    const bool structural = where == Where::kInEvent && is_structural(disclosure.name);
    if (structural || disclosure.name == kDigests || merged.find(disclosure.name) != nullptr) {
      return fail(ErrorCode::kInvalidArgument, "private.member-twice", {{"name", disclosure.name}});
    }
    merged.set(disclosure.name, std::move(disclosure.value));
  }
  if (left.empty()) {
    merged.erase(kDigests);
  } else {
    merged.set(kDigests, std::move(left));
  }
  object = std::move(merged);
  return {};
}

void append_digests(const Json& object, std::vector<std::string>& out) {
  const Json* digests = object.find(kDigests);
  if (digests == nullptr || !digests->is_array()) return;
  for (const Json& digest : digests->array()) {
    if (digest.is_string()) out.push_back(digest.string());
  }
}

}  // namespace

bool is_structural(std::string_view member) {
  return std::ranges::binary_search(kStructural, member);
}

Result<SplitEvent> split_private(const Json& event, const IsPublic& is_public,
                                 const std::function<Buffer()>& salt, Suite suite) {
  SplitEvent split{.event = event, .disclosures = {}};
  if (!split.event.is_object()) return fail(ErrorCode::kInvalidArgument, "private.no-object");
  TRY(split_object(split.event, "", is_public, salt, suite, split.disclosures));
  if (Json* ilmd = split.event.find(kIlmd); ilmd != nullptr && ilmd->is_object()) {
    TRY(split_object(*ilmd, "ilmd.", is_public, salt, suite, split.disclosures));
  }
  return split;
}

std::optional<std::string> private_in_clear(const Json& event, const IsPublic& is_public) {
  for (const Json::Member& member : event.object()) {
    if (member.name == kIlmd && member.value.is_object()) continue;
    if (!is_structural(member.name) && !is_public(member.name)) return member.name;
  }
  if (const Json* ilmd = event.find(kIlmd); ilmd != nullptr && ilmd->is_object()) {
    for (const Json::Member& member : ilmd->object()) {
      const std::string path = "ilmd." + member.name;
      if (member.name != kDigests && !is_public(path)) return path;
    }
  }
  return std::nullopt;
}

Result<Json> merge_private(
    const Json& event,
    const std::function<std::optional<std::string>(std::string_view digest)>& find) {
  Json merged = event;
  TRY(merge_object(merged, Where::kInEvent, find));
  if (Json* ilmd = merged.find(kIlmd)) TRY(merge_object(*ilmd, Where::kInIlmd, find));
  return merged;
}

Result<Json> merge_disclosures(const Json& event, const std::vector<std::string>& disclosures,
                               Suite suite) {
  std::map<std::string, std::string, std::less<>> by_digest;
  std::vector<std::string> digests;
  if (event.is_object()) digests = digests_of(event);
  auto after = digests.begin();  // in the order of their digests, so that there is one form
  for (const std::string& encoded : disclosures) {
    std::string digest = disclosure_digest(encoded, suite);
    const auto found = std::find(after, digests.end(), digest);
    if (found == digests.end()) {
      return fail(ErrorCode::kCorrupted, "receipt.disclosure-of-nothing", {{"digest", digest}});
    }
    after = found + 1;
    by_digest.emplace(std::move(digest), encoded);
  }
  if (by_digest.empty()) return event;
  return merge_private(event, [&](std::string_view digest) -> std::optional<std::string> {
    const auto found = by_digest.find(digest);
    return found == by_digest.end() ? std::nullopt : std::optional(found->second);
  });
}

std::vector<std::string> digests_of(const Json& event) {
  std::vector<std::string> digests;
  append_digests(event, digests);
  if (const Json* ilmd = event.find(kIlmd)) append_digests(*ilmd, digests);
  return digests;
}

}  // namespace nianlun
