#pragma once

// Where private values belong: to the event that they came in with.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/admission.h"
#include "ledger/ledger.h"
#include "ledger/private_value.h"
#include "profile_book.h"

namespace nianlun {

/// Finds the event of each disclosure, its profile and its path there. Any thread.
Result<std::vector<PrivateValue>> placed(const Admission& admission,
                                         const std::vector<std::string>& disclosures,
                                         const Reading& reading);

/// The record that tells of the event which a value came in with; nothing if there is none.
Result<std::optional<std::uint64_t>> record_index_of(const StateView& state,
                                                     const PrivateValue& value);
/// The same record, if its event was not refused and still has the digest.
Result<std::optional<StoredRecord>> record_of(const Reading& reading, const PrivateValue& value,
                                              std::string_view digest);

/// What the newest version of a profile says of a private member; nullptr: nothing.
const Profile::PrivateMember* private_member(const ProfileBook& book, std::string_view profile,
                                             std::string_view member);

}  // namespace nianlun
