#include "erasure.h"

#include "state_keys.h"
#include "try.h"

namespace nianlun {

Result<std::uint64_t> erase_recorded(Ledger& ledger, Vault& vault,
                                     const std::vector<std::string>& digests, Admission record) {
  TRY(vault.plan_erasure(digests, record.seal.hash));
  TRY_ASSIGN(const CaptureResult result, ledger.submit_and_wait(std::move(record)));
  const EventResult& event = result.events.front();
  if (event.verdict.outcome != Outcome::kAccepted) {
    TRY(vault.drop_plan());
    return fail(ErrorCode::kForbidden, "erase.not-accepted",
                {{"index", std::to_string(event.index)}});
  }
  TRY(vault.carry_out());
  TRY(vault.rewrite());
  return event.index;
}

Result<void> resume_erasure(Vault& vault, const Reading& reading) {
  TRY_ASSIGN(const auto seal, vault.planned());
  std::optional<Buffer> recorded;
  if (seal) {
    TRY_ASSIGN(recorded, reading.state().get(seal_key(*seal)));
  }
  bool accepted = false;
  if (recorded) {
    TRY_ASSIGN(const SealRecords records, decode_seal_records(*recorded));
    TRY_ASSIGN(const StoredRecord stored, reading.record(records.first));
    accepted = stored.record.verdict.outcome == Outcome::kAccepted;
  }
  if (accepted) {
    TRY(vault.carry_out());
  } else {
    TRY(vault.drop_plan());
  }
  return vault.rewrite();
}

}  // namespace nianlun
