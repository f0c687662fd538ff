#include "ledger/rotation.h"

#include <algorithm>

#include "receipt_record.h"
#include "strict_json.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected malformed(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "rotation.malformed", {{"member", std::string(member)}});
}

constexpr StrictReader kStrict{malformed};

Unexpected broken(std::string_view what) {
  return fail(ErrorCode::kCorrupted, "rotation.broken", {{"what", std::string(what)}});
}

bool is_of(const NoteVerifier& key, std::string_view origin) {
  return key.name() == origin && key.type() == NoteKeyType::kEd25519;
}

bool is_same(const NoteVerifier& one, const NoteVerifier& other) {
  return one.vkey() == other.vkey();
}

/// The log that a rotation says it is of, by its checkpoint, which nobody has checked.
Result<std::string> origin_of(const Rotation& rotation) {
  TRY_ASSIGN(const Note note, parse_note(rotation.checkpoint));
  TRY_ASSIGN(Checkpoint head, parse_checkpoint(note.text));
  return std::move(head.origin);
}

bool is_signed_by_one_of(const Rotation& rotation, const TrustedKeys& keys) {
  return open_checkpoint(rotation.checkpoint, keys).has_value();
}

/// A record of the authority that says something of a key of the log.
Result<NoteVerifier> key_of(const CheckedRecord& checked, std::string_view type,
                            const CheckedRecord& genesis, std::string_view origin) {
  const Json& event = checked.record.event;
  if (event.text("type") != type || checked.record.verdict.outcome != Outcome::kAccepted) {
    return broken(type);
  }
  if (!by_authority(checked.seal, genesis.record.event)) return broken("authority");
  auto key = log_key_in(event, origin);
  if (!key) return broken("logKey");
  return key;
}

/// Both keys signed the checkpoint, and it ends with the record that retires the old one.
Result<TrustedKeys::Ended> check(const Rotation& rotation, const Checkpoint& head,
                                 const std::optional<Hash>& known_genesis, NoteVerifier& next) {
  TRY_ASSIGN(const std::string first, canonical(rotation.genesis.record));
  const Suite suite = rotation.genesis.seal.suite;
  const Anchor anchor{suite, head.origin, record_hash(first, suite), head.size, head.root};
  if (known_genesis && *known_genesis != anchor.genesis) return broken("genesis");
  TRY_ASSIGN(const CheckedRecord genesis, check_proven(rotation.genesis, anchor));
  if (!is_genesis(genesis, head.origin)) return broken("genesis");
  TRY_ASSIGN(const CheckedRecord adopted, check_proven(rotation.adopted, anchor));
  TRY_ASSIGN(const CheckedRecord retired, check_proven(rotation.retired, anchor));
  TRY_ASSIGN(next, key_of(adopted, "nianlun:LogKeyAdopted", genesis, head.origin));
  TRY_ASSIGN(NoteVerifier old, key_of(retired, "nianlun:LogKeyRetired", genesis, head.origin));
  if (adopted.index >= retired.index || retired.index + 1 != head.size) return broken("size");
  const NoteVerifier both[] = {old, next};
  TRY_ASSIGN(const OpenedNote opened, open_note(rotation.checkpoint, both));
  if (opened.verified.size() != 2) return broken("checkpoint");
  return TrustedKeys::Ended{std::move(old), head.size};
}

void add(std::vector<NoteVerifier>& keys, const NoteVerifier& key) {
  const auto is_it = [&](const NoteVerifier& known) { return is_same(known, key); };
  if (std::ranges::none_of(keys, is_it)) keys.push_back(key);
}

Result<void> follow(const Rotation& rotation, const std::optional<Hash>& genesis,
                    TrustedKeys& keys) {
  TRY_ASSIGN(const TrustedCheckpoint bridge, open_checkpoint(rotation.checkpoint, keys));
  NoteVerifier next = keys.keys.front();
  TRY_ASSIGN(TrustedKeys::Ended ended, check(rotation, bridge.head, genesis, next));
  // Whoever trusts neither key has no reason to begin with either.
  const auto is_one = [&](const NoteVerifier& key) {
    return is_same(key, ended.key) || is_same(key, next);
  };
  if (std::ranges::none_of(keys.keys, is_one)) return broken("checkpoint");
  add(keys.keys, ended.key);
  add(keys.keys, next);
  keys.ended.push_back(std::move(ended));
  return {};
}

