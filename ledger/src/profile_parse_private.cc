// What a profile says of private values: which are found by their value, whom they are about, and
// how long they are kept.
#include <algorithm>

#include "ledger/private_values.h"
#include "profile_at.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::int64_t kYearsMax = 1'000;

Result<std::uint32_t> years_of(const At& at) {
  const auto years = at.json->integer("years");
  if (!years || *years < 0 || *years > kYearsMax) return at.wrong("profile.bad-years");
  return static_cast<std::uint32_t>(*years);
}

Result<Profile::PrivateMember> parse_member(const At& at) {
  Profile::PrivateMember member;
  TRY_ASSIGN(member.text, texts_of(at, {"indexed", "subject"}));
  TRY_ASSIGN(member.subject, flag_of(at, "subject"));
  TRY_ASSIGN(const bool indexed, flag_of(at, "indexed"));
  member.indexed = indexed || member.subject;  // or nobody would find the subject
  return member;
}

Result<Profile::Retention> parse_retention(const Profile& profile, const At& at) {
  TRY(at.only({"years", "after", "basis"}));
  Profile::Retention retention;
  TRY_ASSIGN(retention.years, years_of(at));
  TRY_ASSIGN(const At basis, at.need("basis"));
  TRY_ASSIGN(retention.basis, texts_of(basis));
  const auto after = at.member("after");
  if (!after) return retention;
  TRY(after->only({"attribute", "years"}));
  TRY_ASSIGN(const At attribute, after->need("attribute"));
  TRY_ASSIGN(retention.attribute, string_of(attribute));
  const bool known = std::ranges::any_of(profile.kinds, [&](const Profile::Kind& kind) {
    return kind.attributes.contains(retention.attribute);
  });
  if (!known) return attribute.wrong("profile.unknown-attribute");
  TRY_ASSIGN(retention.after_years, years_of(*after));
  return retention;
}

}  // namespace

Result<void> parse_private(const At& at, Profile& profile) {
  if (const auto members = at.member("private")) {
    if (!members->json->is_object()) return members->wrong("profile.no-object");
    for (const Json::Member& member : members->json->object()) {
      const At entry{&member.value, members->pointer + "/" + pointer_token(member.name)};
      const bool clear = is_structural(member.name) || profile.is_public(nullptr, member.name);
      if (clear) return entry.wrong("profile.not-private");
      TRY_ASSIGN(Profile::PrivateMember parsed, parse_member(entry));
      profile.private_members.emplace(member.name, std::move(parsed));
    }
  }
  if (const auto retention = at.member("retention")) {
    TRY_ASSIGN(profile.retention, parse_retention(profile, *retention));
  }
  return {};
}

}  // namespace nianlun
