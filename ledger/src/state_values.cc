// Values of the `state` database.

#include <cassert>

#include "leb128.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

class Writer {
 public:
  Writer& number(std::uint64_t value) {
    append_number(out_, value);
    return *this;
  }
  Writer& difference(std::uint64_t value, std::uint64_t from) {
    append_difference(out_, value, from);
    return *this;
  }
  Writer& time(std::int64_t time_ms) { return difference(static_cast<std::uint64_t>(time_ms), 0); }
  Writer& octets(Bytes text) {
    number(text.size());
    out_.append(text);
    return *this;
  }
  Writer& standing(const Standing& standing) {
    return octets(standing.state)
        .octets(standing.container)
        .octets(standing.place)
        .number(standing.holder << 1 | (standing.recalled ? 1U : 0U));
  }
  /// All but what its event says of origins.
  Writer& entry(const TimelineEntry& entry) {
    std::uint64_t flags = 0;
    unsigned bit = 0;
    for (const bool flag : {entry.voided, entry.fits, entry.disputed, entry.sets_state,
                            entry.sets_container, entry.sets_place, entry.sets_holder,
                            entry.sets_recalled, entry.spreads, entry.empties, entry.carried}) {
      flags |= std::uint64_t{flag} << bit++;
    }
    number(entry.actor).number(flags).octets(entry.step).number(entry.participant);
    number(entry.party).standing(entry.after);
    number(entry.attributes.size());
    for (const auto& [name, value] : entry.attributes) octets(name).octets(value);
    return *this;
  }
  Writer& texts(const std::vector<std::string>& texts) {
    number(texts.size());
    for (const std::string& text : texts) octets(text);
    return *this;
  }
  Buffer take() { return std::move(out_); }

 private:
  Buffer out_;
};

/// Reads what Writer wrote.
class Reader : public NumberReader {
 public:
  using NumberReader::NumberReader;
  std::int64_t time() { return static_cast<std::int64_t>(difference(0)); }
  std::string text() { return std::string(octets(number())); }
  Standing standing() {
    Standing standing;
    standing.state = text();
    standing.container = text();
    standing.place = text();
    const std::uint64_t holder = number();
    standing.holder = holder >> 1;
    standing.recalled = (holder & 1) != 0;
    return standing;
  }
  TimelineEntry entry() {
    TimelineEntry entry;
    entry.actor = number();
    const std::uint64_t flags = number();
    unsigned bit = 0;
    for (bool* flag : {&entry.voided, &entry.fits, &entry.disputed, &entry.sets_state,
                       &entry.sets_container, &entry.sets_place, &entry.sets_holder,
                       &entry.sets_recalled, &entry.spreads, &entry.empties, &entry.carried}) {
      *flag = (flags >> bit++ & 1) != 0;
    }
    entry.step = text();
    entry.participant = number();
    entry.party = number();
    entry.after = standing();
    for (std::uint64_t left = count(); left > 0; --left) {
      std::string name = text();
      entry.attributes.emplace_back(std::move(name), text());
    }
    return entry;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> texts;
    for (std::uint64_t left = count(); left > 0; --left) texts.push_back(text());
    return texts;
  }
};

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "state.damaged"); }

constexpr std::size_t kHashOctets = 16;

// Flags of an item.
constexpr std::uint64_t kRecalled = 1;
constexpr std::uint64_t kCarries = 2;
constexpr std::uint64_t kHasNewest = 4;
constexpr std::uint64_t kStandsApart = 8;  ///< `now` is not what the newest entry left
constexpr std::uint64_t kNewOrigins = 16;  ///< the newest entry's are not all that the item has

}  // namespace

Buffer encode(const Item& item) {
  const bool origins = item.newest && item.newest->origins != item.origins;
  const bool apart = !item.newest || item.now != item.newest->after;
  Writer out;
  out.number((item.recalled ? kRecalled : 0) | (item.carries ? kCarries : 0) |
             (item.newest ? kHasNewest : 0) | (apart ? kStandsApart : 0) |
             (origins ? kNewOrigins : 0));
  out.number(item.first + 1).number(item.nth).difference(item.last, item.first);
  out.difference(item.index, item.last).time(item.time_ms);
  if (item.newest) out.entry(*item.newest);
  if (origins) out.texts(item.newest->origins);
  if (apart) out.standing(item.now);
  out.octets(item.profile).octets(item.kind).number(item.open_exceptions).texts(item.origins);
  out.number(item.attributes.size());
  for (const AttributeValue& attribute : item.attributes) {
    out.octets(attribute.name).octets(attribute.value);
    out.difference(static_cast<std::uint64_t>(attribute.time_ms),
                   static_cast<std::uint64_t>(item.time_ms));
    out.difference(attribute.index, item.index);
  }
  return out.take();
}

