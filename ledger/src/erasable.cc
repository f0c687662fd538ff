// Which private values are to be erased: of an event, of a subject, or by their retention.

#include <algorithm>
#include <limits>
#include <set>

#include "ledger/erasure.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "trace_teller.h"
#include "try.h"
#include "value_place.h"

namespace nianlun {
namespace {

using Progress = std::function<void(std::uint64_t)>;

/// The same day so many years later; 29 February becomes 1 March. What lies beyond the year 9999 is
/// never.
std::int64_t years_after(std::int64_t time_ms, std::uint32_t years) {
  constexpr std::size_t kYearDigits = 4;
  std::string text = date_time(time_ms);
  std::string year = std::to_string(std::stoul(text.substr(0, kYearDigits)) + years);
  if (year.size() < kYearDigits) year.insert(0, kYearDigits - year.size(), '0');
  auto moved = parse_date_time(year + text.substr(kYearDigits));
  if (!moved && text.find("-02-29T") == kYearDigits) {
    moved = parse_date_time(year + "-03-01" + text.substr(text.find('T')));
  }
  return moved.value_or(std::numeric_limits<std::int64_t>::max());
}

/// A date counts from its end.
std::optional<std::int64_t> time_of(const AttributeValue& attribute) {
  const auto value = Json::parse(attribute.value);
  if (!value || !value->is_string()) return std::nullopt;
  const std::string& text = value->string();
  const auto time = parse_date_time(text.size() == 10 ? text + "T23:59:59.999Z" : text);
  return time ? std::optional(*time) : std::nullopt;
}

/// The latest value of an attribute of the items and of what they come from.
Result<std::optional<std::int64_t>> latest_of(const StateView& state, std::vector<std::string> ids,
                                              std::string_view name) {
  std::optional<std::int64_t> latest;
  const std::size_t own = ids.size();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    TRY_ASSIGN(const auto item, find_item(state, ids[i]));
    if (!item) continue;
    for (const AttributeValue& attribute : item->attributes) {
      if (attribute.name != name) continue;
      const auto time = time_of(attribute);
      if (time && (!latest || *time > *latest)) latest = time;
    }
    if (i < own) ids.insert(ids.end(), item->origins.begin(), item->origins.end());
  }
  return latest;
}

class Search {
 public:
  Search(const Reading& reading, const Progress& progress)
      : reading_(reading), progress_(progress) {}

  Result<void> of_record(std::uint64_t index) {
    TRY_ASSIGN(const StoredRecord stored, reading_.record(index));
    return of_event(stored);
  }

  Result<void> of_subject(const std::string& subject) {
    TRY_ASSIGN(const auto book, reading_.book());
    for (const std::string& id : book->ids()) {
      for (const auto& [path, member] : book->newest(id)->private_members) {
        if (!member.subject) continue;
        TRY(each_found({id, path, Json(subject), ""}));
      }
    }
    return {};
  }

  Result<void> ended_before(std::int64_t time_ms) {
    return reading_.each_private(
        [&](std::string_view digest, const PrivateValue& value) -> Result<bool> {
          TRY_ASSIGN(const bool ended, has_ended(value, time_ms));
          if (ended) TRY(add(std::string(digest), value));
          if (progress_) progress_(++seen_);
          return true;
        });
  }

  Erasable found() && {
    return {.digests = {digests_.begin(), digests_.end()}, .events = events_.size()};
  }

 private:
  Result<void> add(const std::string& digest, const PrivateValue& value) {
    digests_.insert(digest);
    if (value.seal) events_.emplace(*value.seal, value.position);
    return {};
  }

  Result<void> of_event(const StoredRecord& stored) {
    if (stored.record.event.is_null()) return {};
    for (const std::string& digest : digests_of(stored.record.event)) {
      TRY_ASSIGN(const auto value, reading_.private_value(digest));
      if (value) TRY(add(digest, *value));
    }
    return {};
  }

  Result<void> each_found(PrivateQuery query) {
    for (;;) {
      TRY_ASSIGN(const auto digests, reading_.find_private(query));
      for (const std::string& digest : digests) {
        TRY_ASSIGN(const auto value, reading_.private_value(digest));
        if (!value) continue;
        TRY(add(digest, *value));
        TRY_ASSIGN(const auto stored, record_of(reading_, *value, digest));
        if (stored) TRY(of_event(*stored));
        if (progress_) progress_(++seen_);
      }
      if (digests.size() < query.count_max) return {};
      query.after = digests.back();
    }
  }

  Result<bool> has_ended(const PrivateValue& value, std::int64_t time_ms) const {
    TRY_ASSIGN(const auto index, record_index_of(reading_.state(), value));
    if (!index) return true;  // nobody will ever ask for it
    TRY_ASSIGN(const StoredRecord stored, reading_.record(*index));
    TRY_ASSIGN(const auto end, retention_end(reading_, stored, value.profile));
    return end && *end < time_ms;
  }

  const Reading& reading_;
  const Progress& progress_;
  std::set<std::string> digests_;
  std::set<std::pair<Hash, std::uint64_t>> events_;
  std::uint64_t seen_ = 0;
};

}  // namespace

Result<std::optional<std::int64_t>> retention_end(const Reading& reading,
                                                  const StoredRecord& stored,
                                                  std::string_view profile) {
  TRY_ASSIGN(const auto book, reading.book());
  const auto newest = book->newest(profile);
  if (newest == nullptr || !newest->retention) return std::optional<std::int64_t>();
  const Profile::Retention& rule = *newest->retention;
  const auto happened = parse_date_time(stored.record.event.text("eventTime"));
  std::int64_t end = years_after(happened.value_or(stored.record.time_ms), rule.years);
  if (rule.attribute.empty()) return std::optional(end);
  TRY_ASSIGN(const Teller teller, Teller::make(reading, Viewer()));
  TRY_ASSIGN(auto ids, teller.items_of(stored.record));
  TRY_ASSIGN(const auto from, latest_of(reading.state(), std::move(ids), rule.attribute));
  if (from) end = std::max(end, years_after(*from, rule.after_years));
  return std::optional(end);
}

Result<Erasable> find_erasable(const Reading& reading, const ErasureRequest& request,
                               const Progress& progress) {
  Search search(reading, progress);
  if (!request.event_id.empty()) {
    TRY_ASSIGN(const auto records, records_of_event(reading, request.event_id));
    for (const std::uint64_t index : records) TRY(search.of_record(index));
  }
  if (request.record) TRY(search.of_record(*request.record));
  if (!request.subject.empty()) TRY(search.of_subject(request.subject));
  if (request.ended_before_ms) TRY(search.ended_before(*request.ended_before_ms));
  return std::move(search).found();
}

}  // namespace nianlun
