#include "bundle.h"
#include "ledger/encoding.h"
#include "strict_json.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected malformed(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "bundle.malformed", {{"member", std::string(member)}});
}

constexpr StrictReader kStrict{malformed};

Unexpected wrong(std::string_view path) {
  return fail(ErrorCode::kCorrupted, "bundle.wrong-member", {{"path", std::string(path)}});
}

/// Whether the members are those that the manifest names, in its order, and their octets.
Result<void> check_members(const Json& manifest, std::span<const ZipMember> members) {
  const Json* list = manifest.find("members");
  if (list == nullptr || !list->is_array()) return malformed("members");
  const Json::Array& named = list->array();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string& path = members[i].path;
    if (i >= named.size() || named[i].text("path") != path) {
      return fail(ErrorCode::kCorrupted, "bundle.unlisted-member", {{"path", path}});
    }
    if (named[i].text("sha256") != hex(sha256(members[i].content))) return wrong(path);
  }
  if (named.size() == members.size()) return {};
  return fail(ErrorCode::kCorrupted, "bundle.missing-member",
              {{"path", std::string(named[members.size()].text("path"))}});
}

Result<Json> parse_manifest(Bytes text) {
  TRY_ASSIGN(Json manifest, Json::parse(text));
  TRY(kStrict.only(manifest, "manifest",
                   {"checkpoint", "files", "keys", "ledger", "members", "subjects", "type", "v"}));
  const auto version = manifest.integer("v");
  if (manifest.text("type") != "EvidenceBundle") return malformed("type");
  if (!version || *version != 1) return malformed("v");
  return manifest;
}

Result<std::vector<std::string>> keys_of(const Json& manifest) {
  const Json* list = manifest.find("keys");
  if (list == nullptr || !list->is_array() || list->array().size() > 2 * kPolicyEntriesMax) {
    return malformed("keys");
  }
  std::vector<std::string> keys;
  for (const Json& key : list->array()) {
    if (!key.is_string() || !NoteVerifier::parse(key.string())) return malformed("keys");
    keys.push_back(key.string());
  }
  return keys;
}

/// Walks over the members in the one order that they may have.
class Reader {
 public:
  Reader(std::span<const ZipMember> members, const Trust& trust) : rest_(members), trust_(trust) {}

  Result<Bundle> read() {
    for (const char* path : {"README.en.txt", "README.zh.txt", "history.pdf", "checkpoint.txt"}) {
      TRY(skip(path));
    }
    while (is_next("accounts/")) TRY(read_account_pair());
    while (is_next("receipts/")) TRY(read_record());
    while (is_next("files/")) TRY(read_one_file());
    if (!rest_.empty()) return malformed(rest_.front().path);
    if (bundle_.accounts.empty()) return malformed("accounts/");
    if (bundle_.records.empty()) return malformed("receipts/");
    return std::move(bundle_);
  }

 private:
  bool is_next(std::string_view folder) const {
    return !rest_.empty() && rest_.front().path.starts_with(folder);
  }
  Result<void> skip(std::string_view path) {
    if (rest_.empty() || rest_.front().path != path) return malformed(path);
    rest_ = rest_.subspan(1);
    return {};
  }
  Result<Bytes> take(const std::string& path) {
    const ZipMember* member = rest_.data();
    TRY(skip(path));
    return Bytes(member->content);
  }

  Result<void> read_account_pair() {
    const std::string name = "accounts/" + std::to_string(bundle_.accounts.size() + 1);
    if (bundle_.accounts.size() == kBundleSubjectsMax) return malformed(name);
    BundleAccount account;
    for (const std::string language : {"en", "zh"}) {
      TRY_ASSIGN(const Bytes text, take(name + "." + language + ".json"));
      TRY(read_account(text, language, account));
    }
    bundle_.accounts.push_back(std::move(account));
    return {};
  }

  /// The receipt says which record it is of; what follows from it must be what stands behind it.
  Result<void> read_record() {
    const ZipMember& member = rest_.front();
    const bool too_many = bundle_.records.size() == kBundleRecordsMax;
    if (too_many || member.content.size() > kReceiptBytesMax) return malformed(member.path);
    TRY_ASSIGN(const Json json, Json::parse(member.content));
    TRY_ASSIGN(BundleRecord record, prove_record(json, trust_));
    const bool in_order =
        bundle_.records.empty() || bundle_.records.rbegin()->first < record.verified.index;
    if (!in_order) return malformed(member.path);
    TRY_ASSIGN(const std::vector<ZipMember> parts, members_of(record));
    for (const ZipMember& part : parts) {
      TRY_ASSIGN(const Bytes content, take(part.path));
      if (content != part.content) return wrong(part.path);
    }
    return add_record(bundle_, std::move(record));
  }

  Result<void> read_one_file() {
    const ZipMember& member = rest_.front();
    const std::string hash = member.path.substr(std::string_view("files/").size());
    const bool in_order = bundle_.files.empty() || bundle_.files.rbegin()->first < hash;
    if (!hash_from_hex(hash) || !in_order) return malformed(member.path);
    if (member.content.size() > kBundleFileBytesMax) return malformed(member.path);
    bundle_.files.emplace(hash, member.content);
    return skip(member.path);
  }

  std::span<const ZipMember> rest_;
  const Trust& trust_;
  Bundle bundle_;
};

}  // namespace

Result<Bundle> read_bundle(Bytes zip, const Trust& trust) {
  TRY_ASSIGN(const std::vector<ZipMember> all, read_zip(zip));
  if (all.empty() || all.front().path != "manifest.json") return malformed("manifest.json");
  const std::span<const ZipMember> members = std::span(all).subspan(1);
  const Buffer& text = all.front().content;
  TRY_ASSIGN(const Json manifest, parse_manifest(text));
  TRY_ASSIGN(std::vector<std::string> keys, keys_of(manifest));
  TRY(check_members(manifest, members));
  TRY_ASSIGN(Bundle bundle, Reader(members, trust).read());
  bundle.keys = std::move(keys);
  TRY(check_accounts(bundle));
  TRY(check_files(bundle));
  constexpr std::size_t kCheckpoint = 3;  // behind the instructions and the PDF
  const ZipMember& checkpoint = members[kCheckpoint];
  if (checkpoint.content != newest_of(bundle).receipt.checkpoint) return wrong(checkpoint.path);
  TRY_ASSIGN(const std::string again, manifest_text(bundle, members));
  if (again != text) return fail(ErrorCode::kCorrupted, "bundle.wrong-manifest");
  return bundle;
}

}  // namespace nianlun
