#include "verify_command.h"

#include <iostream>

#include "bundle.h"
#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/receipt.h"
#include "ledger/rotation.h"
#include "tool.h"
#include "try.h"

namespace nianlun {
namespace {

struct Given {
  Trust trust;
  Buffer content;
  std::optional<Buffer> record;
  std::optional<Buffer> disclosures;
};

Result<Given> load(const VerifyArguments& arguments) {
  Given given;
  TRY_ASSIGN(given.trust, load_trust(arguments.keys, arguments.policy_file));
  if (!arguments.rotations_file.empty()) {
    TRY_ASSIGN(const Json json, read_json_file(arguments.rotations_file));
    TRY_ASSIGN(const auto rotations, parse_rotations(json));
    TRY_ASSIGN(given.trust.keys, follow_rotations(given.trust.keys, rotations));
  }
  TRY_ASSIGN(given.content, read_file(arguments.file, kZipBytesMax));
  if (!arguments.record_file.empty()) {
    TRY_ASSIGN(given.record, read_file(arguments.record_file, kReceiptBytesMax));
  }
  if (!arguments.disclosure_file.empty()) {
    TRY_ASSIGN(given.disclosures, read_file(arguments.disclosure_file, kReceiptBytesMax));
  }
  return given;
}

/// What holds, as it is said.
struct Told {
  Json json;
  std::vector<std::string> lines;
};

Result<Told> verify_receipt(const Given& given, std::string_view language) {
  TRY_ASSIGN(Verified verified, verify_any(given.content, given.record, given.trust.keys));
  TRY(check_quorum(given.trust, verified.cosigned));
  once_each(verified.cosigned);
  if (given.disclosures) TRY(disclose(*given.disclosures, verified));
  if (given.trust.policy) verified.quorum = given.trust.policy->quorum;
  return Told{json_of(verified), words_of(verified, language)};
}

Result<Told> verify_bundle(const Given& given, std::string_view language) {
  TRY_ASSIGN(const Bundle bundle, read_bundle(given.content, given.trust));
  return Told{json_of(bundle), words_of(bundle, language)};
}

/// Why a receipt or a bundle says nothing, as an exit code and in a last line.
int refuse(std::string_view language, const Error& error, bool of_bundle) {
  complain(language, error);
  const auto last = [&](const char* receipt, const char* bundle, int code) {
    say(language, of_bundle ? bundle : receipt);
    return code;
  };
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kTooLarge:
      return last("verify.malformed", "bundle.not-a-bundle", kExitMalformed);
    case ErrorCode::kConflict:
      return last("verify.other-ledger", "bundle.other-ledger", kExitOtherLedger);
    case ErrorCode::kBusy:
      return last("verify.unwitnessed", "bundle.unwitnessed", kExitUnwitnessed);
    case ErrorCode::kForbidden:
    case ErrorCode::kCorrupted:
      return last("verify.does-not-hold", "bundle.does-not-hold", kExitFalse);
    default:
      return kExitFailed;
  }
}

}  // namespace

int run_verify(const VerifyArguments& arguments) {
  const auto given = load(arguments);
  if (!given) return complain(arguments.language, given.error());
  const bool of_bundle = is_zip(given->content);
  const auto told = of_bundle ? verify_bundle(*given, arguments.language)
                              : verify_receipt(*given, arguments.language);
  if (!told) return refuse(arguments.language, told.error(), of_bundle);
  if (arguments.json) {
    std::cout << told->json.dump() << '\n';
  } else {
    for (const std::string& line : told->lines) std::cout << line << '\n';
  }
  return finish(arguments.language, {});
}

}  // namespace nianlun
