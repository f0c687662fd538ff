#include "ledger/suite.h"

namespace nianlun {

std::string_view suite_name(Suite suite) { return suite == Suite::kSm2Sm3 ? "sm2-sm3" : "sha256"; }

std::optional<Suite> suite_named(std::string_view name) {
  for (const Suite suite : {Suite::kSha256, Suite::kSm2Sm3}) {
    if (name == suite_name(suite)) return suite;
  }
  return std::nullopt;
}

KeyType usual_key(Suite suite) { return suite == Suite::kSm2Sm3 ? KeyType::kSm2 : KeyType::kP256; }

Suite suite_of(KeyType type) { return type == KeyType::kSm2 ? Suite::kSm2Sm3 : Suite::kSha256; }

bool has_key_type(Suite suite, KeyType type) { return suite_of(type) == suite; }

Suite suite_in_genesis(const Json& event) {
  return suite_named(event.text("nianlun:suite")).value_or(Suite::kSha256);
}

Result<Suite> suite_by_name(std::string_view name) {
  if (const auto suite = suite_named(name)) return *suite;
  return fail(ErrorCode::kInvalidArgument, "suite.unknown", {{"suite", std::string(name)}});
}

Result<void> check_key_type(const PublicKey& key, Suite suite) {
  if (has_key_type(suite, key.type())) return {};
  return fail(ErrorCode::kInvalidArgument, "suite.other-key",
              {{"key", key.did()}, {"suite", std::string(suite_name(suite))}});
}

Hash digest(Suite suite, Bytes a, Bytes b, Bytes c) {
  return suite == Suite::kSm2Sm3 ? sm3(a, b, c) : sha256(a, b, c);
}

}  // namespace nianlun
