#pragma once

// Who enrolled the signers of a receipt, back to the authority: docs/formats.md, section 8.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/record.h"
#include "ledger/result.h"
#include "ledger/seal.h"

namespace nianlun {

/// A record of a receipt that was proven to be in the log, with its seal.
struct CheckedRecord {
  std::uint64_t index = 0;
  Record record;
  Seal seal;
};

/// Whether a record is the genesis of this ledger, signed by enough of its own authority keys.
bool is_genesis(const CheckedRecord& checked, std::string_view origin);
/// Whether a seal has the signatures of enough authority keys of the genesis event.
bool by_authority(const Seal& seal, const Json& genesis);

/// The party that a record enrols the key for ("" for the keys of the genesis), or nothing if the
/// record does not enrol that key.
std::optional<std::string> enrols(const CheckedRecord& checked, std::string_view did,
                                  std::string_view origin);

/// For each of the signers' enrolments, the key of the registrar who enrolled them; "" for the
/// authority, and for the genesis itself. `others` are the further records of the receipt.
/// kCorrupted  an enrolment was sealed by nobody who may, or a further record leads nowhere
Result<std::vector<std::string>> enrolled_by(std::span<const CheckedRecord> signers,
                                             std::span<const CheckedRecord> others,
                                             std::string_view origin);

/// What `parties` call the parties that somebody acts for: the signers, by their enrolments, and
/// whoever a gateway sealed for, which may be "".
/// kCorrupted  one of them was sealed by nobody who may, or names a party that nobody acts for
Result<std::map<std::string, Json>> names_in(std::span<const CheckedRecord> parties,
                                             std::span<const CheckedRecord> signers,
                                             std::span<const CheckedRecord> others,
                                             const std::string& on_behalf_of,
                                             std::string_view origin);

}  // namespace nianlun
