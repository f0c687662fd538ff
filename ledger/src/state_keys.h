#pragma once

// Keys and values of the `state` database: everything in it follows from `log`.
//
//   g                                    genesis settings, JSON of the genesis event
//   P party                              party, JSON {number, name, roles, enrolled?}
//   N be64 party number                  party URI
//   K did                                key, JSON {number, party, roles, enrolled, revoked?,
//                                        compromised?}, the last in ms since 1970 UTC
//   A be64 key number                    did
//   f profile id / be64 version          JSON {index, profile}
//   i hash16(item)                       Item, with the newest entry of its timeline
//   t first nth time index               TimelineEntry of the item that was the nth (from 0) of its
//                                        first record: every entry but the newest
//   v be64 index                         RecordTraces of a record that has any
//   e hash16(event id, correction?)      KnownEvent
//   r hash16(event hash, submitter)      be64 index of the record that refused it from that key
//   q hash16(submitter)                  empty: there is an `r` from that key, which few ever have
//   s hash16(seal)                       index of the first record, number of records
//   d hash16(did) be64 sequence          index of the first record of the first seal so numbered
//   c hash16(origin) hash16(item)        index, item: what came from what
//   j hash16(origin) be64 party number   empty: the party held it, or something that comes from it;
//                                        of kinds with `holders`, and kept when it holds no more
//   n hash16(container) hash16(item)     item: what is inside or fastened to what now
//   h hash16(container) be64 time be64 index hash16(item)
//                                        item that left the container by that timeline entry
//   b hash16(lot) unit of measure        balance, a decimal; none if it is zero
//   u guard NUL hash16(value)            index, item that holds the value: the last claim
//   m guard "/cell" NUL row column       index, item that holds a cell of the grid: the last claim
//   u guard "/place" NUL hash16(item)    index, geo URI: where the item stands, for the grid
//   w as u or m, be64 index              item or geo URI: a claim that was in order
//   x be64 index / guard                 exception, JSON: see exceptions_fold.h
//   o be64 index / guard                 empty: the exception is open
//   l                                    keys of the log, JSON [{vkey, adopted, retired?}, ...];
//   none:
//                                        the genesis' alone
//   a be64 index                         JSON {endorsed, record}: who stood up for a record
//                                        of a compromised key, and the hash that he named
//   NL, AL                               be64: the last number of a party, of a key
//   y                                    be64: time of the newest record, ms since 1970 UTC
//   z                                    position: JSON {size, root}
//
// In keys of `t` numbers are as many octets as they need, after how many these are, and a time is
// seven octets from 2^55 ms before 1970 on: so they sort. Elsewhere in keys a time is eight octets
// from 2^63 ms before 1970 on. Values hold numbers as LEB128, signed ones in zigzag; what differs
// from entry to entry stands before what repeats, which blocks compress away.
//
// Numbers of parties and keys count from 1 in the order of their records. The genesis enrols a
// party of its own, whose URI is the identifier domain and whose name is the origin, with the
// authority's keys and then the gateway's, all without a role: who may act as authority follows
// from the genesis settings, and a gateway acts for the party that its seal names.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/record.h"
#include "ledger/result.h"

