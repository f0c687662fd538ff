#pragma once

// What reading a profile is made of: values that know where they stand.

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/result.h"

namespace nianlun {

/// A value of the profile with its JSON pointer, so that each error says where.
struct At {
  const Json* json;
  std::string pointer;

  Unexpected wrong(std::string_view why) const;
  std::optional<At> member(std::string_view name) const;
  Result<At> need(std::string_view name) const;
  /// The element of an array.
  At element(std::size_t index) const;
  /// Refuses members of other names, so that a misspelt rule is never one that is silently absent.
  Result<void> only(std::initializer_list<std::string_view> names) const;
};

using NamedTexts = std::map<std::string, Texts, std::less<>>;

Result<std::string> string_of(const At& at);
Result<std::vector<std::string>> strings_of(const At& parent, std::string_view name);
Result<bool> flag_of(const At& parent, std::string_view name);
/// Texts are the string members of an object; `others` are members that are not texts.
Result<Texts> texts_of(const At& at, std::initializer_list<std::string_view> others = {});
Result<NamedTexts> named_texts(const At& at, std::initializer_list<std::string_view> others = {});

// profile_parse_guard.cc
/// A guard of a step, whose items are read already.
Result<Profile::Guard> parse_guard(const Profile::Step& step, const At& at);

// profile_parse_private.cc
/// "private" and "retention" of a profile whose kinds are read already.
Result<void> parse_private(const At& at, Profile& profile);

}  // namespace nianlun
