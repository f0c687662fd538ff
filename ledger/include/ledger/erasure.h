#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ledger/admission.h"
#include "ledger/ledger.h"
#include "ledger/result.h"

namespace nianlun {

/// Which private values are to be erased: by exactly one of these.
struct ErasureRequest {
  std::string event_id = {};
  std::optional<std::uint64_t> record = {};
  /// What a member that the profile declares `subject` holds: all private values of the events that
  /// name it.
  std::string subject = {};
  /// All values whose retention ended before that moment, by the profiles' newest versions; with
  /// them those that no record tells of.
  std::optional<std::int64_t> ended_before_ms = {};
};

struct Erasable {
  std::vector<std::string> digests;
  std::uint64_t events = 0;
};

/// Finds them; `progress` gets the values looked at.
/// kNotFound  there is no such event or record
Result<Erasable> find_erasable(const Reading& reading, const ErasureRequest& request,
                               const std::function<void(std::uint64_t)>& progress);

/// Until when an event's private values are to be kept; nothing if its profile does not say.
Result<std::optional<std::int64_t>> retention_end(const Reading& reading,
                                                  const StoredRecord& stored,
                                                  std::string_view profile);

}  // namespace nianlun