namespace nianlun {

Buffer hash16(Bytes text);
Buffer be64(std::uint64_t value);
std::uint64_t read_be64(Bytes eight);

inline constexpr std::string_view kGenesisKey = "g";
inline constexpr std::string_view kLogKeysKey = "l";
inline constexpr std::string_view kPositionKey = "z";
inline constexpr std::string_view kTimeKey = "y";
inline constexpr std::string_view kLastPartyKey = "NL";  // be64 follows N elsewhere: no clash
inline constexpr std::string_view kLastActorKey = "AL";
Buffer party_key(std::string_view party);
Buffer party_number_key(std::uint64_t number);
Buffer actor_key(std::string_view did);
Buffer actor_number_key(std::uint64_t number);
Buffer profile_key(std::string_view id, std::uint64_t version);
Buffer item_key(std::string_view item);
Buffer event_key(std::string_view event_id, bool correction);
Buffer refused_key(const Hash& event_hash, std::string_view submitter);
Buffer refused_before_key(std::string_view submitter);
Buffer seal_key(const Hash& seal);
Buffer sequence_key(std::string_view did, std::uint64_t sequence);
Buffer descendant_prefix(std::string_view origin);
Buffer descendant_key(std::string_view origin, std::string_view item);
Buffer held_prefix(std::string_view origin);
Buffer held_key(std::string_view origin, std::uint64_t party);
Buffer contents_prefix(std::string_view container);
Buffer contents_key(std::string_view container, std::string_view item);
/// What left a container at or after a time begins with the first of these and has the prefix.
Buffer left_from(std::string_view container, std::int64_t time_ms, std::uint64_t index);
Buffer left_prefix(std::string_view container);
Buffer left_key(std::string_view container, std::int64_t time_ms, std::uint64_t index,
                std::string_view item);
Buffer traces_key(std::uint64_t index);
/// The claims to a value or a cell: the key of `u` or `m`, for every record that made one.
Buffer claim_prefix(Bytes unique_key);
Buffer claim_key(Bytes unique_key, std::uint64_t index);
Buffer balance_key(std::string_view lot, std::string_view unit);
Buffer unique_key(std::string_view guard, std::string_view value);
Buffer exception_key(std::uint64_t index, std::string_view guard);
Buffer endorsed_mark_key(std::uint64_t index);
Buffer open_exception_key(std::uint64_t index, std::string_view guard);
/// The least key that is greater than every key with this prefix.
Buffer after_prefix(Bytes prefix);

/// The order of a timeline: eventTime, then index.
using Moment = std::pair<std::int64_t, std::uint64_t>;
inline constexpr Moment kEarliest{-(std::int64_t{1} << 55), 0};
inline constexpr Moment kLatest{(std::int64_t{1} << 55) - 1, kNoRecord};

/// Where an item stands after an event.
struct Standing {
  std::string state;         ///< empty: new
  std::string container;     ///< what it is in or fastened to; empty: nothing
  std::string place;         ///< bizLocation of the last event that named one
  std::uint64_t holder = 0;  ///< number of a party; 0: none
  bool recalled = false;     ///< itself; what is inside or comes from it is not marked
  bool operator==(const Standing&) const = default;
};

struct AttributeValue {
  std::string name;
  std::string value;  ///< JSON
  std::int64_t time_ms = 0;
  std::uint64_t index = 0;
};

struct TimelineEntry {
  bool voided = false;
  bool fits = true;  ///< the step was in order where it stands now
  bool disputed = false;
  std::string step;               ///< "<profile>@<version>/<step>"
  std::uint64_t participant = 0;  ///< index in the step's items
  std::uint64_t actor = 0;        ///< number of the submitter's key
  std::uint64_t party = 0;        ///< number of the submitter's party
  Standing after;
  // What the event itself says; the rest of `after` is what stood before.
  bool sets_state = false;
  bool sets_container = false;
  bool sets_place = false;
  bool sets_holder = false;
  bool sets_recalled = false;
  bool spreads = false;  ///< what is inside takes part: it is of a kind whose `contents` is true
  bool empties = false;  ///< takes out what is inside
  bool carried = false;  ///< the event is one of the container, which spreads or empties
  std::vector<std::pair<std::string, std::string>> attributes;  ///< name, JSON; of accepted events
  std::vector<std::string> origins;                             ///< that the event names
};

struct Item {
  std::string id;
  std::string profile;  ///< id
  std::string kind;
  std::uint64_t first = kNoRecord;  ///< record indexes
  std::uint64_t nth = 0;            ///< among the items whose first record is the same
  std::uint64_t last = kNoRecord;
  std::uint64_t open_exceptions = 0;
  bool recalled = false;            ///< itself, as in `now`
  bool carries = false;             ///< some entry of it spreads or empties, or once did
  std::int64_t time_ms = 0;         ///< of the newest entry of the timeline
  std::uint64_t index = kNoRecord;  ///< and its record; kNoRecord: no entry yet
  Standing now;
  /// The entry of that moment, which `t` has only while a fold is at work on the timeline.
  std::optional<TimelineEntry> newest;
  std::vector<std::string> origins;
  std::vector<AttributeValue> attributes;
};

/// What a record did beside its timeline entries, to be taken back when it is voided. The items
/// that it names follow from its event, which a correction repeats.
struct RecordTraces {
  struct Change {
    std::string lot;
    std::string unit;
    std::string amount;  ///< a decimal that was added to the balance
    bool operator==(const Change&) const = default;
  };
  std::vector<std::string> items = {};  ///< of a disputed record: its exceptions count on them
  std::vector<Change> balances = {};
  std::vector<Buffer> claims = {};  ///< keys of `u` and `m`
  bool operator==(const RecordTraces&) const = default;
};

Buffer timeline_prefix(const Item& item);
Buffer timeline_key(const Item& item, Moment at);
Result<Moment> moment_of(Bytes timeline_key);

/// All but the id, which follows from the key: who reads an item asks for it by its id.
Buffer encode(const Item& item);
Result<Item> decode_item(std::string_view id, Bytes bytes);
Buffer encode(const TimelineEntry& entry);
Result<TimelineEntry> decode_entry(Bytes bytes);

Buffer encode(const RecordTraces& traces);
Result<RecordTraces> decode_traces(Bytes bytes);

/// The accepted or disputed record of an event.
struct KnownEvent {
  std::uint64_t index = 0;
  std::int64_t recorded_ms = 0;  ///< recordTime
  Buffer hash16;                 ///< of the event's bytes
  std::string step;              ///< "<profile>@<version>/<step>"; empty: it tells of no items
  bool is_of(const Hash& event_hash) const {
    return event_hash.view().substr(0, hash16.size()) == hash16;
  }
};
Buffer encode(const KnownEvent& known);
Result<KnownEvent> decode_known_event(Bytes bytes);

/// An index and some octets: the values of `c` and `u`.
struct Indexed {
  std::uint64_t index = 0;
  Buffer value;
};
Buffer encode(const Indexed& indexed);
Result<Indexed> decode_indexed(Bytes bytes);

/// The value of `d`: a number.
Buffer encode_index(std::uint64_t index);
Result<std::uint64_t> decode_index(Bytes bytes);

/// The records of a capture: one for each event, from `first` on.
struct SealRecords {
  std::uint64_t first = 0;
  std::uint64_t events = 0;
};
Buffer encode(const SealRecords& records);
Result<SealRecords> decode_seal_records(Bytes bytes);

}  // namespace nianlun
