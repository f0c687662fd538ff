#include "erase_command.h"

#include <iostream>

#include "ledger/device.h"
#include "ledger/erasure.h"
#include "ledger/time.h"
#include "offline_seal.h"
#include "profile_book.h"
#include "tool.h"
#include "tool_sender.h"
#include "try.h"

namespace nianlun {
namespace {

Result<ErasureRequest> request_of(const EraseArguments& arguments) {
  ErasureRequest request{
      .event_id = arguments.event_id, .record = arguments.record, .subject = arguments.subject};
  // A name on a command line is seen by others and kept in a history.
  if (request.subject == "-") std::getline(std::cin, request.subject);
  if (!arguments.ended_before.empty()) {
    const auto time = parse_date_time(arguments.ended_before + "T00:00:00Z");
    if (!time || *time > now_ms()) {
      return fail(ErrorCode::kInvalidArgument, "erase.bad-date",
                  {{"date", arguments.ended_before}});
    }
    request.ended_before_ms = *time;
  }
  const bool any = !request.event_id.empty() || request.record || !request.subject.empty() ||
                   request.ended_before_ms;
  if (!any) return fail(ErrorCode::kInvalidArgument, "erase.nothing-named");
  const bool tells =
      !request.subject.empty() && arguments.basis.find(request.subject) != std::string::npos;
  if (tells) return fail(ErrorCode::kInvalidArgument, "erase.basis-names-subject");
  return request;
}

/// The legal source of the retention in each profile, by its label.
Result<Json> retention_sources(const Reading& reading) {
  TRY_ASSIGN(const auto book, reading.book());
  Json sources = Json(Json::Object());
  for (const std::string& id : book->ids()) {
    const auto profile = book->newest(id);
    const Json* retention = profile->source.find("retention");
    if (retention != nullptr) sources.set(profile->label(), *retention);
  }
  return sources;
}

/// What the log keeps for ever: that it happened, how much and why, and nothing of what it was.
Result<Admission> record_of_erasure(const Ledger& ledger, const EraseArguments& arguments,
                                    const ErasureRequest& request, const Erasable& found,
                                    const std::vector<PrivateKey>& keys) {
  Json event = registry_event("nianlun:PrivateErased");
  event.set("nianlun:count", found.digests.size());
  if (request.ended_before_ms) {
    TRY_ASSIGN(Json sources, retention_sources(*ledger.read()));
    event.set("nianlun:reason", "retention").set("nianlun:before", arguments.ended_before);
    event.set("nianlun:retention", std::move(sources));
  } else {
    event.set("nianlun:reason", request.subject.empty() ? "event" : "subject");
  }
  if (!arguments.basis.empty()) event.set("nianlun:basis", arguments.basis);
  TRY_ASSIGN(const SealPlace place, next_place(*ledger.read(), keys.front().public_key().did()));
  TRY_ASSIGN(CaptureEvent captured, capture_event(event, nullptr, place.suite));
  std::vector<CaptureEvent> events(1, std::move(captured));
  return sealed_offline(std::move(events), ledger.identity(), keys, place, now_ms());
}

Result<int> erase(const EraseArguments& arguments) {
  TRY_ASSIGN(const ErasureRequest request, request_of(arguments));
  if (arguments.yes && arguments.authority_files.empty()) {
    return fail(ErrorCode::kInvalidArgument, "tool.no-authority");
  }
  LedgerOptions options;
  options.directory = arguments.directory;
  options.read_only = !arguments.yes;
  TRY_ASSIGN(const auto ledger, Ledger::open(options));
  const auto progress = progress_of(arguments.language, "tool.erase-so-far");
  TRY_ASSIGN(const Erasable found, find_erasable(*ledger->read(), request, progress));
  const Arguments counts = {{"events", std::to_string(found.events)},
                            {"values", std::to_string(found.digests.size())}};
  say(arguments.language, "tool.erase-found", counts);
  if (found.digests.empty()) return kExitDone;
  if (!arguments.yes) {
    say(arguments.language, "tool.erase-ask-yes");
    return kExitFailed;
  }
  TRY_ASSIGN(const std::vector<PrivateKey> keys, load_keys(arguments.authority_files));
  TRY_ASSIGN(Admission record, record_of_erasure(*ledger, arguments, request, found, keys));
  TRY_ASSIGN(const std::uint64_t index, ledger->erase(found.digests, std::move(record)));
  say(arguments.language, "tool.erased", {{"index", std::to_string(index)}});
  return kExitDone;
}

}  // namespace

int run_erase(const EraseArguments& arguments) {
  const auto done = erase(arguments);
  return done ? *done : complain(arguments.language, done.error());
}

}  // namespace nianlun
