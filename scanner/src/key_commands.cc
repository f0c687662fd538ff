#include "commands.h"
#include "field_store.h"
#include "ledger/data_integrity.h"
#include "ledger/device.h"
#include "ledger/signature.h"
#include "ledger/src/try.h"
#include "ledger/time.h"

namespace nianlun::scanner {
namespace {

/// Asked for, or else as the ledger wants it that the device belongs to.
Result<KeyType> type_of(const KeygenArguments& arguments) {
  if (arguments.type == "p256") return KeyType::kP256;
  if (arguments.type == "ed25519") return KeyType::kEd25519;
  if (arguments.type == "sm2") return KeyType::kSm2;
  if (!arguments.type.empty()) {
    return fail(ErrorCode::kInvalidArgument, "scanner.key-type", {{"type", arguments.type}});
  }
  if (arguments.store.empty()) return KeyType::kP256;
  TRY_ASSIGN(const LedgerInfo facts, FieldStore(arguments.store).facts());
  return usual_key(facts.suite);
}

Result<int> keygen(const KeygenArguments& arguments, const Terminal& terminal) {
  TRY_ASSIGN(const KeyType type, type_of(arguments));
  TRY_ASSIGN(const PrivateKey key, PrivateKey::generate(type));
  TRY(key.save(arguments.key));
  Json line;
  line.set("key", key.public_key().did()).set("file", arguments.key);
  terminal.write(line, "scanner.key-made",
                 {{"key", key.public_key().did()}, {"path", arguments.key}});
  return kDone;
}

Result<int> enrol(const EnrolArguments& arguments, const Terminal& terminal) {
  if (arguments.ledger.empty() && arguments.store.empty()) {
    return fail(ErrorCode::kInvalidArgument, "scanner.ledger-or-store");
  }
  TRY_ASSIGN(const PrivateKey key, PrivateKey::load(arguments.key));
  std::string ledger = arguments.ledger;
  if (ledger.empty()) {
    TRY_ASSIGN(const LedgerInfo facts, FieldStore(arguments.store).facts());
    ledger = facts.identity;
    TRY(check_key_type(key.public_key(), facts.suite));
  }
  Json statement;
  statement.set("type", "KeyEnrolment")
      .set("ledger", ledger)
      .set("party", arguments.party)
      .set("key", key.public_key().did());
  TRY_ASSIGN(Json proof, make_proof(statement, key, date_time(now_ms())));
  statement.set("proof", std::move(proof));
  terminal.write(statement);  // JSON with or without --json: it is for a program
  return kDone;
}

}  // namespace

int run_keygen(const KeygenArguments& arguments, const Terminal& terminal) {
  return terminal.finish(keygen(arguments, terminal));
}

int run_enrol(const EnrolArguments& arguments, const Terminal& terminal) {
  return terminal.finish(enrol(arguments, terminal));
}

}  // namespace nianlun::scanner
