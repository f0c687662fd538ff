#include "../../ledger/src/state_keys.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace nianlun {
namespace {

Item sample_item() {
  Item item;
  item.id = "https://id.example.org/tree/1";
  item.profile = "forest";
  item.kind = "tree";
  item.first = 3;
  item.nth = 2;
  item.last = 900;
  item.open_exceptions = 2;
  item.recalled = true;
  item.time_ms = 1'777'622'400'000;
  item.index = 900;
  item.now = {"planted", "https://id.example.org/plot/1", "geo:40,116", 7};
  item.origins = {"https://id.example.org/seed-lot/1", "https://id.example.org/seed-lot/2"};
  item.attributes = {{"species", "\"Pinus\"", -5, 3}, {"height", "1.5", 6, kNoRecord}};
  return item;
}

TimelineEntry sample_entry() {
  TimelineEntry entry;
  entry.voided = true;
  entry.fits = false;
  entry.disputed = true;
  entry.step = "forest@1/planted";
  entry.participant = 1;
  entry.actor = 300;
  entry.party = 7;
  entry.sets_place = entry.sets_holder = true;
  entry.after = {"planted", "", "", 7};
  return entry;
}

/// No prefix of the bytes and nothing longer is taken for the whole.
template <class Decode>
void check_length_matters(const Buffer& bytes, Decode decode) {
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK(!decode(Bytes(bytes).substr(0, length)));
  }
  CHECK(!decode(bytes + Buffer(1, '\0')));
}

}  // namespace

TEST_CASE("an item is read as it was written, and no part of it is") {
  const Item item = sample_item();
  const Buffer bytes = encode(item);
  const auto read = decode_item(item.id, bytes);
  REQUIRE(read);
  CHECK(encode(*read) == bytes);
  CHECK(read->id == item.id);
  CHECK(read->profile == item.profile);
  CHECK(read->kind == item.kind);
  CHECK(read->first == 3);
  CHECK(read->nth == 2);
  CHECK(read->last == 900);
  CHECK(read->open_exceptions == 2);
  CHECK(read->recalled);
  CHECK(read->time_ms == item.time_ms);
  CHECK(read->index == 900);
  CHECK(read->now == item.now);
  CHECK(read->origins == item.origins);
  REQUIRE(read->attributes.size() == 2);
  CHECK(read->attributes[0].value == "\"Pinus\"");
  CHECK(read->attributes[0].time_ms == -5);
  CHECK(read->attributes[1].index == kNoRecord);
  CHECK(decode_item("", encode(Item())).value().first == kNoRecord);
  check_length_matters(bytes, [&](Bytes part) { return decode_item(item.id, part); });
}

TEST_CASE("an item holds the newest entry, and what stands now apart from it only if it differs") {
  Item item = sample_item();
  item.newest = sample_entry();
  const Buffer apart = encode(item);
  CHECK(decode_item(item.id, apart).value().now == item.now);
  item.now = item.newest->after;
  const Buffer bytes = encode(item);
  CHECK(bytes.size() < apart.size());
  const auto read = decode_item(item.id, bytes);
  REQUIRE(read);
  CHECK(encode(*read) == bytes);
  CHECK(read->now == item.newest->after);
  REQUIRE(read->newest);
  CHECK(encode(*read->newest) == encode(*item.newest));
  CHECK(read->newest->origins.empty());
  item.newest->origins = item.origins;
  const Buffer once = encode(item);
  CHECK(once.size() < bytes.size());
  const auto same = decode_item(item.id, once);
  REQUIRE(same);
  CHECK(same->newest->origins == item.origins);
  CHECK(same->origins == item.origins);
  check_length_matters(bytes, [&](Bytes part) { return decode_item(item.id, part); });
}

TEST_CASE("an entry of a timeline is read as it was written, and no part of it is") {
  const TimelineEntry entry = sample_entry();
  const Buffer bytes = encode(entry);
  const auto read = decode_entry(bytes);
  REQUIRE(read);
  CHECK(read->voided);
  CHECK(!read->fits);
  CHECK(read->disputed);
  CHECK(read->step == entry.step);
  CHECK(read->participant == 1);
  CHECK(read->actor == 300);
  CHECK(read->party == 7);
  CHECK((read->sets_place && read->sets_holder));
  CHECK((!read->sets_state && !read->sets_container));
  CHECK(read->after == entry.after);
  check_length_matters(bytes, decode_entry);
}

