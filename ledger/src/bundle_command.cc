#include "bundle_command.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "bundle_make.h"
#include "bundle_source.h"
#include "ledger/encoding.h"
#include "ledger/files.h"
#include "ledger/messages.h"
#include "ledger/output_file.h"
#include "text.h"
#include "tool.h"
#include "try.h"
#include "verify_command.h"

namespace nianlun {
namespace {

Unexpected too_many(std::size_t most) {
  return fail(ErrorCode::kTooLarge, "bundle.too-many", {{"max", std::to_string(most)}});
}

void append(Json& list, const Json* more) {
  if (more == nullptr || !more->is_array()) return;
  for (const Json& item : more->array()) list.push(item);
}

/// An item with its whole chain and the exceptions of all of it, from as many pieces as it takes.
Result<Json> whole_item(BundleSource& source, const std::string& id, std::string_view language) {
  TRY_ASSIGN(Json item, source.item(id, language, Json()));
  const Json* next = item.find("chainNext");
  Json from = next == nullptr ? Json() : *next;
  while (from.is_number()) {
    TRY_ASSIGN(const Json piece, source.item(id, language, from));
    Json* chain = item.find("chain");
    Json* exceptions = item.find("exceptions");
    if (chain == nullptr || !chain->is_array() || exceptions == nullptr ||
        !exceptions->is_array()) {
      return fail(ErrorCode::kInvalidArgument, "bundle.malformed-account", {{"member", "chain"}});
    }
    append(*chain, piece.find("chain"));
    append(*exceptions, piece.find("exceptions"));
    if (chain->array().size() > kBundleRecordsMax) return too_many(kBundleRecordsMax);
    const Json* later = piece.find("chainNext");
    from = later == nullptr ? Json() : *later;
  }
  item.set("chainNext", Json());
  return item;
}

bool is_unknown(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kInvalidArgument;
}

/// A record by its index, else an item, else an event.
Result<Json> said_of(BundleSource& source, const std::string& subject, std::string_view language) {
  if (const auto index = parse_decimal(subject)) return source.record(*index, language);
  auto item = whole_item(source, subject, language);
  if (item || !is_unknown(item.error())) return item;
  auto event = source.event(subject, language);
  if (event || !is_unknown(event.error())) return event;
  return fail(ErrorCode::kNotFound, "bundle.no-subject", {{"subject", subject}});
}

Result<BundleAccount> account_of(BundleSource& source, const std::string& subject) {
  BundleAccount account;
  TRY_ASSIGN(account.en, said_of(source, subject, "en"));
  TRY_ASSIGN(account.zh, said_of(source, subject, "zh"));
  TRY_ASSIGN(const auto in_english, entries_of(account.en));
  TRY_ASSIGN(const auto in_chinese, entries_of(account.zh));
  const auto is_same = [](const Json* a, const Json* b) {
    return a->text("recordHash") == b->text("recordHash");
  };
  if (!std::ranges::equal(in_english, in_chinese, is_same)) {
    return fail(ErrorCode::kBusy, "bundle.ledger-grew", {{"subject", subject}});
  }
  account.subject = account.en.find("chain") != nullptr ? account.en.text("id") : subject;
  TRY(check_numbers_exact(account.en));
  TRY(check_numbers_exact(account.zh));
  return account;
}

/// Adds the receipts of what the account tells.
Result<void> add_receipts(BundleSource& source, const BundleAccount& account, const Trust& trust,
                          std::string_view language, Bundle& bundle) {
  TRY_ASSIGN(const auto entries, entries_of(account.en));
  for (const Json* entry : entries) {
    const auto number = entry->integer("index");
    const auto index = static_cast<std::uint64_t>(number.value_or(0));
    if (bundle.records.contains(index)) continue;
    if (bundle.records.size() == kBundleRecordsMax) return too_many(kBundleRecordsMax);
    const auto receipt = source.receipt(index);
    if (!receipt) {
      return fail(receipt.error().code, "bundle.no-receipt",
                  {{"index", std::to_string(index)}, {"reason", text(language, receipt.error())}});
    }
    TRY_ASSIGN(BundleRecord record, prove_record(*receipt, trust));
    TRY(add_record(bundle, std::move(record)));
  }
  return {};
}

Result<Bundle> gather(const BundleArguments& arguments, const Trust& trust) {
  if (arguments.subjects.size() > kBundleSubjectsMax) return too_many(kBundleSubjectsMax);
  TRY_ASSIGN(const auto source,
             arguments.server.empty()
                 ? BundleSource::of_folder(arguments.directory, trust.policy.has_value())
                 : BundleSource::of_server(arguments.server, arguments.language));
  Bundle bundle;
  for (const NoteVerifier& key : trust.keys.keys) bundle.keys.push_back(key.vkey());
  std::set<std::string> known;
  for (const std::string& subject : arguments.subjects) {
    TRY_ASSIGN(BundleAccount account, account_of(*source, subject));
    if (!known.insert(account.subject).second) continue;
    TRY(add_receipts(*source, account, trust, arguments.language, bundle));
    bundle.accounts.push_back(std::move(account));
  }
  for (const std::string& path : arguments.files) {
    TRY_ASSIGN(Buffer content, read_file(path, kBundleFileBytesMax));
    std::string hash = hex(sha256(content));
    bundle.files.emplace(std::move(hash), std::move(content));
  }
  return bundle;
}

Result<void> write(const std::string& path, Bytes zip) {
  TRY_ASSIGN(OutputFile file, OutputFile::create(path, Access::kEverybody));
  TRY(file.write(zip));
  TRY(file.commit());
  return sync_folder(std::filesystem::path(path).parent_path());
}

/// What is wrong with a receipt has the exit code that `ledger verify` has for it.
int refuse(std::string_view language, const Error& error) {
  const int code = complain(language, error);
  if (error.message == "bundle.no-receipt") {
    return error.code == ErrorCode::kBusy || error.code == ErrorCode::kIo ? kExitOffline : code;
  }
  if (error.message == "verify.missing-witnesses") return kExitUnwitnessed;
  if (error.code == ErrorCode::kConflict) return kExitOtherLedger;
  if (error.code == ErrorCode::kForbidden || error.code == ErrorCode::kCorrupted) {
    return kExitFalse;
  }
  return code;
}

}  // namespace

int run_bundle(const BundleArguments& arguments) {
  const auto trust = load_trust(arguments.keys, arguments.policy_file);
  if (!trust) return complain(arguments.language, trust.error());
  const auto bundle = gather(arguments, *trust);
  if (!bundle) return refuse(arguments.language, bundle.error());
  const auto zip = make_bundle(*bundle, *trust);
  if (!zip) return refuse(arguments.language, zip.error());
  const Result<void> written = write(arguments.out, *zip);
  if (!written) return complain(arguments.language, written.error());
  say(arguments.language, "bundle.made",
      {{"bytes", std::to_string(zip->size())},
       {"count", std::to_string(bundle->records.size())},
       {"file", arguments.out}});
  return kExitDone;
}

}  // namespace nianlun
