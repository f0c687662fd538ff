#include "receipt_record.h"

#include "ledger/data_integrity.h"
#include "ledger/encoding.h"
#include "ledger/proof.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected broken(std::string_view message, std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, message, {{"index", std::to_string(index)}});
}

/// The key of a did:key that a seal names, and its signature over the seal.
Result<void> check_proofs(const Seal& seal, std::uint64_t index) {
  if (seal.proofs.size() != seal.signers.size()) return broken("receipt.other-seal", index);
  for (std::size_t i = 0; i < seal.signers.size(); ++i) {
    const auto key = verify_proof(seal.hash, nullptr, seal.proofs[i], seal.suite);
    if (!key || key->did() != seal.signers[i]) {
      return fail(ErrorCode::kForbidden, "receipt.wrong-signature",
                  {{"index", std::to_string(index)}, {"key", seal.signers[i]}});
    }
  }
  return {};
}

/// A seal's identity of its ledger: the whole one, or the origin alone in that of record 0.
Result<void> check_ledger(const ProvenRecord& proven, const Hash& record, const Anchor& anchor) {
  const bool is_first = proven.index == 0;
  const std::string identity = anchor.origin + "#" + hex(anchor.genesis);
  const std::string& expected = is_first ? anchor.origin : identity;
  if (proven.seal.ledger != expected || (is_first && record != anchor.genesis)) {
    return broken("receipt.other-ledger", proven.index);
  }
  return {};
}

/// Whether the genesis is of the suite by which everything here is checked.
Result<void> check_suite(const Json& genesis, const Anchor& anchor) {
  const std::string_view name = genesis.text("nianlun:suite");
  const auto named = name.empty() ? Suite::kSha256 : suite_named(name);
  return named == anchor.suite ? Result<void>() : broken("receipt.other-ledger", 0);
}

/// Whether the event is under its seal. A refused record keeps the leaf in the event's place.
Result<void> check_seal_path(const ProvenRecord& proven, const Record& record) {
  if (record.position >= proven.seal.count) return broken("receipt.other-seal", proven.index);
  const auto root = root_from_inclusion(record.position, proven.seal.count, record.event_hash,
                                        proven.seal_path, proven.seal.suite);
  if (!root || *root != proven.seal.root) return broken("receipt.wrong-seal-path", proven.index);
  return {};
}

}  // namespace

Result<CheckedRecord> check_proven(const ProvenRecord& given, const Anchor& anchor) {
  TRY(check_numbers_exact(given.record));
  TRY_ASSIGN(const std::string bytes, canonical(given.record));
  TRY_ASSIGN(Record record, parse_record(bytes, anchor.suite));
  // The seal is read anew, so that neither its hash nor its members are taken on trust.
  ProvenRecord proven = given;
  TRY_ASSIGN(proven.seal, parse_seal(given.seal.json, given.seal.proofs, anchor.suite));
  if (record.seal != proven.seal.hash || record.proofs != proven.seal.proofs_hash) {
    return broken("receipt.other-seal", proven.index);
  }
  TRY(check_ledger(proven, record_hash(bytes, anchor.suite), anchor));
  if (proven.index == 0) TRY(check_suite(record.event, anchor));
  TRY(check_seal_path(proven, record));
  const auto root =
      root_from_inclusion(proven.index, anchor.size, record_leaf(bytes, anchor.suite), proven.path);
  if (!root || *root != anchor.root) return broken("receipt.wrong-path", proven.index);
  TRY(check_proofs(proven.seal, proven.index));
  return CheckedRecord{proven.index, std::move(record), std::move(proven.seal)};
}

}  // namespace nianlun
