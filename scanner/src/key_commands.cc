#include "commands.h"
#include "field_store.h"
#include "ledger/data_integrity.h"
#include "ledger/device.h"
#include "ledger/signature.h"
#include "ledger/src/try.h"
#include "ledger/time.h"

namespace nianlun::scanner {
namespace {

Result<int> keygen(const KeygenArguments& arguments, const Terminal& terminal) {
  if (arguments.type != "p256" && arguments.type != "ed25519") {
    return fail(ErrorCode::kInvalidArgument, "scanner.key-type", {{"type", arguments.type}});
  }
  const KeyType type = arguments.type == "p256" ? KeyType::kP256 : KeyType::kEd25519;
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
