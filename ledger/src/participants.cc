#include "participants.h"

#include <algorithm>

#include "ledger/identifier.h"
#include "try.h"

namespace nianlun {
namespace {

struct Found {
  std::string id;
  Decimal quantity = 1;
  std::string unit;
};

/// The identifier of an element of a member: a text, a quantity element or an object with an id.
Result<void> add(const Json& value, std::vector<Found>& out) {
  Found found;
  std::string_view uri;
  if (value.is_string()) {
    uri = value.string();
  } else if (!value.text("epcClass").empty()) {
    uri = value.text("epcClass");
    if (const Json* quantity = value.find("quantity"); quantity && quantity->is_number()) {
      auto parsed = Decimal::parse(quantity->number_text());
      // A number beyond every bound is no quantity; the balance guard cannot be satisfied by it.
      found.quantity = parsed ? *parsed : Decimal(0);
    }
    found.unit = value.text("uom");
  } else {
    uri = value.text("id");
  }
  if (uri.empty()) return {};
  auto identifier = identify(uri);
  found.id = identifier ? std::move(identifier->canonical) : std::string(uri);
  out.push_back(std::move(found));
  return {};
}

Result<std::vector<Found>> found_at(const Json& event, std::string_view path) {
  std::vector<Found> found;
  const Json* value = at_path(event, path);
  if (value == nullptr) return found;
  if (!value->is_array()) {
    TRY(add(*value, found));
    return found;
  }
  found.reserve(value->array().size());
  for (const Json& item : value->array()) TRY(add(item, found));
  return found;
}

}  // namespace

Result<std::vector<Involved>> involved_in(const Json& event, const Profile& profile,
                                          const Profile::Step& step, std::string_view domain) {
  std::vector<Involved> involved;
  for (std::size_t p = 0; p < step.items.size(); ++p) {
    const std::size_t first = involved.size();
    TRY_ASSIGN(std::vector<Found> all, found_at(event, step.items[p].in));
    std::vector<std::string_view> seen;
    for (Found& found : all) seen.push_back(found.id);
    std::ranges::sort(seen);
    const bool repeats = std::ranges::adjacent_find(seen) != seen.end();
    for (Found& found : all) {
      const auto same = [&](const Involved& other) { return other.id == found.id; };
      if (repeats && std::any_of(involved.begin() + static_cast<std::ptrdiff_t>(first),
                                 involved.end(), same)) {
        continue;
      }
      const Profile::Kind* kind = profile.kind_of(found.id, domain);
      involved.push_back({.id = found.id,
                          .participant = p,
                          .kind = kind == nullptr ? std::string() : kind->name,
                          .quantity = found.quantity,
                          .unit = found.unit});
    }
  }
  return involved;
}

std::vector<std::string> identifiers_at(const Json& event, std::string_view path) {
  std::vector<std::string> ids;
  auto found = found_at(event, path);
  if (!found) return ids;
  for (Found& each : *found) ids.push_back(std::move(each.id));
  return ids;
}

}  // namespace nianlun
