#include <algorithm>
#include <set>

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/receipt.h"
#include "ledger/trace.h"
#include "trace_teller.h"
#include "try.h"

namespace nianlun {
namespace {

/// The leaves of a seal, which the records of its capture keep, those of refused events too.
Result<std::vector<Hash>> seal_leaves(const Teller& teller, const Seal& seal) {
  TRY_ASSIGN(const auto bytes, teller.state().get(seal_key(seal.hash)));
  if (!bytes) return fail(ErrorCode::kCorrupted, "state.damaged");
  TRY_ASSIGN(const SealRecords records, decode_seal_records(*bytes));
  std::vector<Hash> leaves;
  leaves.reserve(records.events);
  for (std::uint64_t i = 0; i < records.events; ++i) {
    TRY_ASSIGN(const StoredRecord stored, teller.reading().record(records.first + i));
    leaves.push_back(stored.record.event_hash);
  }
  return leaves;
}

Result<ProvenRecord> proven(const Teller& teller, std::uint64_t index, std::uint64_t size) {
  TRY_ASSIGN(const StoredRecord stored, teller.reading().record(index));
  ProvenRecord proof;
  proof.index = index;
  TRY_ASSIGN(proof.record, Json::parse(stored.bytes));
  TRY_ASSIGN(proof.seal, teller.seal_of(stored.record, index));
  TRY_ASSIGN(proof.path, teller.reading().inclusion(index, size));
  TRY_ASSIGN(const auto leaves, seal_leaves(teller, proof.seal));
  proof.seal_path = inclusion_path(leaves, stored.record.position);
  return proof;
}

/// The record that says whose a key is: its enrolment, or the genesis for the keys that it names.
Result<std::optional<std::uint64_t>> enrolment_of(const Teller& teller, const std::string& did) {
  TRY_ASSIGN(const auto actor, find_actor(teller.state(), did));
  if (actor && actor->enrolled != kNoRecord) return std::optional(actor->enrolled);
  const GenesisSettings& genesis = teller.genesis();
  const auto& keys = genesis.authority_keys;
  if (did == genesis.gateway || std::ranges::find(keys, did) != keys.end()) {
    return std::optional<std::uint64_t>(0);
  }
  return std::optional<std::uint64_t>();
}

/// Who enrolled the signers: the registrars' enrolments and the genesis. Only the authority makes a
/// registrar, so there is nothing behind those.
Result<std::set<std::uint64_t>> enrollers_of(const Teller& teller, const Receipt& receipt) {
  std::set<std::uint64_t> found;
  const GenesisSettings& genesis = teller.genesis();
  for (const ProvenRecord& signer : receipt.signers) {
    if (signer.index == 0) continue;
    found.insert(0);
    const auto is_authority = [&](const std::string& did) {
      return std::ranges::find(genesis.authority_keys, did) != genesis.authority_keys.end();
    };
    const auto signed_by = std::ranges::count_if(signer.seal.signers, is_authority);
    if (static_cast<std::size_t>(signed_by) >= genesis.authority_threshold) continue;
    TRY_ASSIGN(const auto registrar, enrolment_of(teller, signer.seal.submitter));
    if (registrar) found.insert(*registrar);
  }
  for (const ProvenRecord& signer : receipt.signers) found.erase(signer.index);
  return found;
}

}  // namespace

Result<Receipt> make_receipt(const Reading& reading, std::uint64_t index,
                             std::string_view checkpoint, const Viewer& viewer) {
  TRY_ASSIGN(const Note note, parse_note(checkpoint));
  TRY_ASSIGN(const Checkpoint head, parse_checkpoint(note.text));
  TRY_ASSIGN(const StoredRecord stored, reading.record(index));
  if (index >= head.size || head.size > reading.size()) {
    return fail(ErrorCode::kBusy, "trace.not-covered", {{"index", std::to_string(index)}});
  }
  TRY_ASSIGN(const Teller teller, Teller::make(reading, viewer));
  Receipt receipt;
  receipt.origin = head.origin;
  TRY_ASSIGN(const StoredRecord genesis, reading.record(0));
  receipt.genesis = record_hash(genesis.bytes);
  receipt.size = head.size;
  receipt.checkpoint = checkpoint;
  TRY_ASSIGN(receipt.of, proven(teller, index, head.size));
  for (const std::string& did : receipt.of.seal.signers) {
    TRY_ASSIGN(const auto enrolment, enrolment_of(teller, did));
    if (!enrolment) continue;  // a refused event of a key that nobody enrolled
    TRY_ASSIGN(ProvenRecord signer, proven(teller, *enrolment, head.size));
    receipt.signers.push_back(std::move(signer));
  }
  TRY_ASSIGN(const auto enrollers, enrollers_of(teller, receipt));
  for (const std::uint64_t enroller : enrollers) {
    TRY_ASSIGN(ProvenRecord enrolment, proven(teller, enroller, head.size));
    receipt.enrolments.push_back(std::move(enrolment));
  }
  TRY_ASSIGN(receipt.disclosures, teller.disclosures_of(stored));
  return receipt;
}

}  // namespace nianlun