TEST_CASE("the records of a seal and indexed values are read as they were written") {
  const SealRecords records{12, 5};
  const Buffer bytes = encode(records);
  const auto read = decode_seal_records(bytes);
  REQUIRE(read);
  CHECK(read->first == 12);
  CHECK(read->events == 5);
  check_length_matters(bytes, decode_seal_records);

  const KnownEvent known{12, -5, hash16("event"), "forest@1/planted"};
  const auto event = decode_known_event(encode(known));
  REQUIRE(event);
  CHECK((event->index == 12 && event->recorded_ms == -5));
  CHECK(event->step == known.step);
  CHECK(event->is_of(sha256("event")));
  CHECK(!event->is_of(sha256("other")));
  check_length_matters(encode(known), decode_known_event);

  CHECK(decode_index(encode_index(300)).value() == 300);
  check_length_matters(encode_index(300), decode_index);

  const Indexed indexed{kNoRecord - 1, "value"};
  const auto found = decode_indexed(encode(indexed));
  REQUIRE(found);
  CHECK(found->index == kNoRecord - 1);
  CHECK(found->value == "value");
  CHECK(!decode_indexed(""));
}

TEST_CASE("the keys of a timeline sort by time, then by record, also before 1970") {
  const std::vector<std::pair<std::int64_t, std::uint64_t>> sorted = {
      {-62'135'596'800'000, 9}, {-1, 7}, {-1, 300}, {0, 0}, {1, 5}, {255, 2}, {256, 1},
      {253'402'300'799'999, 0}};
  std::vector<Buffer> keys;
  Item item;
  item.first = 300;
  for (const auto& [time, index] : sorted) {
    keys.push_back(timeline_key(item, {time, index}));
    CHECK(keys.back().starts_with(timeline_prefix(item)));
    CHECK(moment_of(keys.back()).value() == Moment(time, index));
    CHECK(!moment_of(keys.back() + Buffer(1, '\0')));
    CHECK(!moment_of(Bytes(keys.back()).substr(0, keys.back().size() - 1)));
  }
  CHECK(std::ranges::is_sorted(keys));
  CHECK(std::ranges::adjacent_find(keys) == keys.end());
}

TEST_CASE("no item's timeline has keys of another's, whatever their numbers") {
  std::vector<Buffer> prefixes;
  for (const std::uint64_t first : {0, 1, 255, 256, 65'536}) {
    for (const std::uint64_t nth : {0, 1, 255, 256}) {
      Item item;
      item.first = first;
      item.nth = nth;
      prefixes.push_back(timeline_prefix(item));
    }
  }
  CHECK(std::ranges::is_sorted(prefixes));
  for (const Buffer& one : prefixes) {
    const auto begins = [&](const Buffer& other) { return other.starts_with(one); };
    CHECK(std::ranges::count_if(prefixes, begins) == 1);
  }
}

TEST_CASE("what follows a prefix is the least key beyond all that have it") {
  Item item;
  item.first = 255;
  const Buffer prefix = timeline_prefix(item);
  CHECK(after_prefix(prefix) > timeline_key(item, {253'402'300'799'999, kNoRecord}));
  CHECK(after_prefix("ab") == "ac");
  CHECK(after_prefix("a\xff") == "b");
}

TEST_CASE("keys of different things differ, and numbers sort as numbers") {
  const std::vector<Buffer> keys = {
      Buffer(kGenesisKey),           Buffer(kPositionKey),  party_key("x"),
      party_number_key(1),           actor_key("x"),        actor_number_key(1),
      profile_key("x", 1),           item_key("x"),         timeline_prefix(Item()),
      event_key("x", false),         event_key("x", true),  refused_key(sha256("x"), "x"),
      refused_key(sha256("x"), "y"), Buffer(kTimeKey),      Buffer(kLastPartyKey),
      Buffer(kLastActorKey),         seal_key(sha256("x")), sequence_key("x", 1),
      descendant_prefix("x"),        contents_prefix("x"),  balance_key("x", "KGM"),
      balance_key("x", ""),          unique_key("x", "y"),  exception_key(1, "x"),
      open_exception_key(1, "x")};
  std::vector<Buffer> sorted = keys;
  std::ranges::sort(sorted);
  CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
  CHECK(profile_key("x", 9) < profile_key("x", 10));
  CHECK(sequence_key("x", 255) < sequence_key("x", 256));
  CHECK(exception_key(255, "a") < exception_key(256, "a"));
  CHECK(read_be64(be64(0x0102030405060708)) == 0x0102030405060708);
  CHECK(be64(1) == Buffer(7, '\0') + '\x01');
  CHECK(hash16("x").size() == 16);
}

}  // namespace nianlun
