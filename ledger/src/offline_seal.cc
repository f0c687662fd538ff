#include "offline_seal.h"

#include "ledger/device.h"
#include "ledger/encoding.h"
#include "ledger/random.h"
#include "ledger/seal.h"
#include "profile_book.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {

Result<SealPlace> next_place(const Reading& reading, const std::string& did) {
  SealPlace place;
  TRY_ASSIGN(const auto book, reading.book());
  place.suite = book->genesis().suite;
  const Buffer last = sequence_key(did, ~std::uint64_t{0});
  TRY(reading.state().scan(sequence_key(did, 0), last, StateView::Order::kDescending,
                           [&](Bytes key, Bytes) {
                             place.sequence = read_be64(key.substr(key.size() - 8)) + 1;
                             return false;
                           }));
  return place;
}

Result<Admission> sealed_offline(std::vector<CaptureEvent> events, const std::string& ledger,
                                 const std::vector<PrivateKey>& keys, const SealPlace& place,
                                 std::int64_t time_ms) {
  SealDraft draft;
  draft.suite = place.suite;
  draft.ledger = ledger;
  draft.leaves = leaves_of(events);
  draft.sequence = place.sequence;
  draft.previous = place.previous;
  draft.sealed_at_ms = time_ms;
  draft.boot = boot_id();
  draft.monotonic_ms = monotonic_ms();
  std::vector<const PrivateKey*> signers;
  for (const PrivateKey& key : keys) signers.push_back(&key);
  TRY_ASSIGN(const Json seal, make_seal(draft, signers));
  Admission admission;
  admission.time_ms = time_ms;
  TRY_ASSIGN(admission.seal, parse_seal(seal, place.suite));
  for (CaptureEvent& event : events) {
    admission.events.push_back({std::move(event), base64url(fresh_octets(16)), {}});
  }
  return admission;
}

}  // namespace nianlun
