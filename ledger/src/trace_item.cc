#include <algorithm>

#include "guard_facts.h"
#include "ledger/tag_code.h"
#include "ledger/time.h"
#include "ledger/trace.h"
#include "trace_chain.h"
#include "trace_teller.h"
#include "trace_walk.h"
#include "trace_words.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kListMax = 100;
constexpr std::size_t kContentsScanMax = 1000;  ///< contents looked at for tags among them

/// The item that a name leads to, and the tag if it leads there by one.
struct Shown {
  Item item;
  std::optional<Item> tag;
};
Result<Shown> find_shown(const Teller& teller, std::string_view id) {
  TRY_ASSIGN(const std::string name, canonical_name(id, teller.genesis()));
  TRY_ASSIGN(auto item, find_item(teller.state(), name));
  if (!item) return fail(ErrorCode::kNotFound, "trace.no-item", {{"id", name}});
  if (!is_tag(name, teller.genesis()) || item->now.container.empty()) {
    return Shown{std::move(*item), std::nullopt};
  }
  TRY_ASSIGN(auto bearer, find_item(teller.state(), item->now.container));
  if (!bearer) return Shown{std::move(*item), std::nullopt};
  return Shown{std::move(*bearer), std::move(item)};
}

/// Whether the item was there before the ledger was: its first step is called so.
Result<bool> is_baseline(const Teller& teller, const Item& item, const TimelinePage& page) {
  bool baseline = false;
  if (page.whole) {
    for (const Timed& timed : page.entries) {  // the last is the oldest
      if (!timed.entry.voided) baseline = timed.entry.step.ends_with("/baseline");
    }
    return baseline;
  }
  TRY(each_entry(teller.state(), item.id, [&](const Timed& timed) {
    if (timed.entry.voided) return true;
    baseline = timed.entry.step.ends_with("/baseline");
    return false;
  }));
  return baseline;
}

/// Why an item is recalled, in the words of the newest step that recalled it or what it comes from:
/// {"id", "text", "say", "eventTime", "by"}, or null.
Result<Json> recall_of(const Teller& teller, const Item& item) {
  std::optional<Item> recalled;
  TRY_ASSIGN(const auto found, any_above(teller.state(), item, [&](const Item& one) {
               if (one.recalled) recalled = one;
               return one.recalled;
             }));
  if (!found.value_or(false)) return Json();
  const Profile::Kind* kind = teller.kind_of(*recalled);
  Json recall = Json().set("id", recalled->id);
  recall.set("text", kind == nullptr ? Json(Json::Object()) : texts_json(kind->recalled));
  TRY_ASSIGN(const TimelinePage page, timeline_page(teller, *recalled, kNoRecord));
  for (const Timed& timed : page.entries) {
    TRY_ASSIGN(const KeptRecord kept, teller.reading().kept(timed.index));
    TRY_ASSIGN(const RecordText text, cut_record(kept.bytes));
    const Profile::Step* step = teller.phrase_of(text).step;
    const bool sets = step != nullptr && std::ranges::any_of(step->items, [](const auto& one) {
                        return one.recall == std::optional(true);
                      });
    if (timed.entry.voided || !sets) continue;
    std::string told_text;
    TRY(teller.tell(kept, text, &timed.entry, told_text));
    TRY_ASSIGN(const Json told, Json::parse(told_text, kToldLimits));
    for (const char* member : {"say", "eventTime", "by"}) recall.set(member, *told.find(member));
    break;
  }
  return recall;
}

std::string_view verdict_of(const Teller& teller, const Item& item, bool recalled) {
  if (recalled) return "recalled";
  if (item.open_exceptions > 0) return "disputed";
  const Profile::Kind* kind = teller.kind_of(item);
  if (kind == nullptr) return "unknown";
  const auto found = kind->verdicts.find(item.now.state);
  if (found != kind->verdicts.end()) return found->second;
  return kind->is_end(item.now.state) ? "closed" : "good";
}