Result<Item> decode_item(std::string_view id, Bytes bytes) {
  Reader in(bytes);
  Item item;
  item.id = id;
  const std::uint64_t flags = in.number();
  item.recalled = (flags & kRecalled) != 0;
  item.carries = (flags & kCarries) != 0;
  item.first = in.number() - 1;
  item.nth = in.number();
  item.last = in.difference(item.first);
  item.index = in.difference(item.last);
  item.time_ms = in.time();
  if ((flags & kHasNewest) != 0) item.newest = in.entry();
  if (item.newest && (flags & kNewOrigins) != 0) item.newest->origins = in.texts();
  item.now = (flags & kStandsApart) != 0 ? in.standing()
             : item.newest               ? item.newest->after
                                         : Standing();
  item.profile = in.text();
  item.kind = in.text();
  item.open_exceptions = in.number();
  item.origins = in.texts();
  if (item.newest && (flags & kNewOrigins) == 0) item.newest->origins = item.origins;
  for (std::uint64_t left = in.count(); left > 0; --left) {
    AttributeValue attribute;
    attribute.name = in.text();
    attribute.value = in.text();
    attribute.time_ms =
        static_cast<std::int64_t>(in.difference(static_cast<std::uint64_t>(item.time_ms)));
    attribute.index = in.difference(item.index);
    item.attributes.push_back(std::move(attribute));
  }
  if (!in.done()) return damaged();
  return item;
}

Buffer encode(const TimelineEntry& entry) {
  return Writer().entry(entry).texts(entry.origins).take();
}

Result<TimelineEntry> decode_entry(Bytes bytes) {
  Reader in(bytes);
  TimelineEntry entry = in.entry();
  entry.origins = in.texts();
  if (!in.done()) return damaged();
  return entry;
}

Buffer encode(const RecordTraces& traces) {
  Writer out;
  out.texts(traces.items).number(traces.balances.size());
  for (const auto& change : traces.balances) {
    out.octets(change.lot).octets(change.unit).octets(change.amount);
  }
  return out.texts(traces.claims).take();
}

Result<RecordTraces> decode_traces(Bytes bytes) {
  Reader in(bytes);
  RecordTraces traces;
  traces.items = in.texts();
  for (std::uint64_t left = in.count(); left > 0; --left) {
    RecordTraces::Change change;
    change.lot = in.text();
    change.unit = in.text();
    change.amount = in.text();
    traces.balances.push_back(std::move(change));
  }
  traces.claims = in.texts();
  if (!in.done()) return damaged();
  return traces;
}

Buffer encode(const KnownEvent& known) {
  assert(known.hash16.size() == kHashOctets);
  Writer out;
  out.number(known.index).time(known.recorded_ms).octets(known.step);
  return out.take() + known.hash16;
}

Result<KnownEvent> decode_known_event(Bytes bytes) {
  Reader in(bytes);
  KnownEvent known;
  known.index = in.number();
  known.recorded_ms = in.time();
  known.step = in.text();
  known.hash16 = in.octets(kHashOctets);
  if (!in.done()) return damaged();
  return known;
}

Buffer encode_index(std::uint64_t index) { return Writer().number(index).take(); }

Result<std::uint64_t> decode_index(Bytes bytes) {
  Reader in(bytes);
  const std::uint64_t index = in.number();
  if (!in.done()) return damaged();
  return index;
}

Buffer encode(const Indexed& indexed) {
  return Writer().number(indexed.index).octets(indexed.value).take();
}

Result<Indexed> decode_indexed(Bytes bytes) {
  Reader in(bytes);
  Indexed indexed;
  indexed.index = in.number();
  indexed.value = in.text();
  if (!in.done()) return damaged();
  return indexed;
}

Buffer encode(const SealRecords& records) {
  return Writer().number(records.first).number(records.events).take();
}

Result<SealRecords> decode_seal_records(Bytes bytes) {
  Reader in(bytes);
  SealRecords records;
  records.first = in.number();
  records.events = in.number();
  if (!in.done()) return damaged();
  return records;
}

}  // namespace nianlun
