#include "ledger/cosignature.h"
#include "ledger/encoding.h"
#include "ledger/note.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kTimeBytes = 8;

Unexpected malformed_vkey(std::string_view vkey) {
  return fail(ErrorCode::kInvalidArgument, "note.malformed-key",
              {{"key", std::string(vkey.substr(0, 200))}});
}

Unexpected false_signature(const std::string& name) {
  return fail(ErrorCode::kForbidden, "note.false-signature", {{"name", name}});
}

// The first four octets of SHA-256(name || newline || type || key), as a big-endian number.
std::uint32_t key_id_of(std::string_view name, NoteKeyType type, Bytes key) {
  const Buffer typed = std::string("\n") + static_cast<char>(type);
  const Hash hash = sha256(name, typed, key);
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < 4; ++i) id = id << 8 | hash.bytes[i];
  return id;
}

}  // namespace

NoteVerifier::NoteVerifier(std::string name, NoteKeyType type, PublicKey key)
    : name_(std::move(name)),
      type_(type),
      key_(std::move(key)),
      key_id_(key_id_of(name_, type_, key_.octets())) {}

Result<NoteVerifier> NoteVerifier::create(std::string name, NoteKeyType type, PublicKey key) {
  if (!is_note_name(name) || key.type() != KeyType::kEd25519) return malformed_vkey(name);
  return NoteVerifier(std::move(name), type, std::move(key));
}

Result<NoteVerifier> NoteVerifier::parse(std::string_view vkey) {
  std::string_view rest = vkey;  // base64 may hold "+", a name and hexadecimal digits may not
  const auto name = cut(rest, '+');
  const auto id = cut(rest, '+');
  const auto octets = from_base64(rest);
  if (!name || !id || !octets || octets->empty()) return malformed_vkey(vkey);
  const auto type = static_cast<NoteKeyType>((*octets)[0]);
  if (type != NoteKeyType::kEd25519 && type != NoteKeyType::kEd25519Cosignature) {
    return malformed_vkey(vkey);
  }
  const auto key = PublicKey::from_bytes(KeyType::kEd25519, Bytes(*octets).substr(1));
  if (!key) return malformed_vkey(vkey);
  TRY_ASSIGN(NoteVerifier verifier, create(std::string(*name), type, *key));
  if (verifier.vkey() != vkey) return malformed_vkey(vkey);
  return verifier;
}

std::string NoteVerifier::vkey() const {
  Buffer id;
  for (int shift = 24; shift >= 0; shift -= 8) id += static_cast<char>(key_id_ >> shift);
  return name_ + "+" + hex(id) + "+" +
         base64(std::string(1, static_cast<char>(type_)) + std::string(key_.octets()));
}

Result<std::optional<std::uint64_t>> NoteVerifier::verify(std::string_view text,
                                                          Bytes octets) const {
  if (type_ == NoteKeyType::kEd25519) {
    if (!key_.verify(text, octets)) return false_signature(name_);
    return std::optional<std::uint64_t>();
  }
  if (octets.size() != kTimeBytes + kSignatureBytes) return false_signature(name_);
  std::uint64_t time_s = 0;
  for (const char c : octets.substr(0, kTimeBytes)) {
    time_s = time_s << 8 | static_cast<unsigned char>(c);
  }
  const bool in_range = time_s >> 63 == 0;
  if (!in_range || !key_.verify(cosignature_message(time_s, text), octets.substr(kTimeBytes))) {
    return false_signature(name_);
  }
  return std::optional(time_s);
}

}  // namespace nianlun
