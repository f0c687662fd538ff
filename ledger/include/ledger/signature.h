#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

enum class KeyType {
  kP256,     ///< ECDSA over NIST P-256 with SHA-256 (FIPS 186-5)
  kEd25519,  ///< Ed25519 (RFC 8032)
  kSm2,      ///< SM2 with SM3 (GB/T 32918.2)
};

/// A key that verifies signatures, named by its did:key (W3C CCG did-method-key).
///
/// A key that exists is valid: its octets are the canonical encoding of a point of the curve, and
/// that point isn't of small order. So one key has one name.
///
/// Threads: immutable and cheap to copy; any thread may use any copy.
class PublicKey {
 public:
  /// From "did:key:z6Mk..." (Ed25519), "did:key:zDn..." (P-256) or "did:key:zEP..." (SM2), without
  /// a fragment. Costs some
  /// 20 to 60 microseconds, so keep the keys that are used again.
  ///
  /// kInvalidArgument  another method, another type of key, or octets that are no such key
  static Result<PublicKey> from_did(std::string_view did_key);

  /// From the compressed point of P-256 or SM2 (33 octets, SEC 1, 2.3.3) or the 32 octets of
  /// Ed25519.
  ///
  /// kInvalidArgument  octets that are no such key
  static Result<PublicKey> from_bytes(KeyType type, Bytes octets);

  KeyType type() const;
  Bytes octets() const;            ///< as in from_bytes(); valid as long as any copy of this key
  const std::string& did() const;  ///< "did:key:z..."
  std::string verification_method() const;  ///< "did:key:z...#z..."
  bool operator==(const PublicKey& other) const;

  /// Whether `signature` (64 octets) is this key's over `message`, by rules that give one answer
  /// everywhere and leave no second signature to be made from the first without the key:
  ///
  /// P-256    r || s, both big-endian, over SHA-256 of the message; s at most half the order
  ///          ("low S"), so about half of what other libraries sign is refused here.
  /// Ed25519  libsodium's rule: S below the group order; A and R canonical and not of small order;
  ///          R = S·B − k·A without multiplying by the cofactor.
  /// SM2      r || s, both big-endian, over SM3 of Z and the message, where Z is of the identity
  ///          1234567812345678, the curve and the key (GB/T 32918.2, 5.5). It has no twin: one
  ///          would need the secret, for it is s + 2rd/(1 + d) with its sign turned.
  ///
  /// kInvalidArgument  it does not verify
  Result<void> verify(Bytes message, Bytes signature) const;

 private:
  struct Impl;  // OpenSSL lives behind this line
  explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

/// A key that signs. The secret is wiped when the key is destroyed and never leaves it but through
/// save().
///
/// Threads: any thread may call any const member. A key that was moved from may only be destroyed
/// or assigned to.
class PrivateKey {
 public:
  static Result<PrivateKey> generate(KeyType type);

  /// From a PKCS#8 file in PEM ("BEGIN PRIVATE KEY"), as save() and openssl genpkey write them; its
  /// name may have "file:" before it. Or a key in a token (PKCS#11), by a URI of RFC 7512,
  /// "pkcs11:token=...;object=...?pin-source=file:PATH&module-path=PATH", here or in such a file.
  ///
  /// kNotFound         no such file, token or key in it
  /// kForbidden        its group or others may read or write it (chmod 600 mends that), or the
  ///                   token refuses the PIN
  /// kInvalidArgument  not a PKCS#8 private key without a password, or of another type
  /// kIo               it cannot be read, or the token cannot be used
  static Result<PrivateKey> load(const std::filesystem::path& file);

  /// Writes such a file (of a key in a token its URI, never a secret), readable to the owner alone,
  /// and syncs it and its folder to disk.
  ///
  /// kConflict  the file exists; it is never overwritten
  /// kIo        it cannot be written
  Result<void> save(const std::filesystem::path& file) const;

  /// The same in the form of NoteSigner::load(): "PRIVATE+KEY+name+..." on one line.
  ///
  /// kInvalidArgument  not an Ed25519 key, or not a name for a key
  Result<void> save_for_notes(const std::filesystem::path& file, const std::string& name) const;

  /// For tests and seeded samples: the seed of Ed25519 (RFC 8032, 5.1.5), or the secret number of
  /// P-256 or SM2, big-endian.
  ///
  /// kInvalidArgument  not 32 octets, or for P-256 zero or not below the order of the group, or
  ///                   for SM2 zero or not below the order less one
  static Result<PrivateKey> from_seed(KeyType type, Bytes seed32);

  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey();

  const PublicKey& public_key() const;

  /// The signature (64 octets) that public_key().verify() takes. Ed25519 signs the same message the
  /// same way every time, P-256 and SM2 do not.
  ///
  /// kIo  the library fails, for want of memory or randomness; or the token is gone or says nothing
  Result<Buffer> sign(Bytes message) const;

 private:
  struct Impl;
  explicit PrivateKey(std::unique_ptr<Impl> impl);
  static Result<PrivateKey> from_token(const std::string& uri);
  std::unique_ptr<Impl> impl_;
};

}  // namespace nianlun
