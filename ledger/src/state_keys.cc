#include "state_keys.h"

#include "try.h"

namespace nianlun {
namespace {

Buffer joined(char kind, Bytes a, Bytes b = {}, Bytes c = {}) {
  Buffer key(1, kind);
  key.append(a).append(b).append(c);
  return key;
}

/// Times sort as unsigned octets once the sign bit is turned.
std::uint64_t biased(std::int64_t time_ms) {
  return static_cast<std::uint64_t>(time_ms) ^ (std::uint64_t{1} << 63);
}

class Writer {
 public:
  Writer& number(std::uint64_t value) {
    while (value >= 0x80) {
      out_.push_back(static_cast<char>(value | 0x80));
      value >>= 7;
    }
    out_.push_back(static_cast<char>(value));
    return *this;
  }
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
  Buffer take() { return std::move(out_); }

 private:
  Buffer out_;
};

/// Reads what Writer wrote; once something is wrong, every value is empty and ok() false.
class Reader {
 public:
  explicit Reader(Bytes in) : in_(in) {}
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !in_.empty(); shift += 7) {
      const auto octet = static_cast<unsigned char>(in_.front());
      in_.remove_prefix(1);
      value |= std::uint64_t{octet & 0x7fU} << shift;
      if (octet < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string octets() {
    const std::uint64_t size = number();
    if (size > in_.size()) {
      ok_ = false;
      return {};
    }
    std::string text(in_.substr(0, size));
    in_.remove_prefix(size);
    return text;
  }
  Standing standing() {
    Standing standing;
    standing.state = octets();
    standing.container = octets();
    standing.place = octets();
    const std::uint64_t holder = number();
    standing.holder = holder >> 1;
    standing.recalled = (holder & 1) != 0;
    return standing;
  }
  /// How many things follow, each at least an octet long.
  std::uint64_t count() {
    const std::uint64_t value = number();
    if (value > in_.size()) ok_ = false;
    return ok_ ? value : 0;
  }
  bool done() const { return ok_ && in_.empty(); }

 private:
  Bytes in_;
  bool ok_ = true;
};

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "state.damaged"); }

}  // namespace

Buffer hash16(Bytes text) { return Buffer(sha256(text).view().substr(0, 16)); }

Buffer be64(std::uint64_t value) {
  Buffer out(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (56 - 8 * i));
  return out;
}

