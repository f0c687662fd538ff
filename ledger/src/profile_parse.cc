// Reads a profile (docs/profiles.md) and refuses what it does not know, so that a misspelt rule is
// never a rule that is silently absent.
#include <algorithm>
#include <array>

#include "ledger/profile.h"
#include "ledger/time.h"
#include "profile_at.h"
#include "try.h"

namespace nianlun {
namespace {

Result<Profile::Kind> parse_kind(std::string name, const At& at) {
  TRY(at.only({"name", "id", "lot", "contents", "holders", "states", "recalled", "attributes",
               "verdict", "card"}));
  Profile::Kind kind;
  kind.name = std::move(name);
  TRY_ASSIGN(const At text, at.need("name"));
  TRY_ASSIGN(kind.text, texts_of(text));
  TRY_ASSIGN(kind.prefixes, strings_of(at, "id"));
  if (kind.prefixes.empty()) return at.wrong("profile.no-prefix");
  TRY_ASSIGN(kind.lot, flag_of(at, "lot"));
  TRY_ASSIGN(kind.contents, flag_of(at, "contents"));
  TRY_ASSIGN(kind.holders, flag_of(at, "holders"));
  TRY_ASSIGN(const At states, at.need("states"));
  TRY_ASSIGN(kind.states, named_texts(states, {"end"}));
  for (const auto& [state, texts] : kind.states) {
    TRY_ASSIGN(const bool end, flag_of(*states.member(state), "end"));
    if (end) kind.end_states.push_back(state);
  }
  if (const auto recalled = at.member("recalled")) {
    TRY_ASSIGN(kind.recalled, texts_of(*recalled));
  }
  if (const auto attributes = at.member("attributes")) {
    if (!attributes->json->is_object()) return attributes->wrong("profile.no-object");
    for (const Json::Member& member : attributes->json->object()) {
      const At entry{&member.value, attributes->pointer + "/" + pointer_token(member.name)};
      Profile::Attribute attribute;
      TRY_ASSIGN(const At from, entry.need("from"));
      TRY_ASSIGN(attribute.from, string_of(from));
      TRY_ASSIGN(attribute.text, texts_of(entry, {"from", "told"}));
      if (entry.member("told")) {
        TRY_ASSIGN(attribute.told, flag_of(entry, "told"));
      }
      kind.attributes.emplace(member.name, std::move(attribute));
    }
  }
  if (const auto verdicts = at.member("verdict")) {
    constexpr std::array<std::string_view, 4> kVerdicts = {"good", "waiting", "warning", "closed"};
    for (const Json::Member& member : verdicts->json->object()) {
      if (!kind.states.contains(member.name) || !member.value.is_string() ||
          std::ranges::find(kVerdicts, member.value.string()) == kVerdicts.end()) {
        return verdicts->wrong("profile.unknown-state");
      }
      kind.verdicts.emplace(member.name, member.value.string());
    }
  }
  return kind;
}

Result<Profile::Participant> parse_participant(const Profile& profile, const At& at) {
  TRY(at.only({"in", "kind", "from", "to", "optional", "balance", "parent", "origin", "recall"}));
  Profile::Participant item;
  TRY_ASSIGN(const At in, at.need("in"));
  TRY_ASSIGN(item.in, string_of(in));
  TRY_ASSIGN(const At kind_at, at.need("kind"));
  TRY_ASSIGN(item.kind, string_of(kind_at));
  const Profile::Kind* kind = profile.kind(item.kind);
  if (kind == nullptr) return kind_at.wrong("profile.unknown-kind");
  TRY_ASSIGN(item.from, strings_of(at, "from"));
  if (item.from.empty()) return at.wrong("profile.no-from");
  if (const auto to = at.member("to")) {
    TRY_ASSIGN(item.to, string_of(*to));
  }
  for (const std::string& state : item.from) {
    if (state != "new" && !kind->states.contains(state)) return at.wrong("profile.unknown-state");
  }
  if (!item.to.empty() && !kind->states.contains(item.to)) return at.wrong("profile.unknown-state");
  if (item.to.empty() && item.accepts("new") && item.balance == 0 &&
      !kind->states.contains("new")) {
    return at.wrong("profile.new-without-to");
  }
  TRY_ASSIGN(item.optional, flag_of(at, "optional"));
  if (const auto balance = at.member("balance")) {
    TRY_ASSIGN(const std::string direction, string_of(*balance));
    if (direction != "in" && direction != "out") return balance->wrong("profile.in-or-out");
    item.balance = direction == "in" ? 1 : -1;
  }
  if (const auto parent = at.member("parent")) {
    item.parent = parent->json->is_null() ? Profile::Parent::kOut : Profile::Parent::kInto;
    if (!parent->json->is_null()) {
      TRY_ASSIGN(item.parent_in, string_of(*parent));
    }
  }
  TRY_ASSIGN(item.origin, strings_of(at, "origin"));
  if (const auto recall = at.member("recall")) {
    TRY_ASSIGN(const std::string direction, string_of(*recall));
    if (direction != "set" && direction != "clear") return recall->wrong("profile.set-or-clear");
    item.recall = direction == "set";
    if (*item.recall && kind->recalled.empty()) return kind_at.wrong("profile.no-recalled");
  }
  return item;
}

Result<Profile::Evidence> parse_evidence(const At& at) {
  constexpr std::int64_t kOneInMax = 1'000'000;
  TRY(at.only({"member", "name", "reason", "one_in"}));
  Profile::Evidence evidence;
  TRY_ASSIGN(const At member, at.need("member"));
  TRY_ASSIGN(evidence.member, string_of(member));
  TRY_ASSIGN(const At name, at.need("name"));
  TRY_ASSIGN(evidence.text, texts_of(name));
  TRY_ASSIGN(const At reason, at.need("reason"));
  TRY_ASSIGN(evidence.reason, texts_of(reason));
  if (const auto one_in = at.member("one_in")) {
    const auto number = at.json->integer("one_in");
    if (!number || *number < 1 || *number > kOneInMax) return one_in->wrong("profile.one-in");
    evidence.one_in = static_cast<std::uint32_t>(*number);
  }
  return evidence;
}

Result<Profile::Step> parse_step(const Profile& profile, std::string name, const At& at) {
  TRY(at.only({"name", "say", "event", "roles", "items", "public", "required", "holder", "endorse",
               "guards", "else", "evidence"}));
  Profile::Step step;
  step.name = std::move(name);
  TRY_ASSIGN(const At text, at.need("name"));
  TRY_ASSIGN(step.text, texts_of(text));
  TRY_ASSIGN(const At say, at.need("say"));
  TRY_ASSIGN(step.say, texts_of(say));
  TRY_ASSIGN(const At event, at.need("event"));
  if (!event.json->is_object() || event.json->text("type").empty())
    return event.wrong("profile.no-type");
  step.event = *event.json;
  TRY_ASSIGN(step.roles, strings_of(at, "roles"));
  TRY_ASSIGN(step.endorse, strings_of(at, "endorse"));
  for (const std::vector<std::string>* roles : {&step.roles, &step.endorse}) {
    for (const std::string& role : *roles) {
      if (!profile.roles.contains(role)) return at.wrong("profile.unknown-role");
    }
  }
  TRY_ASSIGN(const At items, at.need("items"));
  if (!items.json->is_array()) return items.wrong("profile.no-array");
  for (const Json& item : items.json->array()) {
    TRY_ASSIGN(Profile::Participant participant,
               parse_participant(profile,
                                 {&item, items.pointer + "/" + std::to_string(step.items.size())}));
    step.items.push_back(std::move(participant));
  }
  TRY_ASSIGN(step.public_members, strings_of(at, "public"));
  TRY_ASSIGN(step.required, strings_of(at, "required"));
  if (const auto holder = at.member("holder")) {
    if (*holder->json != Json("submitter")) return holder->wrong("profile.holder");
    step.holder_is_submitter = true;
  }
  if (const auto otherwise = at.member("else")) {
    constexpr std::array<std::string_view, 6> kImplicit = {"identity", "required", "revoked",
                                                           "role",     "state",    "time"};
    if (!otherwise->json->is_object()) return otherwise->wrong("profile.no-object");
    for (const Json::Member& member : otherwise->json->object()) {
      if (std::ranges::find(kImplicit, member.name) == kImplicit.end())
        return otherwise->wrong("profile.unknown-member");
      if (member.value == Json("refuse")) step.refuse.push_back(member.name);
    }
  }
  if (const auto guards = at.member("guards")) {
    if (!guards->json->is_array()) return guards->wrong("profile.no-array");
    for (std::size_t i = 0; i < guards->json->array().size(); ++i) {
      TRY_ASSIGN(Profile::Guard parsed, parse_guard(step, guards->element(i)));
      step.guards.push_back(std::move(parsed));
    }
  }
  if (const auto asked = at.member("evidence")) {
    if (!asked->json->is_array()) return asked->wrong("profile.no-array");
    for (std::size_t i = 0; i < asked->json->array().size(); ++i) {
      TRY_ASSIGN(Profile::Evidence parsed, parse_evidence(asked->element(i)));
      step.evidence.push_back(std::move(parsed));
    }
  }
  return step;
}

Result<Profile::Corrections> parse_corrections(const Profile& profile, const At& at) {
  TRY(at.only({"void", "later"}));
  Profile::Corrections corrections;
  TRY_ASSIGN(const At void_at, at.need("void"));
  TRY(void_at.only({"who", "within", "alone"}));
  TRY_ASSIGN(const At within, void_at.need("within"));
  TRY_ASSIGN(const std::string duration, string_of(within));
  auto within_ms = parse_duration(duration);
  if (!within_ms) return within.wrong("profile.no-duration");
  corrections.within_ms = *within_ms;
  TRY_ASSIGN(corrections.alone, flag_of(void_at, "alone"));
  TRY_ASSIGN(const At later, at.need("later"));
  TRY(later.only({"roles", "cosigned"}));
  TRY_ASSIGN(corrections.later_roles, strings_of(later, "roles"));
  for (const std::string& role : corrections.later_roles) {
    if (!profile.roles.contains(role)) return later.wrong("profile.unknown-role");
  }
  TRY_ASSIGN(corrections.later_cosigned, flag_of(later, "cosigned"));
  return corrections;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// The members of an object in the order of their names.
std::vector<const Json::Member*> sorted_members(const Json& object) {
  std::vector<const Json::Member*> members;
  for (const Json::Member& member : object.object()) members.push_back(&member);
  std::ranges::sort(members, {}, &Json::Member::name);
  return members;
}

Result<void> parse_head(const At& at, Profile& profile) {
  TRY(at.only({"id", "version", "from", "name", "roles", "kinds", "steps", "public", "answers",
               "corrections", "retention", "about", "values", "private"}));
  profile.id = at.json->text("id");
  if (!is_identifier(profile.id)) return at.wrong("profile.bad-id");
  const auto version = at.json->integer("version");
  if (!version || *version < 1 || *version > 1'000'000) return at.wrong("profile.bad-version");
  profile.version = static_cast<std::uint32_t>(*version);
  const auto from = parse_date_time(at.json->text("from"));
  if (!from) return at.wrong("profile.bad-from");
  profile.from_ms = *from;
  TRY_ASSIGN(const At name, at.need("name"));
  TRY_ASSIGN(profile.text, texts_of(name));
  TRY_ASSIGN(const At roles, at.need("roles"));
  TRY_ASSIGN(profile.roles, named_texts(roles));
  TRY_ASSIGN(profile.public_members, strings_of(at, "public"));
  TRY_ASSIGN(profile.answers, strings_of(at, "answers"));
  for (const std::string& role : profile.answers) {
    if (!profile.roles.contains(role)) return at.wrong("profile.unknown-role");
  }
  if (const auto values = at.member("values")) {
    if (!values->json->is_object()) return values->wrong("profile.no-object");
    for (const Json::Member& member : values->json->object()) {
      TRY_ASSIGN(NamedTexts texts, named_texts(*values->member(member.name)));
      profile.values.emplace(member.name, std::move(texts));
    }
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const Profile>> parse_profile(const Json& json) {
  const At at{&json, ""};
  auto profile = std::make_shared<Profile>();
  if (!json.is_object()) return at.wrong("profile.no-object");
  TRY(parse_head(at, *profile));
  TRY_ASSIGN(const At kinds, at.need("kinds"));
  TRY_ASSIGN(const At steps, at.need("steps"));
  if (!kinds.json->is_object() || !steps.json->is_object()) return at.wrong("profile.no-object");
  for (const Json::Member* member : sorted_members(*kinds.json)) {
    if (!is_identifier(member->name)) return kinds.wrong("profile.bad-id");
    TRY_ASSIGN(Profile::Kind kind,
               parse_kind(member->name, {&member->value, "/kinds/" + member->name}));
    profile->kinds.push_back(std::move(kind));
  }
  for (const Json::Member* member : sorted_members(*steps.json)) {
    if (!is_identifier(member->name)) return steps.wrong("profile.bad-id");
    TRY_ASSIGN(Profile::Step step,
               parse_step(*profile, member->name, {&member->value, "/steps/" + member->name}));
    profile->steps.push_back(std::move(step));
  }
  TRY_ASSIGN(const At corrections, at.need("corrections"));
  TRY_ASSIGN(profile->corrections, parse_corrections(*profile, corrections));
  TRY(parse_private(at, *profile));
  profile->source = json;
  return std::shared_ptr<const Profile>(std::move(profile));
}

}  // namespace nianlun
