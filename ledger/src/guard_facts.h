#pragma once

// What the guards of one event ask about.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts.h"
#include "ledger/admission.h"
#include "ledger/event_guards.h"
#include "ledger/jsonlogic.h"
#include "participants.h"
#include "profile_book.h"

namespace nianlun {

/// An event under judgement with all that belongs to it.
struct Case {
  const Admission& admission;
  const CaptureEvent& event;
  const StateView& state;
  const ProfileBook& book;
  std::shared_ptr<const Profile> profile;
  const Profile::Step* step = nullptr;
  std::vector<Involved> involved;
  std::span<const std::optional<Actor>> signers;  ///< of the seal, in order; nothing: unknown key
  std::uint64_t index = 0;                        ///< of the record that the event will have
  /// Whom the gateway of the genesis sealed for; nothing: another's seal, or of nobody enrolled.
  const Party* sealed_for = nullptr;

  bool by_gateway() const { return !admission.seal.on_behalf_of.empty(); }
  /// Whether the submitter has a role of the event's profile: its key, or the party of its token.
  bool has_role(std::string_view role) const;
};

/// Where an item stood just before the event; state "new" if the ledger had not seen it.
Result<Standing> standing_before(const Case& judged, std::string_view item);
/// What an item comes from: as the ledger knows it, and as this event says.
Result<std::vector<std::string>> origins_of(const Case& judged, std::string_view item);
/// The item itself, or every ancestor of it, at most kAncestorsMax.
Result<std::vector<std::string>> asked_of(const Case& judged, std::string_view item, bool origin);
/// The last time that an item took a step of the event's profile, before the event.
Result<std::optional<Timed>> last_step(const Case& judged, std::string_view item,
                                       std::string_view step);
/// The same of any profile, before a moment.
Result<std::optional<Timed>> last_step(const StateView& state, std::string_view profile,
                                       std::string_view item, std::string_view step,
                                       std::int64_t time_ms, std::uint64_t index);
/// Whether a step that was taken is in force: nobody disputes it, or it was upheld.
Result<bool> stands(const StateView& state, const Timed& taken);
/// Whether an item, what it comes from or what it is inside is recalled; also if there is more of
/// that than can be looked at.
Result<bool> is_recalled(const StateView& state, std::string_view item);

/// Whether a JsonLogic rule holds for an item of the event. `event` may hold private members.
Result<bool> logic_holds(const Case& judged, const Rule& rule, const Json& event,
                         std::string_view item);

/// The items that a guard is about: those of its participant, or of the first.
std::vector<std::string> subjects(const Case& judged, const Profile::Guard& guard);
/// Whether the guard asks anything of this event: its `when` holds. `event` as for logic_holds().
Result<bool> guard_applies(const Case& judged, const Profile::Guard& guard, const Json& event);
/// Whether an item that holds what only one may have gives it up, as it is in a state of `unless`.
bool gives_way(const Profile::Guard& guard, const Item& item);

/// Whether a guard holds for the event, or asks nothing of it.
Result<bool> guard_holds(const Case& judged, const Profile::Guard& guard);

// guard_sensor.cc
/// What readings must cover: the first is at most a gap after `from`, the last one before `to`.
struct SensorSpan {
  std::optional<std::int64_t> from_ms;
  std::optional<std::int64_t> to_ms;
};
bool sensor_holds(const Json& event, const Json& limits, const SensorSpan& span);

// guard_place.cc
Result<bool> within_area(const Case& judged, const Profile::Guard& guard);
Result<bool> within_distance(const Case& judged, const Profile::Guard& guard);
/// Whether no other item that has claimed a place is too near.
Result<bool> stands_apart(const Case& judged, const Profile::Guard& guard);

// guard_parties.cc
bool cosigned(const Case& judged, const Profile::Guard& guard);
Result<bool> separate(const Case& judged, const Profile::Guard& guard);
/// Whether the party that sealed the event holds its items.
Result<bool> held_by_submitter(const Case& judged, const Profile::Guard& guard);
/// Whether every party that was asked has answered since it was.
Result<bool> answered_by_all(const Case& judged, const Profile::Guard& guard);
/// Whether every party that is known to hold the items, or ever held something of them, is named.
Result<bool> addresses_holders(const Case& judged, const Profile::Guard& guard);
/// How many parties a guard that asks for answers finds asked, and how many of them answered before
/// a moment; nothing if nobody was asked.
struct Answers {
  std::size_t asked = 0;
  std::size_t answered = 0;
};
Result<std::optional<Answers>> answers_of(const StateView& state, std::string_view profile,
                                          const Profile::Guard& guard, const Item& item,
                                          std::int64_t time_ms, std::uint64_t index);

}  // namespace nianlun
