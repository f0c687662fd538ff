#include "short_seal.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "ledger/ledger_fixture.h"
#include "seal_entry.h"

namespace nianlun::testing {
namespace {

constexpr std::uint64_t kBase = 7;     // index of the entry in long form
constexpr std::uint64_t kFirst = 300;  // and of the one that is short
constexpr std::uint64_t kPrevious = 250;

PrivateKey device_key() {
  return PrivateKey::from_seed(KeyType::kP256, std::string(32, 'd')).value();
}

SealEntry entry_of(const SealDraft& draft, bool rollback = true) {
  const PrivateKey device = device_key();
  const PrivateKey second = gateway_key();
  const PrivateKey* keys[] = {&device, &second};
  const Seal seal = parse_seal(make_seal(draft, keys).value()).value();
  return {.seal = seal, .rollback = rollback, .subtrees = subtrees_of(draft.leaves, draft.suite)};
}

SealDraft draft_of(std::uint64_t sequence, std::uint64_t events) {
  SealDraft draft;
  draft.ledger = kOrigin + "#test";
  for (std::uint64_t n = 0; n < events; ++n) {
    draft.leaves.push_back(sha256("event " + std::to_string(sequence) + "/" + std::to_string(n)));
  }
  draft.sequence = sequence;
  draft.sealed_at_ms = kGenesisMs + static_cast<std::int64_t>(sequence) * 1000;
  draft.boot = "boot";
  return draft;
}

FirstRecord first_of(const SealDraft& draft) {
  return {.index = kFirst, .time_ms = draft.sealed_at_ms + 2500, .event_hash = draft.leaves[0]};
}

/// As a reader that holds the base and the seal before finds them.
SealLookup lookup_of(const SealEntry& base, const Hash& previous) {
  return {.entry = [&base](std::uint64_t index) -> Result<std::shared_ptr<const SealEntry>> {
            if (index != kBase) return fail(ErrorCode::kCorrupted, "log.damaged-packing");
            return std::make_shared<const SealEntry>(base);
          },
          .seal = [previous](std::uint64_t index) -> Result<Hash> {
            if (index != kPrevious) return fail(ErrorCode::kCorrupted, "log.damaged-packing");
            return previous;
          }};
}

bool is_same(const Result<SealEntry>& read, const SealEntry& entry) {
  return read && read->seal.hash == entry.seal.hash &&
         read->seal.proofs_hash == entry.seal.proofs_hash && read->rollback == entry.rollback &&
         read->subtrees == entry.subtrees;
}

std::vector<SealDraft> drafts() {
  std::vector<SealDraft> all = {draft_of(2, 1), draft_of(3, 3), draft_of(4, 600), draft_of(5, 1)};
  all[1].after = TreeHead{.size = 12'345, .root = sha256("root")};
  all[1].previous = sha256("before");
  all[2].server_ms = all[2].sealed_at_ms - 90'000;
  all[2].monotonic_ms = 86'400'000;
  all[3].sealed_at_ms = kGenesisMs + 3'600'000;  // after the record: a clock that is ahead
  return all;
}

}  // namespace

TEST_CASE("a short entry yields the same seal and proofs, to the octet") {
  const SealEntry base = entry_of(draft_of(1, 1));
  for (const SealDraft& draft : drafts()) {
    CAPTURE(draft.sequence);
    const SealEntry entry = entry_of(draft, draft.sequence % 2 == 0);
    REQUIRE(common_of(entry.seal) == common_of(base.seal));
    for (const bool known : {false, true}) {
      const auto previous = known && draft.previous ? std::optional(kPrevious) : std::nullopt;
      const FirstRecord first = first_of(draft);
      const Buffer bytes = encode_short(entry, first, kBase, previous);
      if (draft.leaves.size() == 1) CHECK(bytes.size() < 140);  // 128 of them signatures
      CHECK(is_same(decode_short(bytes, first, lookup_of(base, sha256("before"))), entry));
    }
  }
}

TEST_CASE("a gateway's entry is short too, and has no place for what only devices say") {
  SealDraft draft = draft_of(0, 1);
  draft.on_behalf_of = "https://id.example.org/party/1";
  const SealEntry base = entry_of(draft);
  draft.leaves = {sha256("another")};
  const SealEntry entry = entry_of(draft);
  Buffer bytes = encode_short(entry, first_of(draft), kBase, std::nullopt);
  CHECK(is_same(decode_short(bytes, first_of(draft), lookup_of(base, {})), entry));
  bytes[1] |= 16;  // a checkpoint
  CHECK_FALSE(decode_short(bytes, first_of(draft), lookup_of(base, {})));
}

TEST_CASE("a short entry with one bit flipped, cut or longer is another, or none") {
  const SealEntry base = entry_of(draft_of(1, 1));
  for (const SealDraft& draft : drafts()) {
    CAPTURE(draft.sequence);
    const SealEntry entry = entry_of(draft);
    const FirstRecord first = first_of(draft);
    const SealLookup lookup = lookup_of(base, sha256("before"));
    const Buffer bytes = encode_short(entry, first, kBase, std::nullopt);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      CAPTURE(bit);
      Buffer changed = bytes;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      const auto read = decode_short(changed, first, lookup);
      // The subtrees are stored beside no root, so that another one is another root.
      CHECK_FALSE(is_same(read, entry));
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_FALSE(decode_short(Bytes(bytes).substr(0, size), first, lookup));
    }
    CHECK_FALSE(decode_short(bytes + '\0', first, lookup));
  }
}

TEST_CASE("what a device says once more is common to its seals, and anything else is not") {
  const Seal seal = entry_of(draft_of(1, 1)).seal;
  SealDraft other = draft_of(9, 4);
  CHECK(common_of(entry_of(other).seal) == common_of(seal));
  other.boot = "later";
  CHECK(common_of(entry_of(other).seal) != common_of(seal));
  other = draft_of(9, 4);
  other.ledger = kOrigin + "#other";
  CHECK(common_of(entry_of(other).seal) != common_of(seal));
  Seal dated = seal;  // a proof that was made at another time than the seal says
  dated.proofs[0].set("created", "2026-01-01T00:00:09.000Z");
  CHECK_FALSE(common_of(dated));
}

}  // namespace nianlun::testing
