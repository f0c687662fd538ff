#pragma once

// What a seal's `after` says about its device: docs/formats.md, section 4.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/seal.h"

namespace nianlun {

/// How far a device's clock may be off before its events are in question.
inline constexpr std::int64_t kClockOffMs = 5 * 60 * 1000;

inline constexpr std::string_view kHistoryGuard = "history";
inline constexpr std::string_view kTimeGuard = "time";

/// The guards that every event under the seal breaks: kHistoryGuard if the device saw a checkpoint
/// that is none of this log's, kTimeGuard if its clock was behind the records that it had seen.
Result<std::vector<std::string>> broken_by_after(const Seal& seal, const Reading& reading,
                                                 const std::string& identity);

}  // namespace nianlun
