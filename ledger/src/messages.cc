#include "ledger/messages.h"

#include <array>
#include <cstdlib>
#include <map>

#include "ledger/json.h"

namespace nianlun {

std::string_view message_file(std::string_view name);  // generated: ledger/messages/*.json

namespace {

constexpr std::array<std::string_view, 2> kLanguages = {"en", "zh"};
using Catalogue = std::map<std::string, std::string, std::less<>>;

Catalogue load(std::string_view language) {
  Catalogue catalogue;
  const auto parsed = Json::parse(message_file(std::string(language) + ".json"));
  assert(parsed);  // a test parses the same files
  for (const Json::Member& member : parsed->object()) {
    catalogue.emplace(member.name, member.value.string());
  }
  return catalogue;
}

const Catalogue& catalogue_of(std::string_view language) {
  static const std::array<Catalogue, kLanguages.size()> kCatalogues = {load("en"), load("zh")};
  return kCatalogues[language == "zh" ? 1 : 0];
}

std::string fill(std::string_view pattern, const Arguments& arguments) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    const std::size_t close = open == std::string_view::npos ? open : pattern.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    out.append(pattern.substr(0, open));
    bool known = false;
    for (const auto& [argument, value] : arguments) {
      if (argument == name) out.append(value), known = true;
    }
    if (!known) out.append(pattern.substr(open, close - open + 1));
    pattern.remove_prefix(close + 1);
  }
  return out.append(pattern);
}

}  // namespace

std::span<const std::string_view> languages() { return kLanguages; }

std::string_view language_for(std::string_view locale) {
  return locale.starts_with("zh") ? kLanguages[1] : kLanguages[0];
}

std::string_view language_of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets it
    if (value != nullptr && *value != '\0') return language_for(value);
  }
  return kLanguages[0];
}

std::string text(std::string_view language, std::string_view message, const Arguments& arguments) {
  const Catalogue& catalogue = catalogue_of(language);
  const auto found = catalogue.find(message);
  if (found != catalogue.end()) return fill(found->second, arguments);
  std::string out(message);
  for (const auto& [name, value] : arguments) out += " " + name + "=" + value;
  return out;
}

std::string text(std::string_view language, const Error& error) {
  return text(language, error.message, error.arguments);
}

}  // namespace nianlun
