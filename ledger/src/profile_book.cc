#include "profile_book.h"

#include <algorithm>
#include <mutex>

#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected wrong(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "genesis.wrong-member",
              {{"pointer", "/nianlun:" + std::string(member)}});
}

Result<std::vector<std::string>> strings_at(const Json* json, std::string_view member) {
  if (json == nullptr || !json->is_array() || json->array().empty()) return wrong(member);
  std::vector<std::string> values;
  for (const Json& item : json->array()) {
    if (!item.is_string()) return wrong(member);
    values.push_back(item.string());
  }
  return values;
}

/// Whether a key, if it is one at all, is of the suite: no other could ever sign here.
bool may_sign(std::string_view did, Suite suite) {
  const auto key = PublicKey::from_did(did);
  return !key || has_key_type(suite, key->type());
}

}  // namespace

Result<GenesisSettings> parse_genesis(const Json& event) {
  if (event.text("type") != "nianlun:Genesis") {
    return fail(ErrorCode::kInvalidArgument, "genesis.no-genesis");
  }
  for (const char* version : {"nianlun:format", "nianlun:rules"}) {
    const auto value = event.integer(version);
    if (!value || *value != 1) return wrong(std::string_view(version).substr(8));
  }
  GenesisSettings genesis;
  const auto suite = suite_named(event.text("nianlun:suite"));
  if (!suite) return wrong("suite");
  genesis.suite = *suite;
  genesis.origin = event.text("nianlun:origin");
  genesis.log_key = event.text("nianlun:logKey");
  genesis.gateway = event.text("nianlun:gateway");
  genesis.domain = event.text("nianlun:domain");
  genesis.time_zone = event.text("nianlun:timeZone");
  if (genesis.origin.empty()) return wrong("origin");
  if (genesis.log_key.empty()) return wrong("logKey");
  if (genesis.gateway.empty()) return wrong("gateway");
  if (!genesis.domain.starts_with("http")) return wrong("domain");
  TRY_ASSIGN(genesis.languages, strings_at(event.find("nianlun:languages"), "languages"));
  const Json* authority = event.find("nianlun:authority");
  if (authority == nullptr) return wrong("authority");
  TRY_ASSIGN(genesis.authority_keys, strings_at(authority->find("keys"), "authority"));
  for (const std::string& did : genesis.authority_keys) {
    if (!may_sign(did, *suite)) return wrong("authority");
  }
  if (!may_sign(genesis.gateway, *suite)) return wrong("gateway");
  const auto threshold = authority->integer("threshold");
  if (!threshold || *threshold < 1 ||
      static_cast<std::size_t>(*threshold) > genesis.authority_keys.size()) {
    return wrong("authority");
  }
  genesis.authority_threshold = static_cast<std::size_t>(*threshold);
  return genesis;
}

Result<std::shared_ptr<const ProfileBook>> ProfileBook::load(const StateView& view) {
  TRY_ASSIGN(auto genesis, view.get(kGenesisKey));
  if (!genesis) return fail(ErrorCode::kCorrupted, "state.damaged");
  std::vector<Buffer> adopted;
  TRY(view.scan("f", "g", StateView::Order::kAscending, [&](Bytes, Bytes value) {
    adopted.emplace_back(value);
    return true;
  }));
  Hash digest = sha256(*genesis);
  for (const Buffer& one : adopted) digest = sha256(digest.view(), sha256(one).view());
  // Every request and capture loads the book, and profiles are adopted a few times in years: to
  // read them is ten times the work of seeing that they are the same as before.
  static std::mutex mutex;
  static std::pair<Hash, std::shared_ptr<const ProfileBook>> last;
  const std::lock_guard lock(mutex);
  if (last.second != nullptr && last.first == digest) return last.second;
  TRY_ASSIGN(auto book, parse(*genesis, adopted));
  last = {digest, book};
  return book;
}

Result<std::shared_ptr<const ProfileBook>> ProfileBook::parse(Bytes genesis,
                                                              const std::vector<Buffer>& adopted) {
  auto book = std::make_shared<ProfileBook>();
  TRY_ASSIGN(const Json event, Json::parse(genesis));
  TRY_ASSIGN(book->genesis_, parse_genesis(event));
  for (const Buffer& value : adopted) {
    TRY_ASSIGN(const Json entry, Json::parse(value));
    const Json* source = entry.find("profile");
    if (source == nullptr) return fail(ErrorCode::kCorrupted, "state.damaged");
    TRY_ASSIGN(auto profile, parse_profile(*source));
    book->profiles_[profile->id].push_back(std::move(profile));
  }
  return std::shared_ptr<const ProfileBook>(std::move(book));
}

std::shared_ptr<const Profile> ProfileBook::at(std::string_view id, std::int64_t time_ms) const {
  const auto found = profiles_.find(id);
  if (found == profiles_.end()) return nullptr;
  for (auto version = found->second.rbegin(); version != found->second.rend(); ++version) {
    if ((*version)->from_ms <= time_ms) return *version;
  }
  return nullptr;
}

std::shared_ptr<const Profile> ProfileBook::newest(std::string_view id) const {
  const auto found = profiles_.find(id);
  return found == profiles_.end() ? nullptr : found->second.back();
}

std::shared_ptr<const Profile> ProfileBook::labelled(std::string_view label) const {
  const auto found = profiles_.find(label.substr(0, label.find('@')));
  if (found == profiles_.end()) return nullptr;
  for (const auto& profile : found->second) {
    if (profile->label() == label) return profile;
  }
  return nullptr;
}

std::vector<std::string> ProfileBook::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, versions] : profiles_) ids.push_back(id);
  return ids;
}

}  // namespace nianlun
