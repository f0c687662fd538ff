#include "verify_command.h"

#include <iostream>
#include <set>

#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/receipt.h"
#include "ledger/rotation.h"
#include "tool.h"
#include "try.h"
#include "verified.h"
#include "verify_trust.h"

namespace nianlun {
namespace {

struct Given {
  Trust trust;
  std::vector<Rotation> rotations;
  Buffer receipt;
  std::optional<Buffer> record;
};

Result<Given> load(const VerifyArguments& arguments) {
  Given given;
  TRY_ASSIGN(given.trust, load_trust(arguments.keys, arguments.policy_file));
  if (!arguments.rotations_file.empty()) {
    TRY_ASSIGN(const Json json, read_json_file(arguments.rotations_file));
    TRY_ASSIGN(given.rotations, parse_rotations(json));
  }
  TRY_ASSIGN(given.receipt, read_file(arguments.file, kReceiptBytesMax));
  if (!arguments.record_file.empty()) {
    TRY_ASSIGN(given.record, read_file(arguments.record_file, kReceiptBytesMax));
  }
  return given;
}

/// A witness whose key changes signs with both for a while, and is one witness.
void once_each(std::vector<VerifiedSignature>& cosigned) {
  std::set<std::string> seen;
  std::erase_if(cosigned,
                [&](const VerifiedSignature& one) { return !seen.insert(one.name).second; });
}

Result<Verified> verify(const Given& given) {
  TRY_ASSIGN(const TrustedKeys keys, follow_rotations(given.trust.keys, given.rotations));
  TRY_ASSIGN(Verified verified, verify_any(given.receipt, given.record, keys));
  TRY(check_quorum(given.trust, verified.cosigned));
  once_each(verified.cosigned);
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
