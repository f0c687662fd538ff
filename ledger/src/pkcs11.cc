#include "pkcs11.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "private_key.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::chrono::seconds kAnswerTimeout{10};
constexpr std::string_view kP256Oid("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);
constexpr std::string_view kEd25519Oid("\x06\x03\x2b\x65\x70", 5);  // RFC 8410
constexpr std::string_view kEd25519Name(
    "\x13\x0c"
    "edwards25519",
    14);  // PKCS#11, 6.3.6

struct UriFree {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};
using Uri = std::unique_ptr<P11KitUri, UriFree>;

Unexpected refused(std::string_view message, const std::string& uri, std::string_view reason = {}) {
  return fail(ErrorCode::kInvalidArgument, message,
              {{"uri", uri}, {"reason", std::string(reason)}});
}

/// What a call of the module answered, with the URI of the key that it was for.
Unexpected failed(const std::string& uri, CK_RV answer) {
  const bool is_pin = answer == CKR_PIN_INCORRECT || answer == CKR_PIN_LOCKED;
  return fail(is_pin ? ErrorCode::kForbidden : ErrorCode::kIo, "pkcs11.failed",
              {{"uri", uri}, {"reason", p11_kit_strerror(answer)}});
}

/// A URI is printed in errors; nothing in it is secret, or it was not taken.
Result<Uri> parse_uri(const std::string& text) {
  Uri uri(p11_kit_uri_new());
  const int answer = p11_kit_uri_parse(text.c_str(), P11_KIT_URI_FOR_ANY, uri.get());
  if (answer != P11_KIT_URI_OK) {
    return refused("pkcs11.no-uri", text, p11_kit_uri_message(answer));
  }
  if (p11_kit_uri_get_pin_value(uri.get()) != nullptr) {
    return fail(ErrorCode::kInvalidArgument, "pkcs11.pin-in-uri");
  }
  if (p11_kit_uri_any_unrecognized(uri.get()) != 0) return refused("pkcs11.no-uri", text);
  return uri;
}

/// A module, or all that are configured, loaded by p11-kit and given back.
class Modules {
 public:
  Modules() = default;
  Modules(const Modules&) = delete;
  Modules& operator=(const Modules&) = delete;
  ~Modules() {
    if (all_ != nullptr) p11_kit_modules_finalize_and_release(all_);
    if (one_ == nullptr) return;
    p11_kit_module_finalize(one_);
    p11_kit_module_release(one_);
  }

  Result<std::vector<CK_FUNCTION_LIST*>> load(const char* path, const std::string& uri) {
    std::vector<CK_FUNCTION_LIST*> loaded;
    if (path == nullptr) {
      all_ = p11_kit_modules_load_and_initialize(0);
      for (CK_FUNCTION_LIST** each = all_; each != nullptr && *each != nullptr; ++each) {
        loaded.push_back(*each);
      }
    } else if (CK_FUNCTION_LIST* const module =
                   p11_kit_module_load(path, P11_KIT_MODULE_CRITICAL)) {
      if (const CK_RV answer = p11_kit_module_initialize(module); answer != CKR_OK) {
        p11_kit_module_release(module);
        return failed(uri, answer);
      }
      loaded.push_back(one_ = module);
    }
    if (!loaded.empty()) return loaded;
    const char* const why = p11_kit_message();
    return fail(ErrorCode::kIo, "pkcs11.no-module",
                {{"uri", uri}, {"reason", why == nullptr ? "" : why}});
  }

 private:
  CK_FUNCTION_LIST** all_ = nullptr;
  CK_FUNCTION_LIST* one_ = nullptr;
};

/// An open session, logged in, and what it finds.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() {
    if (module_ != nullptr) module_->C_CloseSession(handle_);
  }

  Result<void> open(P11KitUri* uri, const std::string& text) {
    text_ = text;
    TRY_ASSIGN(const auto loaded, modules_.load(p11_kit_uri_get_module_path(uri), text));
    for (CK_FUNCTION_LIST* module : loaded) {
      TRY_ASSIGN(const std::optional<CK_SLOT_ID> slot, slot_of(*module, uri));
      if (!slot) continue;
      const CK_RV answer =
          module->C_OpenSession(*slot, CKF_SERIAL_SESSION, nullptr, nullptr, &handle_);
      if (answer != CKR_OK) return failed(text, answer);
      module_ = module;
      return log_in(p11_kit_uri_get_pin_source(uri));
    }
    return fail(ErrorCode::kNotFound, "pkcs11.no-token", {{"uri", text}});
  }

  /// The one object with these attributes.
  Result<CK_OBJECT_HANDLE> find(std::vector<CK_ATTRIBUTE> wanted) {
    CK_RV answer = module_->C_FindObjectsInit(handle_, wanted.data(), wanted.size());
    if (answer != CKR_OK) return failed(text_, answer);
    CK_OBJECT_HANDLE found[2] = {};
    CK_ULONG count = 0;
    answer = module_->C_FindObjects(handle_, found, 2, &count);
    module_->C_FindObjectsFinal(handle_);
    if (answer != CKR_OK) return failed(text_, answer);
    if (count == 1) return found[0];
    return fail(ErrorCode::kNotFound, count == 0 ? "pkcs11.no-key" : "pkcs11.several-keys",
                {{"uri", text_}});
  }

  Result<Buffer> attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE wanted{type, nullptr, 0};
    CK_RV answer = module_->C_GetAttributeValue(handle_, object, &wanted, 1);
    if (answer != CKR_OK || wanted.ulValueLen > 1024) return failed(text_, answer);
    Buffer value(wanted.ulValueLen, '\0');
    wanted.pValue = value.data();
    answer = module_->C_GetAttributeValue(handle_, object, &wanted, 1);
    if (answer != CKR_OK) return failed(text_, answer);
    return value;
  }

  CK_RV sign(CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE how, Bytes message, Buffer& out) {
    CK_MECHANISM mechanism{how, nullptr, 0};
    CK_RV answer = module_->C_SignInit(handle_, &mechanism, key);
    if (answer != CKR_OK) return answer;
    out.assign(256, '\0');
    CK_ULONG size = out.size();
    answer = module_->C_Sign(handle_, const_cast<CK_BYTE*>(openssl::octets_of(message)),
                             message.size(), openssl::octets_of(out), &size);
    out.resize(answer == CKR_OK ? size : 0);
    return answer;
  }

 private:
  Result<std::optional<CK_SLOT_ID>> slot_of(CK_FUNCTION_LIST& module, P11KitUri* uri) const {
    CK_ULONG count = 0;
    CK_RV answer = module.C_GetSlotList(CK_TRUE, nullptr, &count);
    std::vector<CK_SLOT_ID> slots(count);
    if (answer == CKR_OK) answer = module.C_GetSlotList(CK_TRUE, slots.data(), &count);
    if (answer != CKR_OK) return failed(text_, answer);
    slots.resize(std::min<std::size_t>(count, slots.size()));
    for (const CK_SLOT_ID slot : slots) {
      CK_TOKEN_INFO token{};
      if (module.C_GetTokenInfo(slot, &token) != CKR_OK) continue;  // pulled out meanwhile
      if (p11_kit_uri_match_token_info(uri, &token) != 0) return std::optional(slot);
    }
    return std::optional<CK_SLOT_ID>();
  }

  Result<void> log_in(const char* source) {
    if (source == nullptr) return {};
    std::string_view file(source);
    if (file.starts_with("file:")) file.remove_prefix(5);
    if (file.starts_with("//")) file.remove_prefix(2);
    TRY_ASSIGN(const std::unique_ptr<Secret> pin, read_secret_file(file));
    Buffer& octets = pin->octets;
    while (octets.ends_with('\n') || octets.ends_with('\r')) octets.pop_back();
    const CK_RV answer =
        module_->C_Login(handle_, CKU_USER, openssl::octets_of(octets), octets.size());
    if (answer == CKR_OK || answer == CKR_USER_ALREADY_LOGGED_IN) return {};
    return failed(text_, answer);
  }

  Modules modules_;
  std::string text_;
  CK_FUNCTION_LIST* module_ = nullptr;
  CK_SESSION_HANDLE handle_ = 0;
};

