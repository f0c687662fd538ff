#include "short_seal.h"

#include <algorithm>
#include <cassert>

#include "leb128.h"
#include "ledger/encoding.h"
#include "ledger/merkle.h"
#include "ledger/time.h"
#include "seal_entry.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kSignatureBytes = 64;

// Flags.
constexpr std::uint64_t kRollback = 1;
constexpr std::uint64_t kRootFollows = 2;  ///< it is not that of the one event, or of the subtrees
constexpr std::uint64_t kPreviousIndex = 4;
constexpr std::uint64_t kPreviousHash = 8;
constexpr std::uint64_t kAfter = 16;
constexpr std::uint64_t kServerTime = 32;
constexpr std::uint64_t kFlagsEnd = 64;
constexpr std::uint64_t kOfDevices = kPreviousIndex | kPreviousHash | kAfter | kServerTime;

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "log.damaged-packing"); }

std::uint64_t bits(std::int64_t time_ms) { return static_cast<std::uint64_t>(time_ms); }

/// The root that need not be stored.
std::optional<Hash> implied_root(std::uint64_t count, const FirstRecord& first,
                                 const std::vector<Hash>& subtrees) {
  if (count == 1) return first.event_hash;
  if (!subtrees.empty()) return root_of(subtrees);
  return std::nullopt;
}

/// The octets of a proof's signature, if they and `created` are all that it says anew.
std::optional<Buffer> signature_of(const Json& proof, std::string_view sealed_at) {
  const std::string_view value = proof.text("proofValue");
  if (proof.text("created") != sealed_at || !value.starts_with('z')) return std::nullopt;
  auto octets = from_base58(value.substr(1));
  if (!octets || octets->size() != kSignatureBytes) return std::nullopt;
  return *std::move(octets);
}

void append_members(Buffer& out, const Json& object, std::initializer_list<std::string_view> but) {
  for (const Json::Member& member : object.object()) {
    if (std::ranges::find(but, member.name) != but.end()) continue;
    append_json_string(out, member.name);
    out += member.value.dump();
  }
  out += '\n';
}

Result<Hash> hash_in(NumberReader& in) { return Hash::from(in.octets(sizeof(Hash))); }

Result<std::int64_t> time_in(NumberReader& in, std::int64_t from) {
  const auto time_ms = static_cast<std::int64_t>(in.difference(bits(from)));
  if (time_ms < kDateTimeMsMin || time_ms > kDateTimeMsMax) return damaged();
  return time_ms;
}

/// What a device's seal says of its place in the device's sequence and of its clock.
Result<void> read_place(NumberReader& in, std::uint64_t flags, const FirstRecord& first,
                        std::int64_t sealed_at, const SealLookup& lookup, Json& json) {
  json.set("sequence", in.number());
  Json previous;
  if ((flags & kPreviousIndex) != 0) {
    const std::uint64_t back = in.number();
    if (back == 0 || back > first.index) return damaged();
    TRY_ASSIGN(const Hash hash, lookup.seal(first.index - back));
    previous = hex(hash);
  } else if ((flags & kPreviousHash) != 0) {
    TRY_ASSIGN(const Hash hash, hash_in(in));
    previous = hex(hash);
  }
  Json after;
  if ((flags & kAfter) != 0) {
    after.set("size", in.number());
    TRY_ASSIGN(const Hash root, hash_in(in));
    after.set("root", hex(root));
  }
  Json* clock = json.find("clock");
  clock->set("monotonic", in.number());
  Json server;
  if ((flags & kServerTime) != 0) {
    TRY_ASSIGN(const std::int64_t server_ms, time_in(in, sealed_at));
    server = date_time(server_ms);
  }
  clock->set("server", std::move(server));
  json.set("previous", std::move(previous)).set("after", std::move(after));
  return {};
}

void append_place(Buffer& out, const Seal& seal, const FirstRecord& first,
                  std::optional<std::uint64_t> previous) {
  append_number(out, *seal.sequence);
  if (previous) {
    append_number(out, first.index - *previous);
  } else if (seal.previous) {
    out += seal.previous->view();
  }
  if (seal.after) {
    append_number(out, seal.after->size);
    out += seal.after->root.view();
  }
  const Json& clock = *seal.json.find("clock");
  append_number(out, static_cast<std::uint64_t>(clock.integer("monotonic").value()));
  const auto server = parse_date_time(clock.text("server"));
  if (server) append_difference(out, bits(*server), bits(seal.sealed_at_ms));
}

