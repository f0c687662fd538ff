#include <algorithm>
#include <map>

#include "ledger/disclosure.h"
#include "ledger/encoding.h"
#include "ledger/entry_proof.h"
#include "ledger/private_values.h"
#include "ledger/proof.h"
#include "ledger/receipt.h"
#include "receipt_chain.h"
#include "try.h"

namespace nianlun {
namespace {

/// What a record must lead to: the ledger it is of, and the root that the log signed.
struct Anchor {
  Suite suite = Suite::kSha256;
  std::string origin;
  Hash genesis;
  std::uint64_t size = 0;
  Hash root;
};

Unexpected broken(std::string_view message, std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, message, {{"index", std::to_string(index)}});
}

Unexpected other(std::string_view member) {
  return fail(ErrorCode::kCorrupted, "receipt.other-checkpoint", {{"member", std::string(member)}});
}

/// What the log signed under its own name must be what the receipt says.
Result<Anchor> anchor_of(const Receipt& receipt, const Checkpoint& head) {
  if (head.origin != receipt.origin) return other("origin");
  if (head.size != receipt.size) return other("size");
  return Anchor{receipt.suite, head.origin, receipt.genesis, head.size, head.root};
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

/// Everything that proves one record, from the event up to the log's root.
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

/// The enrolment of each signer, and what it says of the party: `checked` gets the records. Only a
/// refused event may have a signer whom nobody enrolled: that may be why it was refused.
Result<std::vector<std::optional<std::string>>> parties_of(const Receipt& receipt,
                                                           const CheckedRecord& of,
                                                           const Anchor& anchor,
                                                           std::vector<CheckedRecord>& checked) {
  std::vector<std::optional<std::string>> parties;
  auto next = receipt.signers.begin();
  for (const std::string& did : of.seal.signers) {
    std::optional<std::string> party;
    if (next != receipt.signers.end()) {
      // A key signs after its enrolment; only the genesis is signed by keys that it names itself.
      if (next->index > of.index || (next->index == of.index && next->index > 0)) {
        return broken("receipt.enrolled-later", next->index);
      }
      TRY_ASSIGN(CheckedRecord enrolment, check_proven(*next, anchor));
      party = enrols(enrolment, did, anchor.origin);
      if (party) checked.push_back(std::move(enrolment));
    }
    if (party) {
      ++next;
    } else if (of.record.verdict.outcome != Outcome::kRefused) {
      return fail(ErrorCode::kCorrupted, "receipt.not-enrolled", {{"key", did}});
    }
    parties.push_back(std::move(party));
  }
  if (next != receipt.signers.end()) return broken("receipt.enrolment-of-nobody", next->index);
  return parties;
}

Result<std::vector<CheckedRecord>> check_all(const std::vector<ProvenRecord>& given,
                                             const Anchor& anchor) {
  std::vector<CheckedRecord> all;
  for (const ProvenRecord& one : given) {
    TRY_ASSIGN(CheckedRecord checked, check_proven(one, anchor));
    all.push_back(std::move(checked));
  }
  return all;
}

/// Who signed, for whom, and who enrolled him.
Result<void> tell_signers(const Receipt& receipt, const CheckedRecord& of, const Anchor& anchor,
                          ReceiptFacts& facts) {
  std::vector<CheckedRecord> signers;
  TRY_ASSIGN(const auto parties, parties_of(receipt, of, anchor, signers));
  TRY_ASSIGN(const auto others, check_all(receipt.enrolments, anchor));
  TRY_ASSIGN(const auto enrollers, enrolled_by(signers, others, anchor.origin));
  TRY_ASSIGN(const auto named, check_all(receipt.parties, anchor));
  TRY_ASSIGN(const auto names,
             names_in(named, signers, others, of.seal.on_behalf_of, anchor.origin));
  const auto name_of = [&](const std::string& party) {
    const auto found = names.find(party);
    return found == names.end() ? Json() : found->second;
  };
  auto next = enrollers.begin();
  for (const std::optional<std::string>& party : parties) {
    facts.parties.push_back(party.value_or(""));
    facts.names.push_back(name_of(party.value_or("")));
    facts.enrolled_by.push_back(party ? std::optional(*next++) : std::nullopt);
  }
  facts.signers = of.seal.signers;
  facts.on_behalf_of = of.seal.on_behalf_of;
  facts.on_behalf_of_name = name_of(of.seal.on_behalf_of);
  return {};
}

Result<Json> disclosed(const Json& event, const std::vector<std::string>& disclosures,
                       Suite suite) {
  const auto wrong = [](const std::string& digest) {
    return fail(ErrorCode::kCorrupted, "receipt.disclosure-of-nothing", {{"digest", digest}});
  };
  std::map<std::string, std::string, std::less<>> by_digest;
  std::vector<std::string> digests;
  if (event.is_object()) digests = digests_of(event);
  auto after = digests.begin();  // in the order of their digests, so that a receipt has one form
  for (const std::string& encoded : disclosures) {
    std::string digest = disclosure_digest(encoded, suite);
    const auto found = std::find(after, digests.end(), digest);
    if (found == digests.end()) return wrong(digest);
    after = found + 1;
    by_digest.emplace(std::move(digest), encoded);
  }
  if (by_digest.empty()) return event;
  return merge_private(event, [&](std::string_view digest) -> std::optional<std::string> {
    const auto found = by_digest.find(digest);
    return found == by_digest.end() ? std::nullopt : std::optional(found->second);
  });
}

}  // namespace

Result<ReceiptFacts> verify_receipt(const Receipt& receipt, std::span<const NoteVerifier> keys) {
  TRY_ASSIGN(TrustedCheckpoint trusted, open_checkpoint(receipt.checkpoint, keys));
  TRY_ASSIGN(const Anchor anchor, anchor_of(receipt, trusted.head));
  TRY_ASSIGN(const CheckedRecord of, check_proven(receipt.of, anchor));
  const Record& record = of.record;
  ReceiptFacts facts;
  TRY(tell_signers(receipt, of, anchor, facts));
  TRY_ASSIGN(facts.event, disclosed(record.event, receipt.disclosures, anchor.suite));
  facts.index = receipt.of.index;
  facts.record_time_ms = record.time_ms;
  facts.verdict = record.verdict;
  facts.size = anchor.size;
  facts.cosigned = std::move(trusted.cosigned);
  return facts;
}

}  // namespace nianlun
