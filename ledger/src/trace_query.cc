// Events by the private values that they hide.

#include <algorithm>

#include "ledger/trace.h"
#include "profile_book.h"
#include "try.h"
#include "value_place.h"

namespace nianlun {

Result<Json> events_with(const Reading& reading, const PrivateQuery& query, const Viewer& viewer) {
  TRY_ASSIGN(const auto book, reading.book());
  const auto profile = book->newest(query.profile);
  const bool answers =
      profile != nullptr && std::ranges::any_of(profile->answers, [&](const std::string& role) {
        return std::ranges::find(viewer.roles, profile->id + "/" + role) != viewer.roles.end();
      });
  if (!answers) return fail(ErrorCode::kForbidden, "trace.query-forbidden");
  const auto* member = private_member(*book, query.profile, query.member);
  if (member == nullptr || !member->indexed) {
    return fail(ErrorCode::kNotFound, "trace.not-indexed", {{"member", query.member}});
  }
  TRY_ASSIGN(const auto digests, reading.find_private(query));
  Json records{Json::Array()};
  for (const std::string& digest : digests) {
    TRY_ASSIGN(const auto value, reading.private_value(digest));
    if (!value) continue;
    TRY_ASSIGN(const auto stored, record_of(reading, *value, digest));
    if (!stored) continue;  // its event was refused, and is told to nobody
    TRY_ASSIGN(Json view, event_view(reading, stored->index, viewer));
    records.push(std::move(view));
  }
  const bool more = digests.size() == query.count_max;
  Json json;
  return json.set("records", std::move(records)).set("next", more ? Json(digests.back()) : Json());
}

}  // namespace nianlun
