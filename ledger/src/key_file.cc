// PrivateKey::load() and save(): PKCS#8 in PEM (RFC 5958, RFC 7468, RFC 8410); save_for_notes() and
// NoteSigner::load(): the form of C2SP signed notes. In files that only their owner can read.

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "descriptor.h"
#include "ledger/encoding.h"
#include "ledger/note.h"
#include "ledger/output_file.h"
#include "private_key.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kFileScheme = "file:";
// Before a name, "+" and a URI: a key of notes that is in a token.
constexpr std::string_view kTokenNoteKey = "PKCS11+KEY+";
constexpr std::size_t kFileSizeMax = 16 << 10;  // octets; a key takes about 240

/// The caller names the file; `reason` is an errno.
Unexpected io_failure(ErrorCode code, const std::filesystem::path& file, int reason) {
  return fail(code, "key.file-failed",
              {{"file", file.string()}, {"reason", std::generic_category().message(reason)}});
}

}  // namespace

Result<std::unique_ptr<Secret>> read_secret_file(const std::filesystem::path& file) {
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (in.get() < 0) {
    return io_failure(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, file, errno);
  }
  struct stat status {};
  if (::fstat(in.get(), &status) != 0) return io_failure(ErrorCode::kIo, file, errno);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(ErrorCode::kForbidden, "key.file-not-private", {{"file", file.string()}});
  }
  if (!S_ISREG(status.st_mode) || status.st_size > static_cast<off_t>(kFileSizeMax)) {
    return fail(ErrorCode::kInvalidArgument, "key.file-not-pkcs8", {{"file", file.string()}});
  }
  auto secret = std::make_unique<Secret>(static_cast<std::size_t>(status.st_size));
  const ssize_t got = read_up_to(in, secret->octets.data(), secret->octets.size());
  if (got < 0) return io_failure(ErrorCode::kIo, file, errno);
  if (static_cast<std::size_t>(got) < secret->octets.size()) {
    return fail(ErrorCode::kInvalidArgument, "key.file-not-pkcs8", {{"file", file.string()}});
  }
  return secret;
}

namespace {

std::string first_line(Bytes text) { return std::string(text.substr(0, text.find('\n'))); }

/// OpenSSL would ask the terminal for a password; this says that there is none.
int no_password(char*, int, int, void*) { return -1; }

/// Our key from OpenSSL's: its public half is derived anew, so that a file whose halves disagree
/// does no harm. Nothing for other types of key.
std::optional<Result<PrivateKey>> from_openssl(const EVP_PKEY* key) {
  Secret seed(32);
  if (EVP_PKEY_is_a(key, "ED25519") == 1) {
    std::size_t size = seed.octets.size();
    if (EVP_PKEY_get_raw_private_key(key, openssl::octets_of(seed.octets), &size) != 1) return {};
    return PrivateKey::from_seed(KeyType::kEd25519, seed.octets);
  }
  char group[32] = {};
  const bool sm2 = EVP_PKEY_is_a(key, "SM2") == 1;
  if ((!sm2 && EVP_PKEY_is_a(key, "EC") != 1) ||
      EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1 ||
      std::string_view(group) != (sm2 ? "SM2" : "prime256v1")) {
    return {};
  }
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number);
  const openssl::Number owned(number);
  if (!owned || BN_bn2binpad(number, openssl::octets_of(seed.octets), 32) != 32) return {};
  return PrivateKey::from_seed(sm2 ? KeyType::kSm2 : KeyType::kP256, seed.octets);
}

/// A key that is there already is never replaced.
Result<void> write_new_file(const std::filesystem::path& file, Bytes octets) {
  TRY_ASSIGN(OutputFile out, OutputFile::create(file, Access::kOwner));
  TRY(out.write(octets));
  TRY(out.commit_new());
  return sync_folder(file.parent_path());
}

}  // namespace

Result<PrivateKey> PrivateKey::load(const std::filesystem::path& named) {
  const std::string& name = named.native();
  if (name.starts_with(kTokenScheme)) return from_token(name);
  const std::filesystem::path file = name.starts_with(kFileScheme) ? name.substr(5) : name;
  TRY_ASSIGN(const std::unique_ptr<Secret> text, read_secret_file(file));
  const auto refuse = [&] {
    ERR_clear_error();
    return fail(ErrorCode::kInvalidArgument, "key.file-not-pkcs8", {{"file", file.string()}});
  };
  if (text->octets.starts_with(kTokenScheme)) return from_token(first_line(text->octets));
  if (text->octets.find("-----BEGIN PRIVATE KEY-----") == Buffer::npos) return refuse();
  const openssl::Bio bio(
      BIO_new_mem_buf(text->octets.data(), static_cast<int>(text->octets.size())));
  const openssl::Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) return refuse();
  auto made = from_openssl(key.get());
  if (!made) return refuse();
  return *std::move(made);
}

Result<PrivateKey> PrivateKey::from_token(const std::string& uri) {
  TRY_ASSIGN(auto token, TokenKey::open(uri));
  auto impl = std::make_unique<Impl>(token->public_key());
  impl->token = std::move(token);
  return PrivateKey(std::move(impl));
}

Result<void> PrivateKey::save(const std::filesystem::path& file) const {
  if (impl_->token) return write_new_file(file, impl_->token->uri() + "\n");
  openssl::Key made;
  if (!impl_->key) {
    made.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, impl_->secret.data(), 32));
  }
  const openssl::Bio bio(BIO_new(BIO_s_secmem()));  // wipes what it held
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), made ? made.get() : impl_->key.get(),
                                            nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    return fail(ErrorCode::kIo, "signature.not-made");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return write_new_file(file, Bytes(text, static_cast<std::size_t>(size)));
}

Result<void> PrivateKey::save_for_notes(const std::filesystem::path& file,
                                        const std::string& name) const {
  TRY_ASSIGN(const NoteVerifier verifier,
             NoteVerifier::create(name, NoteKeyType::kEd25519, public_key()));
  if (impl_->token) {
    return write_new_file(file,
                          std::string(kTokenNoteKey) + name + "+" + impl_->token->uri() + "\n");
  }
  const std::string vkey = verifier.vkey();  // name+id+base64(type || public key)
  Secret typed(33);
  typed.octets[0] = static_cast<char>(NoteKeyType::kEd25519);
  std::copy_n(impl_->secret.begin(), 32, typed.octets.begin() + 1);
  Secret coded(0);
  coded.octets = base64(typed.octets);
  Secret text(0);
  text.octets.reserve(vkey.size() + coded.octets.size() + 16);  // no copy is left behind
  text.octets += "PRIVATE+KEY+" + vkey.substr(0, vkey.find('+', name.size() + 1) + 1);
  text.octets += coded.octets;
  text.octets += '\n';
  return write_new_file(file, text.octets);
}

Result<NoteSigner> NoteSigner::load(const std::filesystem::path& file) {
  TRY_ASSIGN(const std::unique_ptr<Secret> text, read_secret_file(file));
  Bytes line = text->octets;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (!line.starts_with(kTokenNoteKey)) return parse(line);
  line.remove_prefix(kTokenNoteKey.size());
  const std::size_t end = line.find('+');  // no name has one
  if (end == line.npos) return fail(ErrorCode::kInvalidArgument, "note.malformed-secret-key");
  TRY_ASSIGN(PrivateKey key, PrivateKey::load(std::string(line.substr(end + 1))));
  return create(std::string(line.substr(0, end)), std::move(key));
}

}  // namespace nianlun
