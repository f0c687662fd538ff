#include "ledger/event_maker.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <utility>

#include "ledger/capture.h"
#include "ledger/decimal.h"
#include "ledger/encoding.h"
#include "ledger/epcis.h"
#include "ledger/identifier.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::array<std::string_view, 4> kLists = {"childEPCs", "epcList", "inputEPCList",
                                                    "outputEPCList"};
constexpr std::array<std::string_view, 4> kQuantities = {"childQuantityList", "inputQuantityList",
                                                         "outputQuantityList", "quantityList"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

/// A version 4 UUID (RFC 9562, 5.4) as a URN, of 16 random octets.
std::string uuid_urn(Buffer octets) {
  assert(octets.size() == 16);
  octets[6] = static_cast<char>((static_cast<unsigned char>(octets[6]) & 0x0f) | 0x40);
  octets[8] = static_cast<char>((static_cast<unsigned char>(octets[8]) & 0x3f) | 0x80);
  const std::string digits = hex(octets);
  std::string urn = "urn:uuid:";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i == 8 || i == 12 || i == 16 || i == 20) urn += '-';
    urn += digits[i];
  }
  return urn;
}

std::string zone_offset(int minutes) {
  const int size = std::abs(minutes);
  std::string out(minutes < 0 ? "-" : "+");
  for (const int part : {size / 60, size % 60}) {
    out += static_cast<char>('0' + part / 10);
    out += static_cast<char>('0' + part % 10);
    if (out.size() == 3) out += ':';
  }
  return out;
}

/// The instant with that offset, as people there would write it.
std::string local_time(std::int64_t ms, int minutes) {
  std::string out = date_time(ms + std::int64_t{minutes} * 60'000);
  out.pop_back();  // its Z
  return out + zone_offset(minutes);
}

/// Sets what a path of member names names, with the objects on the way to it.
Result<void> set_at(Json& object, std::string_view path, Json value, std::string_view whole) {
  const std::size_t dot = path.find('.');
  const std::string_view name = path.substr(0, dot);
  if (name.empty()) {
    return fail(ErrorCode::kInvalidArgument, "event-maker.bad-path",
                {{"path", std::string(whole)}});
  }
  Json* there = object.find(name);
  if (dot == path.npos) {
    if (there != nullptr) {
      return fail(ErrorCode::kInvalidArgument, "event-maker.given-twice",
                  {{"path", std::string(whole)}});
    }
    object.set(name, std::move(value));
    return {};
  }
  if (there == nullptr) {
    object.set(name, Json(Json::Object{}));
    there = object.find(name);
  }
  if (!there->is_object()) {
    return fail(ErrorCode::kInvalidArgument, "event-maker.bad-path",
                {{"path", std::string(whole)}});
  }
  return set_at(*there, path.substr(dot + 1), std::move(value), whole);
}

Result<void> check_step_members(const Profile::Step& step, const StepRequest& request) {
  for (const Profile::Participant& participant : step.items) {
    const auto given = request.items.find(participant.in);
    const bool missing = given == request.items.end() || given->second.empty();
    if (missing && !participant.optional) {
      return fail(ErrorCode::kInvalidArgument, "event-maker.item-missing",
                  {{"step", step.name}, {"member", participant.in}});
    }
  }
  for (const auto& [member, items] : request.items) {
    if (find_participant(step, member) != nullptr) continue;
    std::string names;
    for (const Profile::Participant& participant : step.items) {
      names += (names.empty() ? "" : ", ") + participant.in;
    }
    return fail(ErrorCode::kInvalidArgument, "event-maker.not-a-member",
                {{"step", step.name}, {"member", member}, {"members", names}});
  }
  return {};
}

/// The identifier in its canonical form, of one of the kinds that the step takes at that member.
Result<std::string> item_id(const Profile& profile, const Profile::Step& step,
                            std::string_view member, std::string_view id,
                            const StepRequest& request) {
  auto identifier = identify(id);
  if (!identifier) return Unexpected{std::move(identifier).error()};
  if (request.domain.empty()) return identifier->canonical;
  const Profile::Kind* kind = profile.kind_of(identifier->canonical, request.domain);
  std::string wanted;
  for (const Profile::Participant& participant : step.items) {
    if (participant.in != member) continue;
    if (kind != nullptr && kind->name == participant.kind) return identifier->canonical;
    wanted += (wanted.empty() ? "" : ", ") + participant.kind;
  }
  return fail(ErrorCode::kInvalidArgument, "event-maker.wrong-kind",
              {{"id", std::string(id)},
               {"kind", kind == nullptr ? "?" : kind->name},
               {"member", std::string(member)},
               {"wanted", wanted}});
}

Result<Json> one_item(const Profile& profile, const Profile::Step& step, std::string_view member,
                      const Json& item, const StepRequest& request) {
  const bool is_class = is_one_of(member, kQuantities);
  // EPCIS lets a quantity be unknown; a lot that is drawn from or added to needs one.
  const Profile::Participant* participant = find_participant(step, member);
  const bool needs_quantity = participant != nullptr && participant->balance != 0;
  if (is_class ? needs_quantity && !item.is_object() : !item.is_string()) {
    return fail(ErrorCode::kInvalidArgument,
                is_class ? "event-maker.quantity-missing" : "event-maker.no-quantity",
                {{"member", std::string(member)}});
  }
  const std::string_view given = item.is_object() ? item.text("epcClass") : item.string();
  TRY_ASSIGN(std::string id, item_id(profile, step, member, given, request));
  if (!is_class) return Json(std::move(id));
  Json quantity = item.is_object() ? item : Json(Json::Object{});
  quantity.set("epcClass", std::move(id));
  return with_canonical_numbers(quantity);
}

Result<void> put_items(const Profile& profile, const Profile::Step& step,
                       const StepRequest& request, Json& event) {
  for (const auto& [member, items] : request.items) {
    Json::Array list;
    for (const Json& item : items) {
      TRY_ASSIGN(Json one, one_item(profile, step, member, item, request));
      if (std::ranges::find(list, one) == list.end()) list.push_back(std::move(one));
    }
    if (list.empty()) continue;
    const bool is_list = is_one_of(member, kLists) || is_one_of(member, kQuantities);
    if (member == "parentID" && list.size() > 1) {
      return fail(ErrorCode::kInvalidArgument, "event-maker.one-only", {{"member", member}});
    }
    TRY(set_at(event, member, is_list || list.size() > 1 ? Json(list) : list.front(), member));
  }
  return {};
}

Result<Json> bare_event(const Profile& profile, const Profile::Step& step,
                        const StepRequest& request) {
  Json event;
  event.set("@context", our_context());
  for (const Json::Member& member : step.event.object()) event.set(member.name, member.value);
  event.set("eventID", uuid_urn(request.random_16()))
      .set("eventTime", local_time(request.time_ms, request.zone_offset_minutes))
      .set("eventTimeZoneOffset", zone_offset(request.zone_offset_minutes))
      .set("nianlun:step", profile.id + "/" + step.name);
  TRY(put_items(profile, step, request, event));
  for (const auto& [path, value] : request.values) {
    TRY_ASSIGN(Json exact, with_canonical_numbers(value));
    TRY(set_at(event, path, std::move(exact), path));
  }
  return event;
}

}  // namespace

