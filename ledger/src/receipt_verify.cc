#include "ledger/encoding.h"
#include "ledger/entry_proof.h"
#include "ledger/private_values.h"
#include "ledger/proof.h"
#include "ledger/receipt.h"
#include "ledger/rotation.h"
#include "receipt_chain.h"
#include "receipt_record.h"
#include "try.h"

namespace nianlun {
namespace {

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

}  // namespace

Result<ReceiptFacts> verify_receipt(const Receipt& receipt, const TrustedKeys& keys) {
  TRY_ASSIGN(const TrustedKeys known, follow_rotations(keys, receipt.rotations, receipt.genesis));
  TRY_ASSIGN(TrustedCheckpoint trusted, open_checkpoint(receipt.checkpoint, known));
  TRY_ASSIGN(const Anchor anchor, anchor_of(receipt, trusted.head));
  TRY_ASSIGN(const CheckedRecord of, check_proven(receipt.of, anchor));
  const Record& record = of.record;
  ReceiptFacts facts;
  TRY(tell_signers(receipt, of, anchor, facts));
  TRY_ASSIGN(facts.event, merge_disclosures(record.event, receipt.disclosures, anchor.suite));
  facts.index = receipt.of.index;
  facts.record_time_ms = record.time_ms;
  facts.verdict = record.verdict;
  facts.size = anchor.size;
  facts.cosigned = std::move(trusted.cosigned);
  return facts;
}

}  // namespace nianlun
