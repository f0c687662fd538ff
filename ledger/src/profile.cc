#include "ledger/profile.h"

#include <algorithm>

namespace nianlun {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Whether `text` starts with `prefix`, in which "*" stands for one segment of a path. Digits may
/// only be counted at the end, as "#", and then nothing follows them.
bool begins_with(std::string_view text, std::string_view prefix) {
  const std::size_t digits = prefix.size() - (prefix.find_last_not_of('#') + 1);
  if (digits > 0) {
    if (text.size() < digits || !std::ranges::all_of(text.substr(text.size() - digits), is_digit)) {
      return false;
    }
    return text.substr(0, text.size() - digits) == prefix.substr(0, prefix.size() - digits);
  }
  for (std::size_t star = prefix.find('*'); star != prefix.npos; star = prefix.find('*')) {
    if (!text.starts_with(prefix.substr(0, star))) return false;
    text.remove_prefix(star);
    prefix.remove_prefix(star + 1);
    const std::size_t end = std::min(text.find('/'), text.size());
    if (end == 0) return false;
    text.remove_prefix(end);
  }
  return text.starts_with(prefix);
}

}  // namespace

bool Profile::Kind::is_end(std::string_view state) const {
  return std::ranges::find(end_states, state) != end_states.end();
}

bool Profile::Participant::accepts(std::string_view state) const {
  return std::ranges::find(from, state) != from.end();
}

const Profile::Kind* Profile::kind(std::string_view name) const {
  const auto found = std::ranges::find(kinds, name, &Kind::name);
  return found == kinds.end() ? nullptr : &*found;
}

const Profile::Step* Profile::step(std::string_view name) const {
  const auto found = std::ranges::find(steps, name, &Step::name);
  return found == steps.end() ? nullptr : &*found;
}

const Profile::Kind* Profile::kind_of(std::string_view identifier, std::string_view domain) const {
  constexpr std::string_view kDomain = "{domain}";
  for (const Kind& kind : kinds) {
    for (std::string_view prefix : kind.prefixes) {
      std::string_view rest = identifier;
      if (prefix.starts_with(kDomain)) {
        if (!rest.starts_with(domain)) continue;
        rest.remove_prefix(domain.size());
        prefix.remove_prefix(kDomain.size());
      }
      if (begins_with(rest, prefix)) return &kind;
    }
  }
  return nullptr;
}

bool Profile::is_public(const Step* step, std::string_view path) const {
  const auto has = [path](const std::vector<std::string>& list) {
    return std::ranges::find(list, path) != list.end();
  };
  return has(public_members) || (step != nullptr && has(step->public_members));
}

const Texts* Profile::value_text(std::string_view path, const Json& value) const {
  const auto named = values.find(path);
  if (named == values.end()) return nullptr;
  const std::string written = value.is_string()   ? value.string()
                              : value.is_number() ? std::string(value.number_text())
                                                  : std::string();
  const auto found = named->second.find(written);
  return found == named->second.end() ? nullptr : &found->second;
}

const Json* at_path(const Json& json, std::string_view path) {
  if (path.empty()) return &json;
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('.', end - 1)) {
    if (const Json* member = json.find(path.substr(0, end))) {
      const std::string_view rest = end == path.size() ? "" : path.substr(end + 1);
      if (const Json* found = at_path(*member, rest)) return found;
    }
  }
  return nullptr;
}

std::string_view in_language(const Texts& texts, std::string_view language) {
  if (const auto found = texts.find(language); found != texts.end()) return found->second;
  return texts.empty() ? std::string_view() : std::string_view(texts.begin()->second);
}

}  // namespace nianlun
