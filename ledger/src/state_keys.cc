#include "state_keys.h"

#include <bit>
#include <cassert>

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

std::uint64_t read_number(Bytes octets) {
  std::uint64_t value = 0;
  for (const char c : octets) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

constexpr std::size_t kTimeOctets = 7;

/// A number in the octets that it needs, behind how many they are: greater ones sort later, and
/// none begins another.
void append_sorting(Buffer& key, std::uint64_t value) {
  const auto octets = static_cast<std::size_t>((std::bit_width(value) + 7) / 8);
  key.push_back(static_cast<char>(octets));
  key.append(be64(value), 8 - octets);
}

std::optional<std::uint64_t> take_sorting(Bytes& key) {
  const std::size_t octets = key.empty() ? 9 : static_cast<unsigned char>(key.front());
  if (octets > 8 || key.size() <= octets) return std::nullopt;
  const std::uint64_t value = read_number(key.substr(1, octets));
  key.remove_prefix(1 + octets);
  return value;
}

}  // namespace

Buffer hash16(Bytes text) { return Buffer(sha256(text).view().substr(0, 16)); }

Buffer be64(std::uint64_t value) {
  Buffer out(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) out[i] = static_cast<char>(value >> (56 - 8 * i));
  return out;
}

std::uint64_t read_be64(Bytes eight) {
  assert(eight.size() == 8);
  return read_number(eight);
}

Buffer party_key(std::string_view party) { return joined('P', party); }
Buffer party_number_key(std::uint64_t number) { return joined('N', be64(number)); }
Buffer actor_key(std::string_view did) { return joined('K', did); }
Buffer actor_number_key(std::uint64_t number) { return joined('A', be64(number)); }
Buffer profile_key(std::string_view id, std::uint64_t version) {
  return joined('f', id, "/", be64(version));
}
Buffer item_key(std::string_view item) { return joined('i', hash16(item)); }
Buffer timeline_prefix(const Item& item) {
  Buffer key(1, 't');
  append_sorting(key, item.first);
  append_sorting(key, item.nth);
  return key;
}
Buffer timeline_key(const Item& item, Moment at) {
  assert(at.first >= kEarliest.first && at.first <= kLatest.first);
  Buffer key = timeline_prefix(item);
  key.append(be64(static_cast<std::uint64_t>(at.first - kEarliest.first)), 8 - kTimeOctets);
  append_sorting(key, at.second);
  return key;
}
Result<Moment> moment_of(Bytes timeline_key) {
  timeline_key.remove_prefix(1);
  const bool is_item = take_sorting(timeline_key) && take_sorting(timeline_key);
  if (is_item && timeline_key.size() > kTimeOctets) {
    const auto since = static_cast<std::int64_t>(read_number(timeline_key.substr(0, kTimeOctets)));
    timeline_key.remove_prefix(kTimeOctets);
    const auto index = take_sorting(timeline_key);
    if (index && timeline_key.empty()) return Moment{since + kEarliest.first, *index};
  }
  return fail(ErrorCode::kCorrupted, "state.damaged");
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

}  // namespace nianlun
