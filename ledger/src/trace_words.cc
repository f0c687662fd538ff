#include "trace_words.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>

#include "canonical_text.h"
#include "ledger/messages.h"
#include "ledger/trace.h"

namespace nianlun {
namespace {

using Id = std::pair<std::string_view, std::string_view>;

constexpr std::array<Id, 23> kGuards = {{{"authority", "trace.broken-authority"},
                                         {"conflict", "trace.broken-conflict"},
                                         {"correction", "trace.broken-correction"},
                                         {"duplicate", "trace.broken-duplicate"},
                                         {"exception", "trace.broken-exception"},
                                         {"history", "trace.broken-history"},
                                         {"identity", "trace.broken-identity"},
                                         {"key", "trace.broken-key"},
                                         {"order", "trace.broken-order"},
                                         {"party", "trace.broken-party"},
                                         {"possession", "trace.broken-possession"},
                                         {"private", "trace.broken-private"},
                                         {"profile", "trace.broken-profile"},
                                         {"record", "trace.broken-record"},
                                         {"refold", "trace.broken-refold"},
                                         {"required", "trace.broken-required"},
                                         {"revoked", "trace.broken-revoked"},
                                         {"role", "trace.broken-role"},
                                         {"rollback", "trace.broken-rollback"},
                                         {"sequence", "trace.broken-sequence"},
                                         {"state", "trace.broken-state"},
                                         {"step", "trace.broken-step"},
                                         {"time", "trace.broken-time"}}};
constexpr std::array<Id, 12> kRegistry = {
    {{"nianlun:Genesis", "trace.registry-genesis"},
     {"nianlun:PartyEnrolled", "trace.registry-party-enrolled"},
     {"nianlun:KeyEnrolled", "trace.registry-key-enrolled"},
     {"nianlun:RolesChanged", "trace.registry-roles-changed"},
     {"nianlun:KeyRevoked", "trace.registry-key-revoked"},
     {"nianlun:ProfileAdopted", "trace.registry-profile-adopted"},
     {"nianlun:Endorsement", "trace.registry-endorsement"},
     {"nianlun:ExceptionAnswered", "trace.registry-exception-answered"},
     {"nianlun:VaultLossAccepted", "trace.registry-vault-loss-accepted"},
     {"nianlun:PrivateErased", "trace.registry-private-erased"},
     {"nianlun:LogKeyAdopted", "trace.registry-log-key-adopted"},
     {"nianlun:LogKeyRetired", "trace.registry-log-key-retired"}}};

constexpr std::array<Id, 2> kLanguageNames = {
    {{"en", "trace.language-en"}, {"zh", "trace.language-zh"}}};

std::string_view id_of(std::span<const Id> ids, std::string_view name) {
  const auto found = std::ranges::find(ids, name, &Id::first);
  return found == ids.end() ? std::string_view() : found->second;
}

// Commas, semicolons and full stops, of both writing systems. A full stop ends a clause only before
// a space, so that "3.5" is whole.
std::size_t separator_at(std::string_view text, std::size_t at) {
  for (std::string_view one : {"，", "；", "。", "、", ", ", "; ", ". "}) {
    if (text.substr(at).starts_with(one)) return one.size();
  }
  return 0;
}

std::optional<std::string> value_text(std::optional<Bytes> value, const GenesisSettings& genesis) {
  if (!value) return std::nullopt;
  if (is_string_text(*value)) return std::string(short_name(string_of(*value), genesis));
  if (value->starts_with('{')) return value_text(member_text(*value, "id"), genesis);
  if (value->starts_with('[')) return value_text(only_element(*value), genesis);
  if (*value == "null" || *value == "true" || *value == "false") return std::nullopt;
  return std::string(*value);  // a number
}

/// What texts are filled from.
struct Filling {
  Bytes event;  ///< canonical JSON
  const Profile& profile;
  std::string_view language;
  const GenesisSettings& genesis;

