#include "field_store.h"

#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/hash.h"
#include "ledger/src/try.h"

namespace nianlun::scanner {
namespace {

Result<Json> read_json_of_store(const std::filesystem::path& path) {
  auto json = read_json_file(path);
  if (json || json.error().code != ErrorCode::kCorrupted) return json;
  return fail(ErrorCode::kCorrupted, "scanner.store-damaged", {{"path", path.string()}});
}

}  // namespace

std::filesystem::path FieldStore::profile_file(std::string_view id) const {
  return folder_ / "profiles" / (std::string(id) + ".json");
}

std::filesystem::path FieldStore::item_file(std::string_view id) const {
  return folder_ / "items" / (hex(sha256(id)) + ".json");
}

Result<LedgerInfo> FieldStore::pull(Api& api) {
  TRY_ASSIGN(const Json json, api.get_json("/ledger"));
  TRY_ASSIGN(LedgerInfo facts, parse_ledger_info(json));
  if (const auto known = this->facts(); known && known->identity != facts.identity) {
    return fail(ErrorCode::kConflict, "scanner.other-ledger",
                {{"here", known->identity}, {"there", facts.identity}});
  }
  for (const std::string& id : facts.profiles) {
    TRY_ASSIGN(const Json profile, api.get_json("/profiles/" + id));
    TRY_ASSIGN(const auto parsed, parse_profile(profile));
    if (parsed->id != id) return senseless_answer("/profiles/" + id);
    TRY(write_file(profile_file(id), profile.dump()));
  }
  const auto before = checkpoint();  // by the key that was known then: the log's may have changed
  TRY(write_file(folder_ / "ledger.json", json.dump()));
  TRY(pull_checkpoint(api, facts, before));
  return facts;
}

Result<void> FieldStore::pull_checkpoint(Api& api, const LedgerInfo& facts,
                                         const std::optional<TreeHead>& before) {
  TRY_ASSIGN(const std::string note, api.get_text("/checkpoint"));
  TRY_ASSIGN(const Checkpoint now, open_checkpoint(note, facts));
  if (before) {
    const bool rewritten =
        now.size < before->size || (now.size == before->size && now.root != before->root);
    if (rewritten) {
      return fail(ErrorCode::kConflict, "scanner.other-history",
                  {{"before", std::to_string(before->size)}, {"now", std::to_string(now.size)}});
    }
  }
  return write_file(folder_ / "checkpoint", note);
}

Result<LedgerInfo> FieldStore::facts() const {
  auto json = read_json_of_store(folder_ / "ledger.json");
  if (!json && json.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, "scanner.not-pulled", {{"path", folder_.string()}});
  }
  if (!json) return Unexpected{std::move(json).error()};
  return parse_ledger_info(*json);
}

Result<std::shared_ptr<const Profile>> FieldStore::profile(std::string_view id) const {
  if (!is_profile_id(id)) {
    return fail(ErrorCode::kInvalidArgument, "scanner.no-profile", {{"profile", std::string(id)}});
  }
  auto json = read_json_of_store(profile_file(id));
  if (!json && json.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, "scanner.no-profile", {{"profile", std::string(id)}});
  }
  if (!json) return Unexpected{std::move(json).error()};
  return parse_profile(*json);
}

std::vector<std::shared_ptr<const Profile>> FieldStore::profiles() const {
  std::vector<std::shared_ptr<const Profile>> found;
  const auto known = facts();
  if (!known) return found;
  for (const std::string& id : known->profiles) {
    if (auto one = profile(id)) found.push_back(*std::move(one));
  }
  return found;
}

std::optional<TreeHead> FieldStore::checkpoint() const {
  const auto note = read_file(folder_ / "checkpoint");
  const auto known = facts();
  if (!note || !known) return std::nullopt;
  const auto opened = open_checkpoint(*note, *known);
  if (!opened) return std::nullopt;
  return TreeHead{.size = opened->size, .root = opened->root};
}

Result<void> FieldStore::keep_item(std::string_view id, const KnownItem& item) {
  Json json;
  json.set("id", id).set("saved", item.saved_ms).set("view", item.view).set("steps", item.steps);
  return write_file(item_file(id), json.dump());
}

std::optional<KnownItem> FieldStore::item(std::string_view id) const {
  const auto json = read_json_of_store(item_file(id));
  if (!json || json->text("id") != id) return std::nullopt;
  const Json* view = json->find("view");
  const Json* steps = json->find("steps");
  const auto saved = json->integer("saved");
  if (view == nullptr || steps == nullptr || !saved) return std::nullopt;
  return KnownItem{.view = *view, .steps = *steps, .saved_ms = *saved};
}

}  // namespace nianlun::scanner
