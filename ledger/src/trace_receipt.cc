#include <algorithm>
#include <iterator>
#include <set>

#include "ledger/checkpoint.h"
#include "ledger/merkle.h"
#include "ledger/receipt.h"
#include "ledger/trace.h"
#include "record_proof.h"
#include "seal_entry.h"
#include "trace_teller.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected damaged_seal(std::uint64_t first) {
  return fail(ErrorCode::kCorrupted, "log.damaged-seal", {{"index", std::to_string(first)}});
}

/// From an event to its seal's root. The records of a capture keep the leaves, those of refused
/// events too; of a long one only those of the event's subtree are read.
Result<std::vector<Hash>> path_in_seal(const Reading& reading, const StoredRecord& stored,
                                       const SealEntry& entry) {
  const std::uint64_t position = stored.record.position;
  const std::uint64_t subtree = position / kSubtreeEvents;
  const std::uint64_t begin = subtree * kSubtreeEvents;
  const std::uint64_t first = stored.index - position;
  std::vector<Hash> leaves;
  for (std::uint64_t i = begin; i < std::min(begin + kSubtreeEvents, entry.seal.count); ++i) {
    TRY_ASSIGN(const StoredRecord neighbour, reading.record(first + i));
    leaves.push_back(neighbour.record.event_hash);
  }
  const Hash& root = entry.subtrees.empty() ? entry.seal.root : entry.subtrees.at(subtree);
  const Suite suite = entry.seal.suite;
  if (root_of(leaves, suite) != root) {
    return damaged_seal(first);
  }
  std::vector<Hash> path = inclusion_path(leaves, position - begin, suite);
  if (entry.subtrees.empty()) return path;
  std::ranges::copy(inclusion_path(entry.subtrees, subtree, suite), std::back_inserter(path));
  return path;
}

}  // namespace

Result<ProvenRecord> prove_record(const Reading& reading, std::uint64_t index, std::uint64_t size) {
  TRY_ASSIGN(const StoredRecord stored, reading.record(index));
  ProvenRecord proof;
  proof.index = index;
  TRY_ASSIGN(proof.record, Json::parse(stored.bytes));
  TRY_ASSIGN(proof.path, reading.inclusion(index, size));
  const std::uint64_t position = stored.record.position;
  if (position > index) return damaged_seal(index);
  TRY_ASSIGN(SealEntry entry, reading.seal_entry(index - position));
  if (entry.seal.hash != stored.record.seal || position >= entry.seal.count) {
    return damaged_seal(index - position);
  }
  TRY_ASSIGN(proof.seal_path, path_in_seal(reading, stored, entry));
  proof.seal = std::move(entry.seal);
  return proof;
}

namespace {

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

/// What the parties are called that the signers act for, and the one that a gateway sealed for.
Result<std::set<std::uint64_t>> namings_of(const Teller& teller, const Receipt& receipt) {
  std::set<std::string, std::less<>> acting{receipt.of.seal.on_behalf_of};
  for (const ProvenRecord& signer : receipt.signers) {
    acting.emplace(signer.record.find("event")->text("nianlun:party"));
  }
  std::set<std::uint64_t> found;
  for (const std::string& uri : acting) {
    TRY_ASSIGN(const auto party, find_party(teller.state(), uri));
    const bool is_covered = party && party->enrolled < receipt.size;
    if (is_covered && !receipt.signers.empty()) found.insert(party->enrolled);
  }
  return found;
}

/// The checkpoint of the note, if it covers the record.
Result<Checkpoint> covering(const Reading& reading, const KeptRecord& record,
                            std::string_view checkpoint) {
  TRY_ASSIGN(const Note note, parse_note(checkpoint));
  TRY_ASSIGN(Checkpoint head, parse_checkpoint(note.text));
  if (record.index >= head.size || head.size > reading.size()) {
    return fail(ErrorCode::kBusy, "trace.not-covered", {{"index", std::to_string(record.index)}});
  }
  return head;
}

}  // namespace

Result<std::string> disclosure_of(const Reading& reading, std::uint64_t index,
                                  std::string_view digest, const Viewer& viewer) {
  TRY_ASSIGN(const StoredRecord stored, reading.record(index));
  TRY_ASSIGN(const Teller teller, Teller::make(reading, viewer));
  TRY_ASSIGN(auto values, teller.private_values_of(stored));
  const auto told = std::ranges::find(values, digest, &ToldValue::digest);
  const Arguments where = {{"index", std::to_string(index)}};
  if (told == values.end()) return fail(ErrorCode::kNotFound, "trace.no-such-value", where);
  switch (told->fate) {
    case ToldValue::Fate::kShown:
      return std::move(told->value.disclosure);
    case ToldValue::Fate::kWithheld:
      return fail(ErrorCode::kForbidden, "trace.value-withheld", where);
    case ToldValue::Fate::kErased:
      return fail(ErrorCode::kNotFound, "trace.value-erased", where);
    default:
      return fail(ErrorCode::kNotFound, "trace.value-unsent", where);
  }
}

Result<ProofFile> make_proof_file(const Reading& reading, std::uint64_t index,
                                  std::string_view checkpoint) {
  TRY_ASSIGN(const KeptRecord kept, reading.kept(index));
  TRY_ASSIGN(const Checkpoint head, covering(reading, kept, checkpoint));
  ProofFile proof;
  proof.index = index;
  TRY_ASSIGN(proof.path, reading.inclusion(index, head.size));
  proof.checkpoint = checkpoint;
  return proof;
}

Result<Receipt> make_receipt(const Reading& reading, std::uint64_t index,
                             std::string_view checkpoint, const Viewer& viewer) {
  TRY_ASSIGN(KeptRecord kept, reading.kept(index));
  TRY_ASSIGN(const Checkpoint head, covering(reading, kept, checkpoint));
  TRY_ASSIGN(const StoredRecord stored, parsed(std::move(kept)));
  TRY_ASSIGN(const Teller teller, Teller::make(reading, viewer));
  Receipt receipt;
  receipt.origin = head.origin;
  TRY_ASSIGN(const KeptRecord genesis, reading.kept(0));
  receipt.genesis = genesis.hash;
  receipt.suite = teller.genesis().suite;
  receipt.size = head.size;
  receipt.checkpoint = checkpoint;
  TRY_ASSIGN(receipt.of, prove_record(reading, index, head.size));
  for (const std::string& did : receipt.of.seal.signers) {
    TRY_ASSIGN(const auto enrolment, enrolment_of(teller, did));
    if (!enrolment) continue;  // a refused event of a key that nobody enrolled
    TRY_ASSIGN(ProvenRecord signer, prove_record(reading, *enrolment, head.size));
    receipt.signers.push_back(std::move(signer));
  }
  TRY_ASSIGN(const auto enrollers, enrollers_of(teller, receipt));
  for (const std::uint64_t enroller : enrollers) {
    TRY_ASSIGN(ProvenRecord enrolment, prove_record(reading, enroller, head.size));
    receipt.enrolments.push_back(std::move(enrolment));
  }
  TRY_ASSIGN(const auto namings, namings_of(teller, receipt));
  for (const std::uint64_t naming : namings) {
    TRY_ASSIGN(ProvenRecord party, prove_record(reading, naming, head.size));
    receipt.parties.push_back(std::move(party));
  }
  TRY_ASSIGN(receipt.disclosures, teller.disclosures_of(stored));
  return receipt;
}

}  // namespace nianlun
