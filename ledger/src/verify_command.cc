#include "verify_command.h"

#include <algorithm>
#include <iostream>

#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/receipt.h"
#include "tool.h"
#include "try.h"
#include "verified.h"

namespace nianlun {
namespace {

struct Given {
  std::vector<NoteVerifier> keys;
  Buffer receipt;
  std::optional<Buffer> record;
};

Result<Given> load(const VerifyArguments& arguments) {
  Given given;
  for (const std::string& vkey : arguments.keys) {
    TRY_ASSIGN(NoteVerifier key, NoteVerifier::parse(vkey));
    const auto is_same = [&](const NoteVerifier& other) { return other.key() == key.key(); };
    if (std::ranges::any_of(given.keys, is_same)) {
      return fail(ErrorCode::kConflict, "verify.key-twice", {{"name", key.name()}});
    }
    given.keys.push_back(std::move(key));
  }
  TRY_ASSIGN(given.receipt, read_file(arguments.file, kReceiptBytesMax));
  if (!arguments.record_file.empty()) {
    TRY_ASSIGN(given.record, read_file(arguments.record_file, kReceiptBytesMax));
  }
  return given;
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
  const auto verified = verify_any(given->receipt, given->record, given->keys);
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
