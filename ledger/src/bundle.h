#pragma once

// An evidence bundle (docs/formats.md, section 14): what is in it, and what its parts must be.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bundle_zip.h"
#include "ledger/checkpoint.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/receipt.h"
#include "ledger/result.h"
#include "verified.h"
#include "verify_trust.h"

namespace nianlun {

inline constexpr std::size_t kBundleRecordsMax = 1000;
inline constexpr std::size_t kBundleSubjectsMax = 100;
inline constexpr std::size_t kBundleAccountBytesMax = 16 << 20;
inline constexpr std::size_t kBundleFileBytesMax = 64 << 20;

/// A record that its receipt proves to whoever trusts the keys that it was proved with.
struct BundleRecord {
  Receipt receipt;
  Verified verified;
  Buffer bytes;  ///< the record's
  Hash hash;     ///< of those: the log's entry
  Checkpoint checkpoint;
};
/// What the ledger told anybody about a subject; it proves nothing.
struct BundleAccount {
  std::string subject;  ///< an item's URI, an event id or a record's index
  Json en, zh;
  const Json& said(std::string_view language) const { return language == "zh" ? zh : en; }
};
struct Bundle {
  std::string ledger;             ///< identity
  std::vector<std::string> keys;  ///< vkeys that the maker trusted
  std::vector<BundleAccount> accounts;
  std::map<std::uint64_t, BundleRecord> records;  ///< by index, at least one
  std::map<std::string, Buffer> files;            ///< by SHA-256 in hexadecimal
};

/// Errors are those of verify_receipt() and check_quorum().
Result<BundleRecord> prove_record(const Json& receipt, const Trust& trust);
std::string identity_of(const BundleRecord& record);

/// Adds a record. kCorrupted  it is of another ledger than the rest, or there is one of its index
Result<void> add_record(Bundle& bundle, BundleRecord record);

/// The record whose checkpoint is the newest.
const BundleRecord& newest_of(const Bundle& bundle);

/// A file that an event names by its hash.
struct NamedFile {
  std::string ni;            ///< as the event has it
  std::string hash;          ///< in hexadecimal
  std::uint64_t record = 0;  ///< the first that names it
  bool present = false;
};
/// In the order of `ni`, each once.
std::vector<NamedFile> named_files(const Bundle& bundle);
/// kCorrupted  a file whose content has not the hash of its name, or that no event names
Result<void> check_files(const Bundle& bundle);

// The accounts (bundle_account.cc).

Result<std::string> account_text(const BundleAccount& account, std::string_view language);
/// Fills in the subject and what is said in that language.
/// kInvalidArgument  no account, or of another subject than it has already
Result<void> read_account(Bytes text, std::string_view language, BundleAccount& account);
/// What is told of each record, in the order of the account; the oldest first of an item.
/// kInvalidArgument  no account
Result<std::vector<const Json*>> entries_of(const Json& said);
/// Whether accounts and receipts are of the same records and agree on them.
/// kCorrupted  they do not
Result<void> check_accounts(const Bundle& bundle);
/// How many of the records that are told of a subject do not name it themselves.
std::size_t records_not_naming(const Bundle& bundle, const BundleAccount& account);

// The members (bundle_manifest.cc).

/// The members that follow from a record: receipt, record, proof file and seal.
Result<std::vector<ZipMember>> members_of(const BundleRecord& record);
/// All that stand behind the PDF: checkpoint, accounts, records and files.
Result<std::vector<ZipMember>> content_members(const Bundle& bundle);
/// The manifest of a bundle that has these members beside it.
Result<std::string> manifest_text(const Bundle& bundle, std::span<const ZipMember> members);

/// Reads and verifies a bundle; `trust` is the reader's, of the receipts.
/// kInvalidArgument, kTooLarge  no bundle in the one form that it has
/// kCorrupted                   a member is not what the manifest or the receipts say
/// And the errors of prove_record().
Result<Bundle> read_bundle(Bytes zip, const Trust& trust);

// Words (bundle_words.cc).

/// In plain words, line by line: what was proved, by whom and when, and what was not.
std::vector<std::string> words_of(const Bundle& bundle, std::string_view language);
Json json_of(const Bundle& bundle);

}  // namespace nianlun
