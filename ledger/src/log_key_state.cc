#include "log_key_state.h"

#include <algorithm>

#include "ledger/rotation.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kAdopted = "nianlun:LogKeyAdopted";
constexpr std::string_view kRetired = "nianlun:LogKeyRetired";

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "state.damaged"); }

Result<std::uint64_t> index_at(const Json& json, std::string_view name) {
  const auto value = json.integer(name);
  if (!value || *value < 0) return damaged();
  return static_cast<std::uint64_t>(*value);
}

Result<std::vector<LogKey>> decode(Bytes value) {
  TRY_ASSIGN(const Json json, Json::parse(value));
  if (!json.is_array()) return damaged();
  std::vector<LogKey> keys;
  for (const Json& one : json.array()) {
    LogKey key{.vkey = std::string(one.text("vkey")), .adopted = 0, .retired = {}};
    TRY_ASSIGN(key.adopted, index_at(one, "adopted"));
    if (one.find("retired") != nullptr) {
      TRY_ASSIGN(key.retired, index_at(one, "retired"));
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

Result<Buffer> encode(const std::vector<LogKey>& keys) {
  Json list = Json::Array{};
  for (const LogKey& key : keys) {
    Json one;
    one.set("vkey", key.vkey).set("adopted", key.adopted);
    if (key.retired) one.set("retired", *key.retired);
    list.push(std::move(one));
  }
  return canonical(list);
}

Result<GenesisSettings> genesis_in(const StateView& state) {
  TRY_ASSIGN(const auto text, state.get(kGenesisKey));
  if (!text) return damaged();
  TRY_ASSIGN(const Json event, Json::parse(*text));
  return parse_genesis(event);
}

}  // namespace

bool is_log_key_event(std::string_view type) { return type == kAdopted || type == kRetired; }

Result<std::vector<LogKey>> log_keys(const StateView& state, const GenesisSettings& genesis) {
  TRY_ASSIGN(const auto value, state.get(kLogKeysKey));
  if (value) return decode(*value);
  return std::vector<LogKey>{{.vkey = genesis.log_key, .adopted = 0, .retired = {}}};
}

std::vector<LogKey> signing(const std::vector<LogKey>& keys) {
  std::vector<LogKey> those;
  std::ranges::copy_if(keys, std::back_inserter(those),
                       [](const LogKey& key) { return !key.retired; });
  return those;
}

Result<std::optional<std::string>> judge_log_key(const StateView& state,
                                                 const GenesisSettings& genesis,
                                                 const Json& event) {
  const std::optional<std::string> wrong("key");
  TRY_ASSIGN(const std::vector<LogKey> keys, log_keys(state, genesis));
  const std::vector<LogKey> now = signing(keys);
  const std::string_view vkey = event.text("nianlun:logKey");
  if (event.text("type") == kRetired) {
    const bool is_older = now.size() == 2 && now.front().vkey == vkey;
    return is_older ? std::optional<std::string>() : wrong;
  }
  // One that signed before is known to readers as one that signs no more.
  if (now.size() != 1 || keys.size() > kRotationsMax) return wrong;
  if (std::ranges::find(keys, vkey, &LogKey::vkey) != keys.end()) return wrong;
  return log_key_in(event, genesis.origin) ? std::optional<std::string>() : wrong;
}

Result<void> fold_log_key(const FoldInput& input, StateOverlay& state) {
  TRY_ASSIGN(const GenesisSettings genesis, genesis_in(state));
  TRY_ASSIGN(std::vector<LogKey> keys, log_keys(state, genesis));
  const std::string_view vkey = input.event.text("nianlun:logKey");
  if (input.event.text("type") == kAdopted) {
    keys.push_back({.vkey = std::string(vkey), .adopted = input.index, .retired = {}});
  } else {
    const auto found = std::ranges::find(keys, vkey, &LogKey::vkey);
    if (found == keys.end()) return damaged();
    found->retired = input.index;
  }
  TRY_ASSIGN(Buffer value, encode(keys));
  state.put(kLogKeysKey, std::move(value));
  return {};
}

}  // namespace nianlun
