#include "ledger/time.h"
#include "ledger/trace.h"
#include "trace_teller.h"
#include "try.h"

namespace nianlun {
namespace {

/// Where a record stands in the timeline of one of its items; nothing for a record of no item.
Result<std::optional<TimelineEntry>> entry_in(const Teller& teller, const StoredRecord& stored) {
  const auto time_ms = parse_date_time(stored.record.event.text("eventTime"));
  if (!time_ms) return std::optional<TimelineEntry>();
  TRY_ASSIGN(const auto ids, teller.items_of(stored.record));
  for (const std::string& id : ids) {
    TRY_ASSIGN(const auto item, find_item(teller.state(), id));
    if (!item) continue;
    TRY_ASSIGN(auto entry, entry_of(teller.state(), *item, {*time_ms, stored.index}));
    if (entry) return entry;
  }
  return std::optional<TimelineEntry>();
}

}  // namespace

Result<Json> event_view(const Reading& reading, std::uint64_t index, const Viewer& viewer) {
  TRY_ASSIGN(const KeptRecord kept, reading.kept(index));
  TRY_ASSIGN(const RecordText text, cut_record(kept.bytes));
  TRY_ASSIGN(const StoredRecord stored, parsed(kept));
  TRY_ASSIGN(const Teller teller, Teller::make(reading, viewer));
  TRY_ASSIGN(const auto entry, entry_in(teller, stored));
  std::string told;
  TRY(teller.tell(kept, text, entry ? &*entry : nullptr, told));
  TRY_ASSIGN(Json json, Json::parse(told, kToldLimits));
  Json prior{Json::Array()};
  for (const std::uint64_t one : stored.record.prior) {
    prior.push(one == kNoRecord ? Json() : Json(one));
  }
  Json items{Json::Array()};
  TRY_ASSIGN(const auto ids, teller.items_of(stored.record));
  for (const std::string& id : ids) items.push(id);
  return json.set("items", std::move(items)).set("prior", std::move(prior));
}

Result<std::vector<std::uint64_t>> records_of_event(const Reading& reading,
                                                    std::string_view event_id) {
  std::vector<std::uint64_t> records;
  for (const bool correction : {false, true}) {
    TRY_ASSIGN(const auto bytes, reading.state().get(event_key(event_id, correction)));
    if (!bytes) continue;
    TRY_ASSIGN(const KnownEvent found, decode_known_event(*bytes));
    records.push_back(found.index);
  }
  if (records.empty()) {
    return fail(ErrorCode::kNotFound, "trace.no-event", {{"id", std::string(event_id)}});
  }
  return records;
}

}  // namespace nianlun
