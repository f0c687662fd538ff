#include "profile_at.h"

#include <algorithm>

#include "try.h"

namespace nianlun {

Unexpected At::wrong(std::string_view why) const {
  return fail(ErrorCode::kInvalidArgument, why, {{"pointer", pointer}});
}

std::optional<At> At::member(std::string_view name) const {
  const Json* found = json->find(name);
  if (found == nullptr) return std::nullopt;
  return At{found, pointer + "/" + pointer_token(name)};
}

Result<At> At::need(std::string_view name) const {
  if (auto found = member(name)) return *found;
  return fail(ErrorCode::kInvalidArgument, "profile.missing",
              {{"pointer", pointer}, {"name", std::string(name)}});
}

At At::element(std::size_t index) const {
  return {&json->array()[index], pointer + "/" + std::to_string(index)};
}

Result<void> At::only(std::initializer_list<std::string_view> names) const {
  if (!json->is_object()) return wrong("profile.no-object");
  for (const Json::Member& each : json->object()) {
    if (std::ranges::find(names, each.name) == names.end()) {
      return fail(ErrorCode::kInvalidArgument, "profile.unknown-member",
                  {{"pointer", pointer + "/" + pointer_token(each.name)}});
    }
  }
  return {};
}

Result<std::string> string_of(const At& at) {
  if (!at.json->is_string() || at.json->string().empty()) return at.wrong("profile.no-string");
  return at.json->string();
}

Result<std::vector<std::string>> strings_of(const At& parent, std::string_view name) {
  const auto at = parent.member(name);
  if (!at) return std::vector<std::string>();
  if (!at->json->is_array()) return at->wrong("profile.no-array");
  std::vector<std::string> values;
  for (const Json& item : at->json->array()) {
    if (!item.is_string()) return at->wrong("profile.no-string");
    values.push_back(item.string());
  }
  return values;
}

Result<bool> flag_of(const At& parent, std::string_view name) {
  const auto at = parent.member(name);
  if (!at) return false;
  if (!at->json->is_boolean()) return at->wrong("profile.no-flag");
  return at->json->boolean();
}

Result<Texts> texts_of(const At& at, std::initializer_list<std::string_view> others) {
  if (!at.json->is_object()) return at.wrong("profile.no-object");
  Texts texts;
  for (const Json::Member& member : at.json->object()) {
    if (std::ranges::find(others, member.name) != others.end()) continue;
    if (!member.value.is_string()) return at.wrong("profile.no-string");
    texts.emplace(member.name, member.value.string());
  }
  if (texts.empty()) return at.wrong("profile.no-text");
  return texts;
}

Result<NamedTexts> named_texts(const At& at, std::initializer_list<std::string_view> others) {
  if (!at.json->is_object()) return at.wrong("profile.no-object");
  NamedTexts all;
  for (const Json::Member& member : at.json->object()) {
    TRY_ASSIGN(Texts texts,
               texts_of({&member.value, at.pointer + "/" + pointer_token(member.name)}, others));
    all.emplace(member.name, std::move(texts));
  }
  return all;
}

}  // namespace nianlun
