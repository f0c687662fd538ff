#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "ledger/machine.h"

namespace nianlun::testing {

/// A machine that takes every event once, refuses those that ask for it, and keeps a few keys: for
/// tests of what lies beneath it.
class PlainMachine final : public Machine {
 public:
  Result<CaptureResult> admit(const Admission& admission, std::uint64_t size, StateOverlay& state,
                              std::vector<NewRecord>& records) override {
    std::vector<NewRecord> added;
    CaptureResult result{.seal = admission.seal.hash, .events = {}, .repeated = false};
    const auto known = state.get(seal_key(admission.seal.hash));
    if (!known) return Unexpected{known.error()};
    if (*known) {
      const std::uint64_t first = std::stoull(**known);
      for (std::uint64_t i = 0; i < admission.events.size(); ++i) {
        result.events.push_back({.index = first + i, .verdict = {}, .duplicate = false});
      }
      result.repeated = true;
      return result;
    }
    state.begin_trial();
    for (std::size_t i = 0; i < admission.events.size(); ++i) {
      const AdmissionEvent& event = admission.events[i];
      NewRecord made;
      made.record.event = event.event.event;
      made.record.event_hash = event.event.hash;
      made.record.seal = admission.seal.hash;
      made.record.proofs = admission.seal.proofs_hash;
      made.record.position = i;
      made.record.time_ms = admission.time_ms;
      made.record.salt = event.salt;
      if (event.event.event.find("test:refuse") != nullptr) {
        made.record.verdict.outcome = Outcome::kRefused;
        made.record.event = Json();
      }
      made.bytes = record_bytes(made.record, event.event.bytes);
      const std::uint64_t index = size + i;
      if (auto folded = fold(index, made.record, admission.seal, state); !folded) {
        state.roll_back();
        state.end_trial();
        return Unexpected{folded.error()};
      }
      result.events.push_back({.index = index, .verdict = made.record.verdict, .duplicate = false});
      added.push_back(std::move(made));
    }
    state.end_trial();
    records.insert(records.end(), std::move_iterator(added.begin()),
                   std::move_iterator(added.end()));
    return result;
  }

  Result<void> fold(std::uint64_t index, const Record& record, const Seal& seal,
                    StateOverlay& state) override {
    state.put("e" + Buffer(record.event_hash.view()), std::to_string(index));
    state.put("last", std::to_string(index));
    const auto known = state.get(seal_key(seal.hash));
    if (!known) return Unexpected{known.error()};
    if (!*known) state.put(seal_key(seal.hash), std::to_string(index));
    return {};
  }

 private:
  static Buffer seal_key(const Hash& seal) { return "s" + Buffer(seal.view()); }
};

inline std::unique_ptr<Machine> plain_machine() { return std::make_unique<PlainMachine>(); }

}  // namespace nianlun::testing
