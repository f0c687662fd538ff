#include "inspect_command.h"

#include <iostream>

#include "ledger/encoding.h"
#include "ledger/ledger.h"
#include "ledger/messages.h"
#include "ledger/trace.h"
#include "text.h"
#include "tool.h"
#include "try.h"

namespace nianlun {
namespace {

LedgerOptions options_of(const InspectArguments& arguments) {
  LedgerOptions options;
  options.directory = arguments.directory;
  options.read_only = true;
  return options;
}

Result<void> show(const InspectArguments& arguments) {
  TRY_ASSIGN(const auto ledger, Ledger::open(options_of(arguments)));
  const auto reading = ledger->read();
  const Viewer viewer{.party = {}, .roles = {}, .language = arguments.language};
  if (const auto index = parse_decimal(arguments.subject)) {
    TRY_ASSIGN(const Json view, event_view(*reading, *index, viewer));
    std::cout << view.dump() << '\n';
    return {};
  }
  TRY_ASSIGN(const Json view, item_view(*reading, arguments.subject, viewer));
  std::cout << view.dump() << '\n';
  return {};
}

Result<void> export_records(const InspectArguments& arguments) {
  TRY_ASSIGN(const auto ledger, Ledger::open(options_of(arguments)));
  const auto reading = ledger->read();
  const auto progress = progress_of(arguments.language, "tool.exported-so-far");
  for (std::uint64_t index = arguments.from; index < reading->size(); ++index) {
    TRY_ASSIGN(const StoredRecord stored, reading->record(index));
    std::cout << "{\"index\":" << index << ",\"record\":" << stored.bytes;
    const auto seal = reading->seal(index);
    if (seal) {
      std::cout << ",\"seal\":" << seal->json.dump() << ",\"proofs\":" << Json(seal->proofs).dump();
    } else if (seal.error().code != ErrorCode::kNotFound) {
      return Unexpected{seal.error()};
    }
    std::cout << "}\n";
    progress(index + 1);
  }
  return {};
}

}  // namespace

int run_check(const InspectArguments& arguments) {
  const auto report =
      check_ledger(options_of(arguments), progress_of(arguments.language, "tool.checked-so-far"),
                   arguments.quick ? CheckScope::kLog : CheckScope::kAll);
  if (!report) return complain(arguments.language, report.error());
  for (const Error& problem : report->problems) complain(arguments.language, problem);
  if (!report->problems.empty()) return kExitFailed;
  std::cout << text(arguments.language, "tool.check-done",
                    {{"records", std::to_string(report->records)},
                     {"root", hex(report->root.view())}})
            << '\n';
  return finish(arguments.language, {});
}

int run_rebuild(const InspectArguments& arguments) {
  LedgerOptions options = options_of(arguments);
  options.read_only = false;
  const auto records =
      rebuild_state(options, progress_of(arguments.language, "tool.rebuilt-so-far"));
  if (!records) return complain(arguments.language, records.error());
  if (const auto index = rebuild_index(options); !index) {
    return complain(arguments.language, index.error());
  }
  say(arguments.language, "tool.rebuild-done", {{"count", std::to_string(*records)}});
  return kExitDone;
}

int run_compact(const InspectArguments& arguments) {
  LedgerOptions options = options_of(arguments);
  options.read_only = false;
  const auto report = compact_ledger(options);
  if (!report) return complain(arguments.language, report.error());
  say(arguments.language, "tool.compact-done",
      {{"after", std::to_string(report->bytes_after)},
       {"before", std::to_string(report->bytes_before)}});
  return kExitDone;
}

int run_show(const InspectArguments& arguments) {
  return finish(arguments.language, show(arguments));
}
int run_export(const InspectArguments& arguments) {
  std::ios::sync_with_stdio(false);
  return finish(arguments.language, export_records(arguments));
}

}  // namespace nianlun
