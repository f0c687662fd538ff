#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

/// Text with signatures beneath it (c2sp.org/signed-note), and the keys that make and check them.
///
///     text, one or more lines
///
///     — name base64(key id || signature)
///
/// Threads: values are immutable once made; any thread may use them.
/// Errors:  a note, key or text of another form is kInvalidArgument, a note over a limit kTooLarge,
///          a note that the keys in question did not sign kForbidden.

inline constexpr std::size_t kNoteBytesMax = 1 << 20;
inline constexpr std::size_t kNoteSignaturesMax = 100;

/// The kinds of key that we know, by the octet that stands before the key in its text.
enum class NoteKeyType : std::uint8_t {
  kEd25519 = 0x01,             ///< signs the text
  kEd25519Cosignature = 0x04,  ///< signs the time and a checkpoint (c2sp.org/tlog-cosignature)
};

/// Whether `name` can name a key: not empty, no space of Unicode, no "+".
bool is_note_name(std::string_view name);

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  Buffer octets;  ///< after the key id; for a cosignature, eight octets of time come first
  bool operator==(const NoteSignature&) const = default;
};
/// "— name base64\n"
std::string signature_line(const NoteSignature& signature);

struct Note {
  std::string text;  ///< with its last newline
  std::vector<NoteSignature> signatures;
};
/// Takes a note apart without checking any signature.
Result<Note> parse_note(Bytes note);

/// Checks the signatures of one name and key.
class NoteVerifier {
 public:
  /// From "name+hex(key id)+base64(type || public key)".
  static Result<NoteVerifier> parse(std::string_view vkey);
  /// kInvalidArgument  not a name for a key, or no Ed25519 key
  static Result<NoteVerifier> create(std::string name, NoteKeyType type, PublicKey key);

  const std::string& name() const { return name_; }
  std::uint32_t key_id() const { return key_id_; }
  NoteKeyType type() const { return type_; }
  const PublicKey& key() const { return key_; }
  std::string vkey() const;

  /// Whether `octets` is this key's signature of `text`. A cosignature yields its time in seconds
  /// since 1970, a plain signature none.
  Result<std::optional<std::uint64_t>> verify(std::string_view text, Bytes octets) const;

 private:
  NoteVerifier(std::string name, NoteKeyType type, PublicKey key);
  std::string name_;
  NoteKeyType type_;
  PublicKey key_;
  std::uint32_t key_id_;
};

struct VerifiedSignature {
  std::string name;
  std::uint32_t key_id = 0;
  NoteKeyType type = NoteKeyType::kEd25519;
  std::optional<std::uint64_t> time_s;  ///< of a cosignature, seconds since 1970
};
struct OpenedNote {
  std::string text;
  std::vector<VerifiedSignature> verified;  ///< at least one; each key once
  std::vector<NoteSignature> unverified;    ///< of keys that we were not given
};
/// The note's text, if at least one of the verifiers' keys signed it and none of their signatures
/// is false.
/// kForbidden  none of the keys signed it, or a signature of one of them does not verify
Result<OpenedNote> open_note(Bytes note, std::span<const NoteVerifier> verifiers);

/// Signs the text of notes with one Ed25519 key under one name.
class NoteSigner {
 public:
  /// kInvalidArgument  not a name for a key, or no Ed25519 key
  static Result<NoteSigner> create(std::string name, PrivateKey key);
  /// From Go's form, "PRIVATE+KEY+name+hex(key id)+base64(01 || seed)".
  static Result<NoteSigner> parse(std::string_view secret_key);
  /// From a file with such a line, which only its owner can read; errors as PrivateKey::load().
  static Result<NoteSigner> load(const std::filesystem::path& file);

  const NoteVerifier& verifier() const { return verifier_; }
  const std::string& name() const { return verifier_.name(); }
  /// kInvalidArgument  not a note's text: UTF-8, no control characters, a newline at its end
  Result<NoteSignature> sign(std::string_view text) const;
  /// The signature (64 octets) over what is no text, so that it can never stand under a note.
  /// kInvalidArgument  well-formed UTF-8
  Result<Buffer> sign_octets(Bytes octets) const;

 private:
  friend class Cosigner;  // takes the key of the same file
  NoteSigner(NoteVerifier verifier, PrivateKey key);
  NoteVerifier verifier_;
  PrivateKey key_;
};

/// The note of `text`, signed by each signer in turn.
Result<std::string> sign_note(std::string_view text, std::span<const NoteSigner> signers);
/// A note with more signatures after those that it has.
Result<std::string> add_signatures(Bytes note, std::span<const NoteSignature> signatures);

}  // namespace nianlun