Result<Rotation> parse_rotation(const Json& json) {
  TRY(kStrict.only(json, "rotations", {"checkpoint", "genesis", "adopted", "retired"}));
  Rotation rotation;
  rotation.checkpoint = json.text("checkpoint");
  if (rotation.checkpoint.empty()) return malformed("checkpoint");
  // As the genesis in it says, which is proven to be record 0.
  const Json* genesis = json.find("genesis");
  const Json* first = genesis == nullptr ? nullptr : genesis->find("record");
  const Json* event = first == nullptr ? nullptr : first->find("event");
  const Suite suite = event == nullptr ? Suite::kSha256 : suite_in_genesis(*event);
  const auto read = [&](std::string_view name, ProvenRecord& record) -> Result<void> {
    const Json* found = json.find(name);
    if (found == nullptr) return malformed(name);
    TRY_ASSIGN(record, parse_proven_json(*found, name, suite));
    return {};
  };
  TRY(read("genesis", rotation.genesis));
  TRY(read("adopted", rotation.adopted));
  TRY(read("retired", rotation.retired));
  return rotation;
}

}  // namespace

Json rotations_list(std::span<const Rotation> rotations) {
  Json list = Json::Array{};
  for (const Rotation& rotation : rotations) {
    Json json;
    json.set("checkpoint", rotation.checkpoint)
        .set("genesis", proven_json(rotation.genesis))
        .set("adopted", proven_json(rotation.adopted))
        .set("retired", proven_json(rotation.retired));
    list.push(std::move(json));
  }
  return list;
}

Result<std::vector<Rotation>> parse_rotations_list(const Json& list) {
  if (!list.is_array() || list.array().size() > kRotationsMax) return malformed("rotations");
  std::vector<Rotation> rotations;
  for (const Json& json : list.array()) {
    TRY_ASSIGN(Rotation rotation, parse_rotation(json));
    rotations.push_back(std::move(rotation));
  }
  return rotations;
}

Json rotations_json(std::span<const Rotation> rotations) {
  return Json()
      .set("type", "LogKeyRotations")
      .set("v", 1)
      .set("rotations", rotations_list(rotations));
}

Result<std::vector<Rotation>> parse_rotations(const Json& json) {
  TRY(kStrict.only(json, "rotations", {"type", "v", "rotations"}));
  TRY(check_numbers_exact(json));
  const auto version = json.integer("v");
  if (json.text("type") != "LogKeyRotations") return malformed("type");
  if (!version || *version != 1) return malformed("v");
  const Json* list = json.find("rotations");
  if (list == nullptr) return malformed("rotations");
  return parse_rotations_list(*list);
}

Result<TrustedKeys> follow_rotations(TrustedKeys keys, std::span<const Rotation> rotations,
                                     const std::optional<Hash>& genesis) {
  std::vector<bool> followed(rotations.size(), false);
  for (bool more = true; more;) {
    more = false;
    for (std::size_t i = 0; i < rotations.size(); ++i) {
      if (followed[i] || !is_signed_by_one_of(rotations[i], keys)) continue;
      TRY(follow(rotations[i], genesis, keys));
      followed[i] = more = true;
    }
  }
  for (std::size_t i = 0; i < rotations.size(); ++i) {
    if (followed[i]) continue;
    TRY_ASSIGN(const std::string origin, origin_of(rotations[i]));
    const auto is_its = [&](const NoteVerifier& key) { return is_of(key, origin); };
    if (std::ranges::any_of(keys.keys, is_its)) return broken("chain");
  }
  return keys;
}

Result<NoteVerifier> log_key_in(const Json& event, std::string_view origin) {
  TRY_ASSIGN(NoteVerifier key, NoteVerifier::parse(event.text("nianlun:logKey")));
  if (is_of(key, origin)) return key;
  return fail(ErrorCode::kInvalidArgument, "note.malformed-key", {{"key", key.vkey()}});
}

}  // namespace nianlun
