#pragma once

// What `ledger verify` found to hold, and how it says so.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/disclosure.h"
#include "ledger/entry_proof.h"
#include "ledger/json.h"
#include "ledger/note.h"
#include "ledger/receipt.h"
#include "ledger/record.h"
#include "ledger/result.h"

namespace nianlun {

enum class ReceiptForm { kJson, kProofFile, kCose };
/// By the first octets; what is neither of the two lean forms has to be JSON.
ReceiptForm form_of(Bytes content);

/// Whoever signed the seal, as the receipt proves it.
struct VerifiedSigner {
  std::string key;    ///< did:key
  std::string party;  ///< "" for the authority
  Json name;          ///< of the party by language; null: the receipt does not prove one
  std::optional<std::string> enrolled_by;  ///< "" for the authority; nothing: nobody enrolled it
};
struct Verified {
  Suite suite = Suite::kSha256;  ///< of the ledger
  ReceiptForm form = ReceiptForm::kJson;
  std::string origin;
  std::uint64_t index = 0;
  std::uint64_t size = 0;
  std::int64_t record_time_ms = 0;
  Verdict verdict;
  Json event;                           ///< null for a refused event
  std::vector<VerifiedSigner> signers;  ///< of the JSON form only
  std::string on_behalf_of;             ///< the party that the ledger's gateway sealed for, else ""
  Json on_behalf_of_name;
  std::vector<VerifiedSignature> cosigned;
  std::vector<Disclosure> disclosed;  ///< what was given beside the receipt, and is in the event
  std::string quorum;                 ///< of the policy, which is reached; "": there is no policy
};

/// Verifies a receipt of the JSON form. Errors are those of verify_receipt().
Result<Verified> verify_json_receipt(const Receipt& receipt, const TrustedKeys& keys);
/// Verifies a receipt of any form. `record` and the ledger's `suite` are used by the lean forms
/// only: ours holds the genesis. Errors are those of entry_proof.h; kNotFound  the form needs a
/// record, and there is none
Result<Verified> verify_any(Bytes content, const std::optional<Buffer>& record,
                            const TrustedKeys& keys, Suite suite = Suite::kSha256);

/// Proves values that came apart from the receipt: `content` has a disclosure in each line, in the
/// order of their digests in the event. They are merged into it.
/// kInvalidArgument  no such lines, or what merge_disclosures() refuses
/// kCorrupted        one is not of this event, is there already, or stands out of order
Result<void> disclose(Bytes content, Verified& verified);

/// "disputed", "refused" or "accepted" in a language.
std::string outcome_word(std::string_view outcome, std::string_view language);
/// What people wrote, an object from language to text, in a language, else in the first there is.
std::string text_in(const Json* texts, std::string_view language);
/// Who signed the seal and for whom, a line for each.
std::vector<std::string> signer_words(const Verified& verified, std::string_view language);
/// Who cosigned the checkpoint, a line for each.
std::vector<std::string> witness_words(const Verified& verified, std::string_view language);
/// In plain words, line by line: what was proved, by whom and when, and what was not.
std::vector<std::string> words_of(const Verified& verified, std::string_view language);
Json json_of(const Verified& verified);

}  // namespace nianlun