Json attributes_of(const Teller& teller, const Item& item) {
  Json attributes{Json::Array()};
  const auto profile = teller.book().newest(item.profile);
  const Profile::Kind* kind = teller.kind_of(item);
  const bool anybody = teller.viewer().party.empty() && teller.viewer().roles.empty();
  for (const AttributeValue& attribute : item.attributes) {
    const auto parsed = Json::parse(attribute.value);
    const Json value = parsed ? *parsed : Json();
    Json text{Json::Object()};
    const Json* written = value.find(kWrittenText);
    Json value_text = written == nullptr ? Json() : *written;
    const auto named = kind == nullptr ? decltype(kind->attributes)::const_iterator()
                                       : kind->attributes.find(attribute.name);
    if (kind != nullptr && named != kind->attributes.end()) {
      if (anybody && !named->second.told) continue;
      text = texts_json(named->second.text);
      const Texts* known = profile->value_text(named->second.from, value);
      if (known != nullptr) value_text = texts_json(*known);
    }
    Json json = Json().set("name", attribute.name).set("text", std::move(text)).set("value", value);
    if (!value_text.is_null()) json.set("valueText", std::move(value_text));
    attributes.push(std::move(json));
  }
  return attributes;
}

/// The guards of a profile that ask parties for answers about items of a kind.
std::vector<const Profile::Guard*> asking_guards(const Profile& profile, std::string_view kind) {
  std::vector<const Profile::Guard*> guards;
  for (const Profile::Step& step : profile.steps) {
    for (const Profile::Guard& guard : step.guards) {
      if (guard.condition != Profile::Condition::kAnswered) continue;
      const auto subject = std::ranges::find_if(
          step.items, [&](const auto& one) { return guard.of.empty() || one.in == guard.of; });
      if (subject != step.items.end() && subject->kind == kind) guards.push_back(&guard);
    }
  }
  return guards;
}

/// How many parties were asked about the item and how many of them answered: {"asked", "answered"},
/// or null; the last question, if there were several.
Result<Json> answers_json(const Teller& teller, const Item& item) {
  const auto profile = teller.book().newest(item.profile);
  if (profile == nullptr) return Json();
  std::int64_t newest_ms = kDateTimeMsMin;
  Json json;
  for (const Profile::Guard* guard : asking_guards(*profile, item.kind)) {
    TRY_ASSIGN(const auto since, last_step(teller.state(), profile->id, item.id,
                                           guard->value.text("since"), kDateTimeMsMax, kNoRecord));
    if (!since || since->time_ms < newest_ms) continue;
    TRY_ASSIGN(const auto answers,
               answers_of(teller.state(), profile->id, *guard, item, kDateTimeMsMax, kNoRecord));
    if (!answers) continue;
    newest_ms = since->time_ms;
    json = Json().set("asked", std::uint64_t{answers->asked});
    json.set("answered", std::uint64_t{answers->answered});
  }
  return json;
}

/// A list of items, at most kListMax, as {"items", "more"}.
Result<Json> listed(const Teller& teller, const std::vector<std::string>& ids) {
  Json items{Json::Array()};
  for (const std::string& id : ids) {
    if (items.array().size() == kListMax) break;
    TRY_ASSIGN(const auto item, find_item(teller.state(), id));
    if (item) items.push(teller.brief(*item));
  }
  return Json().set("items", std::move(items)).set("more", ids.size() > kListMax);
}

