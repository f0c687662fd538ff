#include "record_packing.h"

#include <cassert>
#include <optional>

#include "leb128.h"
#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr Bytes kProofs = R"(,"proofs":")";
constexpr Bytes kSalt = R"(,"salt":")";
constexpr Bytes kSeal = R"(","seal":")";  // behind the salt
constexpr std::size_t kHashDigits = 2 * sizeof(Hash);
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kSaltCharacters = 22;
constexpr std::size_t kKeptBytes = 64 << 10;  // of a buffer, from one frame to the next

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "log.damaged-packing"); }

/// A record cut in two.
struct Cut {
  Buffer text;
  Buffer seals;  ///< the hashes of the proofs and of the seal
  Buffer salt;
};

/// Where in a text the hash of the proofs stands, and behind it the salt with the seal's hash. No
/// string can hold these texts, whose quotes would be escaped there, and behind the event no other
/// member is called so.
struct Places {
  std::size_t proofs = 0;
  std::size_t salt = 0;
};
std::optional<Places> places_in(Bytes text) {
  const std::size_t proofs = text.rfind(kProofs);
  if (proofs == Bytes::npos) return std::nullopt;
  const std::size_t salt = text.find(kSalt, proofs);
  if (salt == Bytes::npos) return std::nullopt;
  return Places{proofs + kProofs.size(), salt + kSalt.size()};
}

bool append_joined(Buffer& out, Bytes text, Bytes seals, Bytes salt) {
  const auto places = places_in(text);
  if (!places) return false;
  out += text.substr(0, places->proofs);
  out += hex(seals.substr(0, sizeof(Hash)));
  out += text.substr(places->proofs, places->salt - places->proofs);
  out += base64url(salt);
  out += kSeal;
  out += hex(seals.substr(sizeof(Hash)));
  out += text.substr(places->salt);
  return true;
}

/// Nothing: it is no plain record, and its text stays whole.
std::optional<Cut> cut(Bytes record) {
  const auto places = places_in(record);
  if (!places || places->salt < places->proofs + kHashDigits) return std::nullopt;
  const std::size_t seal = places->salt + kSaltCharacters + kSeal.size();
  if (record.size() < seal + kHashDigits) return std::nullopt;
  const auto proofs_hash = from_hex(record.substr(places->proofs, kHashDigits));
  const auto seal_hash = from_hex(record.substr(seal, kHashDigits));
  auto salt = from_base64url(record.substr(places->salt, kSaltCharacters));
  if (!proofs_hash || !seal_hash || !salt) return std::nullopt;
  Cut made{.text = Buffer(record.substr(0, places->proofs)),
           .seals = *proofs_hash + *seal_hash,
           .salt = *std::move(salt)};
  const std::size_t behind = places->proofs + kHashDigits;
  made.text += record.substr(behind, places->salt - behind);
  made.text += record.substr(seal + kHashDigits);
  Buffer joined;
  const bool same = append_joined(joined, made.text, made.seals, made.salt) && joined == record;
  return same ? std::optional(std::move(made)) : std::nullopt;
}

// The first octet: a bit for each record that is cut, and one if its hashes are those of the record
// before it.
constexpr unsigned is_cut(std::size_t number) { return 1U << number; }
constexpr unsigned is_same(std::size_t number) { return 1U << (kFrameRecords + number); }

}  // namespace

Buffer packed_text(Bytes record) {
  auto made = cut(record);
  return made ? std::move(made->text) : Buffer(record);
}

Buffer pack_records(std::span<const Buffer> records, const Dictionary* dictionary) {
  assert(records.size() <= kFrameRecords);
  unsigned flags = 0;
  Buffer out(1, '\0');
  Buffer texts;
  Buffer seals;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto made = cut(records[i]);
    const Bytes text = made ? made->text : records[i];
    append_number(texts, text.size());
    texts += text;
    if (!made) continue;
    flags |= is_cut(i);
    if (made->seals == seals) {
      flags |= is_same(i);
    } else {
      seals = made->seals;
      out += seals;
    }
    out += made->salt;
  }
  out[0] = static_cast<char>(flags);
  return out + pack(texts, dictionary);
}

Result<std::array<Bytes, kFrameRecords>> unpack_records(Bytes packed, std::size_t count,
                                                        const Dictionary* dictionary,
                                                        Buffer& bytes) {
  assert(count <= kFrameRecords);
  if (packed.empty()) return damaged();
  const auto flags = static_cast<unsigned char>(packed.front());
  NumberReader in(packed.substr(1));
  std::array<Bytes, kFrameRecords> seals;
  std::array<Bytes, kFrameRecords> salts;
  std::size_t beside = 1;
  for (std::size_t i = 0; i < kFrameRecords; ++i) {
    if (i > 0) seals[i] = seals[i - 1];
    if ((flags & is_cut(i)) == 0 && (flags & is_same(i)) != 0) return damaged();
    if ((flags & is_cut(i)) == 0) continue;
    if (i >= count) return damaged();
    if ((flags & is_same(i)) == 0) seals[i] = in.octets(2 * sizeof(Hash));
    salts[i] = in.octets(kSaltBytes);
    beside += ((flags & is_same(i)) == 0 ? 2 * sizeof(Hash) : 0) + kSaltBytes;
    if (seals[i].empty()) return damaged();
  }
  if (!in.ok()) return damaged();
  thread_local Buffer texts;  // a frame is larger than what the allocator has at hand
  if (texts.capacity() > kKeptBytes) texts = {};
  TRY(unpack(packed.substr(beside), dictionary, texts));
  NumberReader text_in(texts);
  std::array<std::size_t, kFrameRecords + 1> ends{};
  bytes.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes text = text_in.octets(text_in.number());
    if ((flags & is_cut(i)) == 0) {
      bytes += text;
    } else if (!append_joined(bytes, text, seals[i], salts[i])) {
      return damaged();
    }
    ends[i + 1] = bytes.size();
  }
  if (!text_in.done()) return damaged();
  std::array<Bytes, kFrameRecords> records;
  for (std::size_t i = 0; i < count; ++i) {
    records[i] = Bytes(bytes).substr(ends[i], ends[i + 1] - ends[i]);
  }
  return records;
}

}  // namespace nianlun
