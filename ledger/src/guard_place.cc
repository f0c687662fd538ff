// Guards about where: in an area, near what was known, apart from others.
#include <algorithm>

#include "grid.h"
#include "guard_facts.h"
#include "ledger/geo.h"
#include "try.h"

namespace nianlun {
namespace {

std::optional<std::vector<Position>> ring_of(const Item& item, std::string_view attribute) {
  const auto found = std::ranges::find(item.attributes, attribute, &AttributeValue::name);
  if (found == item.attributes.end()) return std::nullopt;
  const auto json = Json::parse(found->value);
  if (!json || !json->is_array()) return std::nullopt;
  std::vector<Position> ring;
  for (const Json& corner : json->array()) {
    const auto position = parse_geo_uri(corner.is_string() ? corner.string() : std::string());
    if (!position) return std::nullopt;
    ring.push_back(*position);
  }
  return ring;
}

/// The position that the event has at a path; nothing if there is none, or it is no geo URI.
std::optional<Position> position_at(const Json& event, std::string_view path) {
  const Json* point = at_path(event, path);
  if (point == nullptr || !point->is_string()) return std::nullopt;
  const auto position = parse_geo_uri(point->string());
  return position ? std::optional(*position) : std::nullopt;
}

/// Whether an item that claimed a cell stands where it claimed it, too near, and does not give way.
Result<bool> is_in_the_way(const Case& judged, const Profile::Guard& guard, const Position& here,
                           std::string_view other) {
  TRY_ASSIGN(const auto held, judged.state.get(place_key(judged.profile->id, guard.id, other)));
  if (!held) return false;
  TRY_ASSIGN(const Indexed place, decode_indexed(*held));
  const auto there = parse_geo_uri(place.value);
  if (!there || farther_than(here, *there, guard.distance_mm)) return false;
  TRY_ASSIGN(const auto item, find_item(judged.state, other));
  return item && !gives_way(guard, *item);
}

}  // namespace

Result<bool> within_area(const Case& judged, const Profile::Guard& guard) {
  const Json* point = value_at(judged.event.event, guard.value.text("point"));
  if (point == nullptr || !point->is_string()) return false;
  const auto position = parse_geo_uri(point->string());
  const std::vector<std::string> named = identifiers_at(judged.event.event, guard.value.text("of"));
  if (!position || named.empty()) return false;
  TRY_ASSIGN(const auto item, find_item(judged.state, named.front()));
  if (!item) return false;
  const auto ring = ring_of(*item, guard.value.text("area"));
  if (!ring) return false;
  return within(*position, *ring) ||
         (guard.distance_mm > 0 && near_edge(*position, *ring, guard.distance_mm));
}

Result<bool> within_distance(const Case& judged, const Profile::Guard& guard) {
  const std::string_view path = guard.value.text("point");
  if (at_path(judged.event.event, path) == nullptr) return true;
  const auto here = position_at(judged.event.event, path);
  if (!here) return false;
  for (const std::string& id : subjects(judged, guard)) {
    TRY_ASSIGN(const auto item, find_item(judged.state, id));
    if (!item) continue;
    const auto found =
        std::ranges::find(item->attributes, guard.value.text("from"), &AttributeValue::name);
    if (found == item->attributes.end()) continue;
    const auto value = Json::parse(found->value);
    const auto there = parse_geo_uri(value && value->is_string() ? value->string() : "");
    if (!there || farther_than(*here, *there, guard.distance_mm)) return false;
  }
  return true;
}

Result<bool> stands_apart(const Case& judged, const Profile::Guard& guard) {
  const std::string_view path = guard.value.text("point");
  if (at_path(judged.event.event, path) == nullptr) return true;
  const auto here = position_at(judged.event.event, path);
  if (!here) return false;
  const std::vector<std::string> ids = subjects(judged, guard);
  if (ids.size() > 1) return false;  // two items at one point
  const Grid grid(guard.distance_mm);
  for (const Grid::Cells& cells : grid.around(*here)) {
    std::vector<std::string> others;
    Result<void> read;
    const auto key = [&](std::int64_t column) {
      return cell_key(judged.profile->id, guard.id, {cells.row, column});
    };
    TRY(judged.state.scan(key(cells.first), key(cells.last + 1), StateView::Order::kAscending,
                          [&](Bytes, Bytes value) {
                            auto holder = decode_indexed(value);
                            if (!holder) {
                              read = Unexpected{holder.error()};
                              return false;
                            }
                            others.push_back(std::move(holder->value));
                            return true;
                          }));
    TRY(std::move(read));
    for (const std::string& other : others) {
      if (std::ranges::find(ids, other) != ids.end()) continue;
      TRY_ASSIGN(const bool near, is_in_the_way(judged, guard, *here, other));
      if (near) return false;
    }
  }
  return true;
}

}  // namespace nianlun