  std::optional<std::string> value(std::string_view path) const {
    const auto found = text_at_path(event, path);
    if (found && profile.values.contains(path)) {
      const auto value = Json::parse(*found);
      const Texts* named = value ? profile.value_text(path, *value) : nullptr;
      if (named != nullptr) return std::string(in_language(*named, language));
    }
    if (found && found->starts_with('{')) {
      const auto written = member_text(*found, kWrittenText);
      const auto texts = written ? Json::parse(*written) : Result<Json>(Json());
      const std::string said = texts ? written_in(*texts, language) : std::string();
      if (!said.empty()) return said;
    }
    return value_text(found, genesis);
  }
};

std::optional<std::string> filled_clause(std::string_view text, const Filling& filling) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) break;
    out += text.substr(0, open);
    const auto value = filling.value(text.substr(open + 1, close - open - 1));
    if (!value) return std::nullopt;
    out += *value;
    text.remove_prefix(close + 1);
  }
  out += text;
  return out;
}

std::string words_of(const Profile::Step* step, std::string_view guard, std::string_view language) {
  if (step != nullptr) {
    const auto found = std::ranges::find(step->guards, guard, &Profile::Guard::id);
    if (found != step->guards.end()) return std::string(in_language(found->text, language));
  }
  if (const std::string_view id = id_of(kGuards, guard); !id.empty()) return text(language, id);
  return std::string(guard);
}

}  // namespace

Json texts_json(const Texts& texts) {
  Json json{Json::Object()};
  for (const auto& [language, text] : texts) json.set(language, text);
  return json;
}

std::string in_language_of(const Json& texts, std::string_view language) {
  if (!texts.is_object() || texts.object().empty()) return {};
  if (const Json* found = texts.find(language); found != nullptr && found->is_string()) {
    return found->string();
  }
  const Json& first = texts.object().front().value;
  return first.is_string() ? first.string() : std::string();
}

std::string written_in(const Json& texts, std::string_view language) {
  const std::string said = in_language_of(texts, language);
  if (said.empty() || texts.find(language) != nullptr) return said;
  const std::string& other = texts.object().front().name;
  const std::string_view named = id_of(kLanguageNames, other);
  return text(language, "trace.in-language",
              {{"text", said}, {"language", named.empty() ? other : text(language, named)}});
}

Sentence::Sentence(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t length = separator_at(text, at);
    if (length == 0) continue;
    clauses_.push_back({text.substr(begin, at - begin), text.substr(at, length)});
    begin = at + length;
    at = begin - 1;
  }
  clauses_.push_back({text.substr(begin), ""});
}

std::string Sentence::filled(Bytes event, const Profile& profile, std::string_view language,
                             const GenesisSettings& genesis) const {
  const Filling filling{event, profile, language, genesis};
  std::string out;
  std::string_view separator;
  for (const Clause& clause : clauses_) {
    const auto one = filled_clause(clause.text, filling);
    if (one && !one->empty()) {
      if (!out.empty()) out += separator;
      out += *one;
      separator = clause.separator;
    }
  }
  if (!out.empty() && (separator == "。" || separator == ". ")) out += separator;
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string guard_text(const Profile::Step* step, std::string_view guard,
                       std::string_view language) {
  std::string said = words_of(step, guard, language);
  // Some are written as sentences, some are not; beside each other they look alike.
  for (std::string_view stop : {".", "。"}) {
    if (said.ends_with(stop)) said.erase(said.size() - stop.size());
  }
  return said;
}

Json registry_name(std::string_view type) {
  Json json{Json::Object()};
  const std::string_view id = id_of(kRegistry, type);
  for (std::string_view language : languages()) {
    json.set(language, id.empty() ? text(language, "trace.unknown-step") : text(language, id));
  }
  return json;
}

std::string_view short_name(std::string_view id, const GenesisSettings& genesis) {
  for (std::string_view prefix :
       {std::string_view("https://id.gs1.org/"), std::string_view(genesis.domain)}) {
    if (id.starts_with(prefix) && id.size() > prefix.size()) {
      id.remove_prefix(prefix.size());
      if (id.starts_with('/')) id.remove_prefix(1);
      return id;
    }
  }
  return id;
}

}  // namespace nianlun
