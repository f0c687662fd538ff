#include "ledger/note.h"

#include <algorithm>
#include <set>

#include "ledger/encoding.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // an em dash (U+2014) and a space
constexpr std::size_t kKeyIdBytes = 4;

Unexpected malformed(std::string_view reason) {
  return fail(ErrorCode::kInvalidArgument, "note.malformed", {{"reason", std::string(reason)}});
}

bool is_space(char32_t c) {  // White_Space of Unicode
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

std::uint32_t read_key_id(Bytes octets) {
  std::uint32_t id = 0;
  for (const char c : octets.substr(0, kKeyIdBytes)) id = id << 8 | static_cast<unsigned char>(c);
  return id;
}

Buffer key_id_octets(std::uint32_t id) {
  Buffer octets;
  for (int shift = 24; shift >= 0; shift -= 8) octets += static_cast<char>(id >> shift);
  return octets;
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kDash)) return malformed("signature-line");
  line.remove_prefix(kDash.size());
  const auto name = cut(line, ' ');
  if (!name || !is_note_name(*name)) return malformed("name");
  const auto octets = from_base64(line);
  if (!octets || octets->size() <= kKeyIdBytes) return malformed("base64");
  return NoteSignature{std::string(*name), read_key_id(*octets), octets->substr(kKeyIdBytes)};
}

// A text can be signed if it comes back whole from the note: a blank line within it may stay, since
// the signatures stand after the last one.
bool can_be_signed(std::string_view text) { return text.ends_with('\n') && is_note_text(text); }

}  // namespace

bool is_note_name(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const auto point = next_code_point(name);
    if (!point || *point < 0x20 || *point == '+' || is_space(*point)) return false;
  }
  return true;
}

std::string signature_line(const NoteSignature& signature) {
  return std::string(kDash) + signature.name + " " +
         base64(key_id_octets(signature.key_id) + signature.octets) + "\n";
}

Result<Note> parse_note(Bytes note) {
  if (note.size() > kNoteBytesMax) {
    return fail(ErrorCode::kTooLarge, "note.too-large", {{"max", std::to_string(kNoteBytesMax)}});
  }
  if (!is_note_text(note)) return malformed("characters");
  const std::size_t blank = note.rfind("\n\n");
  if (blank == note.npos || !note.ends_with('\n')) return malformed("no-signatures");
  Note parsed{.text = std::string(note.substr(0, blank + 1)), .signatures = {}};
  Bytes rest = note.substr(blank + 2);
  if (rest.empty()) return malformed("no-signatures");
  while (const auto line = cut(rest, '\n')) {
    if (parsed.signatures.size() == kNoteSignaturesMax) {
      return fail(ErrorCode::kTooLarge, "note.too-many-signatures",
                  {{"max", std::to_string(kNoteSignaturesMax)}});
    }
    TRY_ASSIGN(NoteSignature signature, parse_signature_line(*line));
    parsed.signatures.push_back(std::move(signature));
  }
  return parsed;
}

Result<OpenedNote> open_note(Bytes note, std::span<const NoteVerifier> verifiers) {
  TRY_ASSIGN(Note parsed, parse_note(note));
  OpenedNote opened{.text = std::move(parsed.text), .verified = {}, .unverified = {}};
  std::set<std::pair<std::string, std::uint32_t>> seen;
  for (NoteSignature& signature : parsed.signatures) {
    const auto key = std::find_if(verifiers.begin(), verifiers.end(), [&](const auto& verifier) {
      return verifier.name() == signature.name && verifier.key_id() == signature.key_id;
    });
    if (key == verifiers.end()) {
      opened.unverified.push_back(std::move(signature));
      continue;
    }
    // A repeated signature is checked too: one that is false makes the note false.
    const auto time_s = key->verify(opened.text, signature.octets);
    if (!time_s) {
      return fail(ErrorCode::kForbidden, "note.false-signature", {{"name", signature.name}});
    }
    if (!seen.emplace(signature.name, signature.key_id).second) continue;
    opened.verified.push_back({signature.name, signature.key_id, key->type(), *time_s});
  }
  if (opened.verified.empty()) return fail(ErrorCode::kForbidden, "note.no-known-signature");
  return opened;
}

NoteSigner::NoteSigner(NoteVerifier verifier, PrivateKey key)
    : verifier_(std::move(verifier)), key_(std::move(key)) {}

Result<NoteSigner> NoteSigner::create(std::string name, PrivateKey key) {
  TRY_ASSIGN(NoteVerifier verifier,
             NoteVerifier::create(std::move(name), NoteKeyType::kEd25519, key.public_key()));
  return NoteSigner(std::move(verifier), std::move(key));
}

Result<NoteSigner> NoteSigner::parse(std::string_view secret_key) {
  constexpr std::string_view kPrefix = "PRIVATE+KEY+";
  const Unexpected refused = fail(ErrorCode::kInvalidArgument, "note.malformed-secret-key");
  if (!secret_key.starts_with(kPrefix)) return refused;
  std::string_view rest = secret_key.substr(kPrefix.size());
  const auto name = cut(rest, '+');
  const auto id = cut(rest, '+');
  const auto octets = from_base64(rest);
  constexpr char kType = static_cast<char>(NoteKeyType::kEd25519);
  if (!name || !id || !octets || octets->size() != 33 || (*octets)[0] != kType) return refused;
  TRY_ASSIGN(PrivateKey key, PrivateKey::from_seed(KeyType::kEd25519, Bytes(*octets).substr(1)));
  TRY_ASSIGN(NoteSigner signer, create(std::string(*name), std::move(key)));
  if (hex(key_id_octets(signer.verifier().key_id())) != *id) return refused;
  return signer;
}

Result<NoteSignature> NoteSigner::sign(std::string_view text) const {
  if (!can_be_signed(text)) return malformed("characters");
  TRY_ASSIGN(Buffer octets, key_.sign(text));
  return NoteSignature{name(), verifier_.key_id(), std::move(octets)};
}

Result<Buffer> NoteSigner::sign_octets(Bytes octets) const {
  if (is_utf8(octets)) return fail(ErrorCode::kInvalidArgument, "note.is-text");
  return key_.sign(octets);
}

Result<std::string> sign_note(std::string_view text, std::span<const NoteSigner> signers) {
  if (signers.empty() || signers.size() > kNoteSignaturesMax) return malformed("no-signatures");
  std::string note(text);
  note += "\n";
  for (const NoteSigner& signer : signers) {
    TRY_ASSIGN(const NoteSignature signature, signer.sign(text));
    note += signature_line(signature);
  }
  TRY(parse_note(note));
  return note;
}

Result<std::string> add_signatures(Bytes note, std::span<const NoteSignature> signatures) {
  TRY(parse_note(note));
  std::string longer(note);
  for (const NoteSignature& signature : signatures) longer += signature_line(signature);
  TRY(parse_note(longer));
  return longer;
}

}  // namespace nianlun
