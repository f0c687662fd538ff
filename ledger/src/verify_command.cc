#include "verify_command.h"

#include <iostream>

#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/receipt.h"
#include "tool.h"
#include "try.h"
#include "verified.h"
#include "verify_trust.h"

namespace nianlun {
namespace {

struct Given {
  Trust trust;
  Buffer receipt;
  std::optional<Buffer> record;
  Suite suite = Suite::kSha256;
};

Result<Given> load(const VerifyArguments& arguments) {
  Given given;
  TRY_ASSIGN(given.suite, suite_by_name(arguments.suite));
  TRY_ASSIGN(given.trust, load_trust(arguments.keys, arguments.policy_file));
  TRY_ASSIGN(given.receipt, read_file(arguments.file, kReceiptBytesMax));
  if (!arguments.record_file.empty()) {
    TRY_ASSIGN(given.record, read_file(arguments.record_file, kReceiptBytesMax));
  }
  return given;
}

Result<Verified> verify(const Given& given) {
  TRY_ASSIGN(Verified verified,
             verify_any(given.receipt, given.record, given.trust.keys, given.suite));
  TRY(check_quorum(given.trust, verified.cosigned));
  if (given.trust.policy) verified.quorum = given.trust.policy->quorum;
  return verified;
}

/// Why a receipt says nothing, as an exit code and in a last line.
int refuse(std::string_view language, const Error& error) {
  complain(language, error);
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kTooLarge:
      say(language, "verify.malformed");
      return kExitMalformed;
    case ErrorCode::kConflict:
      say(language, "verify.other-ledger");
      return kExitOtherLedger;
    case ErrorCode::kBusy:
      say(language, "verify.unwitnessed");
      return kExitUnwitnessed;
    case ErrorCode::kForbidden:
    case ErrorCode::kCorrupted:
      say(language, "verify.does-not-hold");
      return kExitFalse;
    default:
      return kExitFailed;
  }
}

}  // namespace

int run_verify(const VerifyArguments& arguments) {
  const auto given = load(arguments);
  if (!given) return complain(arguments.language, given.error());
  const auto verified = verify(*given);
  if (!verified) return refuse(arguments.language, verified.error());
  if (arguments.json) {
    std::cout << json_of(*verified).dump() << '\n';
  } else {
    for (const std::string& line : words_of(*verified, arguments.language)) {
      std::cout << line << '\n';
    }
  }
  return finish(arguments.language, {});
}

}  // namespace nianlun