std::uint64_t read_be64(Bytes eight) {
  assert(eight.size() == 8);
  std::uint64_t value = 0;
  for (const char c : eight) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

Buffer party_key(std::string_view party) { return joined('P', party); }
Buffer party_number_key(std::uint64_t number) { return joined('N', be64(number)); }
Buffer actor_key(std::string_view did) { return joined('K', did); }
Buffer actor_number_key(std::uint64_t number) { return joined('A', be64(number)); }
Buffer profile_key(std::string_view id, std::uint64_t version) {
  return joined('f', id, "/", be64(version));
}
Buffer item_key(std::string_view item) { return joined('i', hash16(item)); }
Buffer timeline_prefix(std::string_view item) { return joined('t', hash16(item)); }
Buffer timeline_key(std::string_view item, std::int64_t time_ms, std::uint64_t index) {
  return joined('t', hash16(item), be64(biased(time_ms)), be64(index));
}
Buffer event_key(std::string_view event_id, bool correction) {
  Buffer text(event_id);
  text.push_back('\0');
  text.push_back(correction ? '1' : '0');
  return joined('e', hash16(text));
}
Buffer refused_key(const Hash& event_hash, std::string_view submitter) {
  return joined('r', sha256(event_hash.view(), submitter).view().substr(0, 16));
}
Buffer refused_before_key(std::string_view submitter) { return joined('q', hash16(submitter)); }
Buffer seal_key(const Hash& seal) { return joined('s', seal.view().substr(0, 16)); }
Buffer sequence_key(std::string_view did, std::uint64_t sequence) {
  return joined('d', hash16(did), be64(sequence));
}
Buffer descendant_prefix(std::string_view origin) { return joined('c', hash16(origin)); }
Buffer descendant_key(std::string_view origin, std::string_view item) {
  return joined('c', hash16(origin), hash16(item));
}
Buffer held_prefix(std::string_view origin) { return joined('j', hash16(origin)); }
Buffer held_key(std::string_view origin, std::uint64_t party) {
  return held_prefix(origin) + be64(party);
}
Buffer contents_prefix(std::string_view container) { return joined('n', hash16(container)); }
Buffer contents_key(std::string_view container, std::string_view item) {
  return joined('n', hash16(container), hash16(item));
}
Buffer left_prefix(std::string_view container) { return joined('h', hash16(container)); }
Buffer left_from(std::string_view container, std::int64_t time_ms, std::uint64_t index) {
  return left_prefix(container) + be64(biased(time_ms)) + be64(index);
}
Buffer left_key(std::string_view container, std::int64_t time_ms, std::uint64_t index,
                std::string_view item) {
  return left_from(container, time_ms, index) + hash16(item);
}
Buffer traces_key(std::uint64_t index) { return joined('v', be64(index)); }
Buffer claim_prefix(Bytes unique_key) { return joined('w', unique_key.substr(1)); }
Buffer claim_key(Bytes unique_key, std::uint64_t index) {
  return joined('w', unique_key.substr(1), be64(index));
}
Buffer balance_key(std::string_view lot, std::string_view unit) {
  return joined('b', hash16(lot), unit);
}
Buffer unique_key(std::string_view guard, std::string_view value) {
  return joined('u', guard, Bytes("\0", 1), hash16(value));
}
Buffer exception_key(std::uint64_t index, std::string_view guard) {
  return joined('x', be64(index), "/", guard);
}
Buffer endorsed_mark_key(std::uint64_t index) { return joined('a', be64(index)); }
Buffer open_exception_key(std::uint64_t index, std::string_view guard) {
  return joined('o', be64(index), "/", guard);
}

Buffer after_prefix(Bytes prefix) {
  Buffer end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xff) end.pop_back();
  assert(!end.empty());
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::pair<std::int64_t, std::uint64_t> time_and_index(Bytes timeline_key) {
  assert(timeline_key.size() == 33);
  const std::uint64_t time = read_be64(timeline_key.substr(17, 8)) ^ (std::uint64_t{1} << 63);
  return {static_cast<std::int64_t>(time), read_be64(timeline_key.substr(25))};
}

Buffer encode(const Item& item) {
  Writer out;
  out.octets(item.id).octets(item.profile).octets(item.kind);
  out.number(item.first + 1).number(item.last + 1).number(item.open_exceptions);
  out.number((item.recalled ? 1U : 0U) | (item.carries ? 2U : 0U))
      .number(biased(item.time_ms))
      .number(item.index + 1);
  out.standing(item.now).number(item.origins.size());
  for (const std::string& origin : item.origins) out.octets(origin);
  out.number(item.attributes.size());
  for (const AttributeValue& attribute : item.attributes) {
    out.octets(attribute.name).octets(attribute.value).number(biased(attribute.time_ms));
    out.number(attribute.index);
  }
  return out.take();
}

Result<Item> decode_item(Bytes bytes) {
  Reader in(bytes);
  Item item;
  item.id = in.octets();
  item.profile = in.octets();
  item.kind = in.octets();
  item.first = in.number() - 1;
  item.last = in.number() - 1;
  item.open_exceptions = in.number();
  const std::uint64_t flags = in.number();
  item.recalled = (flags & 1) != 0;
  item.carries = (flags & 2) != 0;
  item.time_ms = static_cast<std::int64_t>(biased(static_cast<std::int64_t>(in.number())));
  item.index = in.number() - 1;
  item.now = in.standing();
  for (std::uint64_t left = in.count(); left > 0; --left) item.origins.push_back(in.octets());
  for (std::uint64_t left = in.count(); left > 0; --left) {
    AttributeValue attribute;
    attribute.name = in.octets();
    attribute.value = in.octets();
    attribute.time_ms = static_cast<std::int64_t>(biased(static_cast<std::int64_t>(in.number())));
    attribute.index = in.number();
    item.attributes.push_back(std::move(attribute));
  }
  if (!in.done()) return damaged();
  return item;
}

Buffer encode(const TimelineEntry& entry) {
  Writer out;
  std::uint64_t flags = 0;
  unsigned bit = 0;
  for (const bool flag : {entry.voided, entry.fits, entry.disputed, entry.sets_state,
                          entry.sets_container, entry.sets_place, entry.sets_holder,
                          entry.sets_recalled, entry.spreads, entry.empties, entry.carried}) {
    flags |= std::uint64_t{flag} << bit++;
  }
  out.number(flags).octets(entry.step).number(entry.participant);
  out.number(entry.actor).number(entry.party).standing(entry.after);
  out.number(entry.attributes.size());
  for (const auto& [name, value] : entry.attributes) out.octets(name).octets(value);
  out.number(entry.origins.size());
  for (const std::string& origin : entry.origins) out.octets(origin);
  return out.take();
}

Result<TimelineEntry> decode_entry(Bytes bytes) {
  Reader in(bytes);
  TimelineEntry entry;
  const std::uint64_t flags = in.number();
  unsigned bit = 0;
  for (bool* flag : {&entry.voided, &entry.fits, &entry.disputed, &entry.sets_state,
                     &entry.sets_container, &entry.sets_place, &entry.sets_holder,
                     &entry.sets_recalled, &entry.spreads, &entry.empties, &entry.carried}) {
    *flag = (flags >> bit++ & 1) != 0;
  }
  entry.step = in.octets();
  entry.participant = in.number();
  entry.actor = in.number();
  entry.party = in.number();
  entry.after = in.standing();
  for (std::uint64_t left = in.count(); left > 0; --left) {
    std::string name = in.octets();
    entry.attributes.emplace_back(std::move(name), in.octets());
  }
  for (std::uint64_t left = in.count(); left > 0; --left) entry.origins.push_back(in.octets());
  if (!in.done()) return damaged();
  return entry;
}

Buffer encode(const RecordTraces& traces) {
  Writer out;
  out.number(traces.voided ? 1 : 0).number(biased(traces.time_ms)).number(traces.items.size());
  for (const std::string& item : traces.items) out.octets(item);
  out.number(traces.balances.size());
  for (const auto& change : traces.balances) {
    out.octets(change.lot).octets(change.unit).octets(change.amount);
  }
  out.number(traces.claims.size());
  for (const Buffer& claim : traces.claims) out.octets(claim);
  return out.take();
}

Result<RecordTraces> decode_traces(Bytes bytes) {
  Reader in(bytes);
  RecordTraces traces;
  traces.voided = in.number() != 0;
  traces.time_ms = static_cast<std::int64_t>(biased(static_cast<std::int64_t>(in.number())));
  for (std::uint64_t left = in.count(); left > 0; --left) traces.items.push_back(in.octets());
  for (std::uint64_t left = in.count(); left > 0; --left) {
    RecordTraces::Change change;
    change.lot = in.octets();
    change.unit = in.octets();
    change.amount = in.octets();
    traces.balances.push_back(std::move(change));
  }
  for (std::uint64_t left = in.count(); left > 0; --left) traces.claims.push_back(in.octets());
  if (!in.done()) return damaged();
  return traces;
}

Buffer encode(const Indexed& indexed) {
  return Writer().number(indexed.index).octets(indexed.value).take();
}

Result<Indexed> decode_indexed(Bytes bytes) {
  Reader in(bytes);
  Indexed indexed;
  indexed.index = in.number();
  indexed.value = in.octets();
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