CK_ATTRIBUTE attribute_of(CK_ATTRIBUTE_TYPE type, void* value, std::size_t size) {
  return {type, value, static_cast<CK_ULONG>(size)};
}

/// The octets of a point: in DER (an OCTET STRING), or bare as some tokens have it.
Bytes bare(Bytes point, std::size_t size) {
  const bool wrapped = point.size() == size + 2 && point[0] == '\x04' &&
                       static_cast<unsigned char>(point[1]) == size;
  return wrapped ? point.substr(2) : point;
}

Result<PublicKey> public_key_of(Bytes curve, Bytes point, const std::string& uri) {
  if (curve == kEd25519Oid || curve == kEd25519Name) {
    return PublicKey::from_bytes(KeyType::kEd25519, bare(point, 32));
  }
  const Bytes octets = bare(point, 65);
  if (curve != kP256Oid || octets.size() != 65) return refused("pkcs11.other-type", uri);
  const bool odd = (static_cast<unsigned char>(octets.back()) & 1U) != 0;
  return PublicKey::from_bytes(KeyType::kP256,
                               Buffer(1, odd ? '\x03' : '\x02') + Buffer(octets.substr(1, 32)));
}

}  // namespace

struct TokenKey::Impl {
  std::string text;
  Uri uri;
  std::optional<PublicKey> key;
  std::mutex mutex;  // guards what follows
  std::unique_ptr<Session> session;
  CK_OBJECT_HANDLE handle = 0;

