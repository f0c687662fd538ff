#include "bundle.h"

#include <algorithm>
#include <cassert>

#include "ledger/encoding.h"
#include "ledger/record.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kNi = "ni:///sha-256;";

/// The hash that a text names a file by, in hexadecimal; "" if it names none. An event id of CBV
/// begins alike, and goes on with hexadecimal digits.
std::string file_named_by(std::string_view text) {
  if (!text.starts_with(kNi)) return {};
  const auto octets = from_base64url(text.substr(kNi.size()));
  const auto hash = octets ? Hash::from(*octets) : Result<Hash>(Unexpected{octets.error()});
  return hash ? hex(*hash) : std::string();
}

void find_files(const Json& value, std::uint64_t record,
                std::map<std::string, NamedFile, std::less<>>& found) {
  if (value.is_array()) {
    for (const Json& item : value.array()) find_files(item, record, found);
  } else if (value.is_object()) {
    for (const Json::Member& member : value.object()) find_files(member.value, record, found);
  } else if (value.is_string()) {
    std::string hash = file_named_by(value.string());
    if (hash.empty()) return;
    found.try_emplace(value.string(), NamedFile{value.string(), std::move(hash), record, false});
  }
}

}  // namespace

Result<BundleRecord> prove_record(const Json& json, const Trust& trust) {
  BundleRecord record;
  TRY_ASSIGN(record.receipt, parse_receipt(json));
  TRY_ASSIGN(record.verified, verify_json_receipt(record.receipt, trust.keys));
  TRY(check_quorum(trust, record.verified.cosigned));
  once_each(record.verified.cosigned);
  if (trust.policy) record.verified.quorum = trust.policy->quorum;
  TRY_ASSIGN(record.bytes, canonical(record.receipt.of.record));
  record.hash = record_hash(record.bytes);
  TRY_ASSIGN(const Note note, parse_note(record.receipt.checkpoint));
  TRY_ASSIGN(record.checkpoint, parse_checkpoint(note.text));
  return record;
}

std::string identity_of(const BundleRecord& record) {
  return record.receipt.origin + "#" + hex(record.receipt.genesis);
}

Result<void> add_record(Bundle& bundle, BundleRecord record) {
  const Arguments where = {{"index", std::to_string(record.verified.index)}};
  if (bundle.ledger.empty()) bundle.ledger = identity_of(record);
  if (identity_of(record) != bundle.ledger) {
    return fail(ErrorCode::kCorrupted, "bundle.mixed-ledgers", where);
  }
  const std::uint64_t index = record.verified.index;
  if (!bundle.records.try_emplace(index, std::move(record)).second) {
    return fail(ErrorCode::kCorrupted, "bundle.record-twice", where);
  }
  return {};
}

const BundleRecord& newest_of(const Bundle& bundle) {
  assert(!bundle.records.empty());
  const BundleRecord* newest = &bundle.records.begin()->second;
  for (const auto& [index, record] : bundle.records) {
    if (record.checkpoint.size >= newest->checkpoint.size) newest = &record;
  }
  return *newest;
}

std::vector<NamedFile> named_files(const Bundle& bundle) {
  std::map<std::string, NamedFile, std::less<>> found;
  for (const auto& [index, record] : bundle.records) {
    find_files(record.verified.event, index, found);
  }
  std::vector<NamedFile> files;
  for (auto& [ni, file] : found) {
    file.present = bundle.files.contains(file.hash);
    files.push_back(std::move(file));
  }
  return files;
}

Result<void> check_files(const Bundle& bundle) {
  const std::vector<NamedFile> named = named_files(bundle);
  for (const auto& [hash, content] : bundle.files) {
    if (hex(sha256(content)) != hash) {
      return fail(ErrorCode::kCorrupted, "bundle.wrong-file", {{"file", hash}});
    }
    if (std::ranges::find(named, hash, &NamedFile::hash) == named.end()) {
      return fail(ErrorCode::kCorrupted, "bundle.unnamed-file", {{"file", hash}});
    }
  }
  return {};
}

}  // namespace nianlun