Result<void> add_lists(const Teller& teller, const Item& item, Json& json) {
  TRY_ASSIGN(const auto ancestors, ancestors_of(teller.state(), item, kListMax));
  Json above{Json::Array()};
  for (const Item& one : ancestors) above.push(teller.brief(one));
  std::vector<std::string> descendants;
  TRY(each_descendant(teller.state(), item.id, [&](std::string_view id) {
    descendants.emplace_back(id);
    return descendants.size() <= kListMax;
  }));
  std::vector<std::string> contents;
  Json tags{Json::Array()};
  std::size_t seen = 0;
  TRY(each_content(teller.state(), item.id, [&](std::string_view id) {
    if (is_tag(id, teller.genesis())) {
      tags.push(id);
    } else if (contents.size() <= kListMax) {
      contents.emplace_back(id);
    }
    return ++seen < kContentsScanMax;
  }));
  json.set("tags", std::move(tags)).set("ancestors", std::move(above));
  TRY_ASSIGN(Json below, listed(teller, descendants));
  TRY_ASSIGN(Json inside, listed(teller, contents));
  json.set("descendants", std::move(below)).set("contents", std::move(inside));
  return {};
}

/// Who holds it, where it is, and what it lies in.
Result<void> add_whereabouts(const Teller& teller, const Item& item, Json& json) {
  TRY_ASSIGN(const auto containers, containers_of(teller.state(), item));
  TRY_ASSIGN(const std::uint64_t number, holder_of(teller.state(), item, containers));
  Json holder;
  if (number != 0) {
    TRY_ASSIGN(const auto uri, party_uri(teller.state(), number));
    TRY_ASSIGN(holder, teller.party(uri.value_or("")));
  }
  json.set("holder", std::move(holder));
  json.set("container", item.now.container.empty() ? Json() : Json(item.now.container));
  json.set("place", item.now.place.empty() ? Json() : Json(item.now.place));
  Json inside{Json::Array()};
  for (const Item& container : containers) inside.push(teller.brief(container));
  json.set("containers", std::move(inside));
  return {};
}

}  // namespace

Result<std::string> item_text(const Reading& reading, std::string_view id, const Viewer& viewer,
                              std::uint64_t chain_from) {
  TRY_ASSIGN(const Teller teller, Teller::make(reading, viewer));
  TRY_ASSIGN(const Shown shown, find_shown(teller, id));
  const Item& item = shown.item;
  Json json = teller.brief(item);
  const auto profile = teller.book().newest(item.profile);
  json.set("profile", profile == nullptr ? item.profile : profile->label());
  TRY_ASSIGN(Json recall, recall_of(teller, item));
  const bool recalled = !recall.is_null();
  json.set("verdict", verdict_of(teller, item, recalled)).set("recalled", recalled);
  json.set("recall", std::move(recall));
  TRY_ASSIGN(Json answers, answers_json(teller, item));
  json.set("answers", std::move(answers));
  TRY_ASSIGN(const TimelinePage page, timeline_page(teller, item, chain_from));
  TRY_ASSIGN(const bool baseline, is_baseline(teller, item, page));
  json.set("baseline", baseline).set("attributes", attributes_of(teller, item));
  TRY(add_whereabouts(teller, item, json));
  json.set("openExceptions", item.open_exceptions);
  if (shown.tag) {
    Json tag = teller.brief(*shown.tag);
    tag.set("verdict", verdict_of(teller, *shown.tag, false));
    json.set("tag", std::move(tag));
  }
  Json rest;
  rest.set("chainNext", page.next == kNoRecord ? Json() : Json(page.next));
  TRY(add_lists(teller, item, rest));
  std::string out = json.dump();
  out.back() = ',';  // the object goes on
  out += R"("chain":)";
  TRY_ASSIGN(Json exceptions, tell_chain(teller, item, page, out));
  rest.set("exceptions", std::move(exceptions));
  out += ',';
  out += std::string_view(rest.dump()).substr(1);
  return out;
}

Result<Json> item_view(const Reading& reading, std::string_view id, const Viewer& viewer,
                       std::uint64_t chain_from) {
  TRY_ASSIGN(const std::string text, item_text(reading, id, viewer, chain_from));
  return Json::parse(text, kToldLimits);
}

}  // namespace nianlun
