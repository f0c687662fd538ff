#pragma once

// What `ledger verify` found to hold, and how it says so.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/note.h"
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
  std::string quorum;  ///< of the policy, which is reached; "": there is no policy
};

/// Verifies a receipt of any form. `record` and the ledger's `suite` are used by the lean forms
/// only: ours holds the genesis. Errors are those of entry_proof.h; kNotFound  the form needs a
/// record, and there is none
Result<Verified> verify_any(Bytes content, const std::optional<Buffer>& record,
                            std::span<const NoteVerifier> keys, Suite suite = Suite::kSha256);

/// In plain words, line by line: what was proved, by whom and when, and what was not.
std::vector<std::string> words_of(const Verified& verified, std::string_view language);
Json json_of(const Verified& verified);

}  // namespace nianlun
