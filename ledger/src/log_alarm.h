#pragma once

// Says that a log was caught, and keeps what proves it.

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/json.h"
#include "log_watch.h"

namespace nianlun {

/// docs/formats.md, section 12.
Json evidence_json(const Alarm& alarm, std::string_view url, std::string_view vkey,
                   std::int64_t found_ms);

struct AlarmContext {
  std::string_view language;
  std::string url;            ///< of the log
  std::string vkey;           ///< the log's key
  std::string evidence_base;  ///< the evidence lies at `<base>.evidence-<hash>.json`
  std::int64_t now_ms = 0;
};
/// Writes the evidence, and says where it is, what happened, what it means and whom to tell. The
/// same alarm again has the same file. kExitAlarm.
int sound_alarm(const Alarm& alarm, const AlarmContext& context);

}  // namespace nianlun
