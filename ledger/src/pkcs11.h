#pragma once

// Private keys that never leave their token: PKCS#11 (OASIS, 3.0), named by URIs (RFC 7512).

#include <memory>
#include <string>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

inline constexpr std::string_view kTokenScheme = "pkcs11:";

/// A key in a token, with a session that is opened again when it was lost.
///
/// Threads: any thread may call any const member; signatures are made one after another.
/// Errors:  kIo  the module, the token or the key cannot be used; the error says what the token
/// says
class TokenKey {
 public:
  /// From "pkcs11:token=...;object=...?pin-source=file:PATH&module-path=PATH", with `id` instead of
  /// or beside `object`. Without a module-path the modules that p11-kit has are asked. The file
  /// with the PIN is one that only its owner can read; a PIN in the URI itself is refused, since
  /// others see command lines.
  ///
  /// kInvalidArgument  no such URI, or a key of a type that we don't know
  /// kNotFound         no such token, or no such key in it
  /// kForbidden        others may read the file with the PIN, or the token refuses the PIN
  static Result<std::shared_ptr<const TokenKey>> open(const std::string& uri);
  ~TokenKey();
  TokenKey(const TokenKey&) = delete;
  TokenKey& operator=(const TokenKey&) = delete;

  const std::string& uri() const;
  const PublicKey& public_key() const;
  /// 64 octets: of Ed25519 over the message, of P-256 r || s over what is a digest already, with
  /// either s. At most ten seconds; after that it answers no more.
  Result<Buffer> sign(Bytes message) const;

 private:
  struct Impl;
  explicit TokenKey(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<Impl> impl_;
};

}  // namespace nianlun