  /// Opens a session and finds the key; it must be the one that it was.
  Result<void> connect() {
    session.reset();
    auto fresh = std::make_unique<Session>();
    TRY(fresh->open(uri.get(), text));
    CK_OBJECT_CLASS kind = CKO_PRIVATE_KEY;
    std::vector<CK_ATTRIBUTE> wanted = {attribute_of(CKA_CLASS, &kind, sizeof kind)};
    for (const CK_ATTRIBUTE_TYPE type : {CKA_LABEL, CKA_ID}) {
      const CK_ATTRIBUTE* named = p11_kit_uri_get_attribute(uri.get(), type);
      if (named != nullptr) wanted.push_back(*named);
    }
    if (wanted.size() == 1) return refused("pkcs11.no-uri", text);
    TRY_ASSIGN(handle, fresh->find(wanted));
    TRY_ASSIGN(Buffer id, fresh->attribute(handle, CKA_ID));
    TRY_ASSIGN(const Buffer curve, fresh->attribute(handle, CKA_EC_PARAMS));
    CK_OBJECT_CLASS half = CKO_PUBLIC_KEY;
    TRY_ASSIGN(const CK_OBJECT_HANDLE other,
               fresh->find({attribute_of(CKA_CLASS, &half, sizeof half),
                            attribute_of(CKA_ID, id.data(), id.size())}));
    TRY_ASSIGN(const Buffer point, fresh->attribute(other, CKA_EC_POINT));
    TRY_ASSIGN(const PublicKey found, public_key_of(curve, point, text));
    if (key && !(*key == found)) return refused("pkcs11.other-key", text);
    key = found;
    session = std::move(fresh);
    return {};
  }

  Result<Buffer> sign(Bytes message) {
    const std::lock_guard lock(mutex);
    const CK_MECHANISM_TYPE how = key->type() == KeyType::kEd25519 ? CKM_EDDSA : CKM_ECDSA;
    Buffer out;
    CK_RV answer = CKR_SESSION_HANDLE_INVALID;
    if (session != nullptr) answer = session->sign(handle, how, message, out);
    if (answer != CKR_OK) {  // the token may have been pulled out and put in again
      TRY(connect());
      answer = session->sign(handle, how, message, out);
    }
    if (answer != CKR_OK) {
      session.reset();
      return failed(text, answer);
    }
    return out;
  }
};

TokenKey::~TokenKey() = default;

Result<std::shared_ptr<const TokenKey>> TokenKey::open(const std::string& uri) {
  auto impl = std::make_shared<Impl>();
  impl->text = uri;
  TRY_ASSIGN(impl->uri, parse_uri(uri));
  TRY(impl->connect());
  return std::shared_ptr<const TokenKey>(new TokenKey(std::move(impl)));
}

const std::string& TokenKey::uri() const { return impl_->text; }
const PublicKey& TokenKey::public_key() const { return *impl_->key; }

// A token that does not answer would hold up whoever waits for the signature for ever. The thread
// that waits for it keeps what it needs.
Result<Buffer> TokenKey::sign(Bytes message) const {
  const auto promise = std::make_shared<std::promise<Result<Buffer>>>();
  auto answer = promise->get_future();
  std::thread([promise, impl = impl_, message = Buffer(message)] {
    promise->set_value(impl->sign(message));
  }).detach();
  if (answer.wait_for(kAnswerTimeout) == std::future_status::ready) return answer.get();
  return fail(ErrorCode::kIo, "pkcs11.no-answer", {{"uri", uri()}});
}

}  // namespace nianlun