const Profile::Participant* find_participant(const Profile::Step& step, std::string_view in) {
  const auto found = std::ranges::find(step.items, in, &Profile::Participant::in);
  return found == step.items.end() ? nullptr : &*found;
}

Result<const Profile::Step*> find_step(const Profile& profile, std::string_view name) {
  std::string_view bare = name;
  if (bare.starts_with(profile.id + "/")) bare.remove_prefix(profile.id.size() + 1);
  if (const Profile::Step* step = profile.step(bare)) return step;
  return fail(ErrorCode::kInvalidArgument, "event-maker.no-such-step",
              {{"step", std::string(name)}, {"profile", profile.label()}});
}

Result<Json> with_canonical_numbers(const Json& value) {
  if (value.is_number()) {
    TRY_ASSIGN(const std::string text, canonical(value));
    TRY_ASSIGN(const Decimal before, Decimal::parse(value.number_text()));
    TRY_ASSIGN(const Decimal after, Decimal::parse(text));
    if (before == after) return Json::number(text);
    return fail(ErrorCode::kInvalidArgument, "event-maker.number",
                {{"number", value.number_text()}});
  }
  Json exact = value;
  if (exact.is_array()) {
    for (Json& item : exact.array()) {
      TRY_ASSIGN(item, with_canonical_numbers(item));
    }
  } else if (exact.is_object()) {
    for (Json::Member& member : exact.object()) {
      TRY_ASSIGN(member.value, with_canonical_numbers(member.value));
    }
  }
  return exact;
}

Result<MadeEvent> make_event(const Profile& profile, const StepRequest& request) {
  TRY_ASSIGN(const Profile::Step* step, find_step(profile, request.step));
  TRY(check_step_members(*step, request));
  TRY_ASSIGN(const Json event, bare_event(profile, *step, request));
  for (const std::string& path : step->required) {
    if (at_path(event, path) != nullptr) continue;
    return fail(ErrorCode::kInvalidArgument, "event-maker.value-missing",
                {{"step", step->name}, {"path", path}});
  }
  TRY(validate_event(event));
  TRY(check_standard(event));
  TRY_ASSIGN(SplitEvent split,
             split_private(
                 event, [&](std::string_view path) { return profile.is_public(step, path); },
                 request.random_16, request.suite));
  return MadeEvent{.event = std::move(split.event), .disclosures = std::move(split.disclosures)};
}

}  // namespace nianlun