std::uint64_t flags_of(const SealEntry& entry, const FirstRecord& first, bool previous) {
  const Seal& seal = entry.seal;
  const bool root = implied_root(seal.count, first, entry.subtrees) != seal.root;
  const Json* clock = seal.json.find("clock");
  const bool server = clock != nullptr && !clock->find("server")->is_null();
  return (entry.rollback ? kRollback : 0) | (root ? kRootFollows : 0) |
         (previous ? kPreviousIndex : (seal.previous ? kPreviousHash : 0)) |
         (seal.after ? kAfter : 0) | (server ? kServerTime : 0);
}

}  // namespace

std::optional<Hash> common_of(const Seal& seal) {
  const std::string sealed_at = date_time(seal.sealed_at_ms);
  Buffer common;
  append_members(common, seal.json,
                 {"after", "clock", "count", "previous", "root", "sealedAt", "sequence"});
  if (const Json* clock = seal.json.find("clock")) {
    append_members(common, *clock, {"monotonic", "server"});
  }
  for (const Json& proof : seal.proofs) {
    if (!signature_of(proof, sealed_at)) return std::nullopt;
    append_members(common, proof, {"created", "proofValue"});
  }
  return sha256(common);
}

Buffer encode_short(const SealEntry& entry, const FirstRecord& first, std::uint64_t base,
                    std::optional<std::uint64_t> previous) {
  const Seal& seal = entry.seal;
  const std::uint64_t flags = flags_of(entry, first, previous.has_value());
  Buffer out(1, kShortSeal);
  append_number(out, flags);
  append_number(out, first.index - base);
  append_number(out, seal.count);
  append_difference(out, bits(seal.sealed_at_ms), bits(first.time_ms));
  if (seal.sequence) append_place(out, seal, first, previous);
  if ((flags & kRootFollows) != 0) out += seal.root.view();
  for (const Hash& subtree : entry.subtrees) out += subtree.view();
  const std::string sealed_at = date_time(seal.sealed_at_ms);
  for (const Json& proof : seal.proofs) {
    const auto signature = signature_of(proof, sealed_at);
    assert(signature);  // else it has no short form
    out += *signature;
  }
  return out;
}

Result<SealEntry> decode_short(Bytes bytes, const FirstRecord& first, const SealLookup& lookup) {
  if (!bytes.starts_with(kShortSeal)) return damaged();
  NumberReader in(bytes.substr(1));
  const std::uint64_t flags = in.number();
  const std::uint64_t back = in.number();
  if (!in.ok() || flags >= kFlagsEnd || back == 0 || back > first.index) return damaged();
  TRY_ASSIGN(const auto base, lookup.entry(first.index - back));
  Json json = base->seal.json;
  SealEntry entry;
  entry.rollback = (flags & kRollback) != 0;
  const std::uint64_t count = in.number();
  TRY_ASSIGN(const std::int64_t sealed_ms, time_in(in, first.time_ms));
  if (base->seal.sequence) {
    TRY(read_place(in, flags, first, sealed_ms, lookup, json));
  } else if ((flags & kOfDevices) != 0) {
    return damaged();
  }
  std::optional<Hash> root;
  if ((flags & kRootFollows) != 0) {
    TRY_ASSIGN(root, hash_in(in));
  }
  if (count > kSubtreeEvents && count <= kCaptureEventsMax) {
    for (std::uint64_t at = 0; at < count; at += kSubtreeEvents) {
      TRY_ASSIGN(const Hash subtree, hash_in(in));
      entry.subtrees.push_back(subtree);
    }
  }
  if (!root) root = implied_root(count, first, entry.subtrees);
  if (!root) return damaged();
  const std::string sealed_at = date_time(sealed_ms);
  json.set("count", count).set("root", hex(*root)).set("sealedAt", sealed_at);
  Json::Array proofs = base->seal.proofs;
  for (Json& proof : proofs) {
    proof.set("created", sealed_at);
    proof.set("proofValue", "z" + base58(in.octets(kSignatureBytes)));
  }
  if (!in.done()) return damaged();
  auto seal = parse_seal(std::move(json), std::move(proofs));
  if (!seal) return damaged();
  entry.seal = *std::move(seal);
  return entry;
}

}  // namespace nianlun
