#pragma once

// What judging and folding know of an event and of the things it names. Both read the same facts,
// from a view that holds everything before the event.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/decimal.h"
#include "ledger/json.h"
#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/state_view.h"
#include "profile_book.h"
#include "state_keys.h"

namespace nianlun {

inline constexpr std::size_t kRefoldEntriesMax = 256;
inline constexpr std::size_t kAncestorsMax = 256;
inline constexpr std::size_t kContainersMax = 8;
inline constexpr std::size_t kTimelineScanMax = 1024;

/// A key that was enrolled, with its party.
struct Actor {
  std::uint64_t number = 0;
  std::string did;
  std::string party;
  std::uint64_t party_number = 0;
  std::vector<std::string> roles;  ///< "<profile>/<role>" or "registrar"
  bool revoked = false;
  std::uint64_t enrolled = kNoRecord;  ///< index of the enrolment's record
  bool has_role(std::string_view role) const;
};
Result<std::optional<Actor>> find_actor(const StateView& view, std::string_view did);

/// One thing that an event names, and as what.
struct Part {
  const Profile::Participant* spec = nullptr;
  std::uint64_t spec_index = 0;
  std::string id;          ///< canonical
  Decimal quantity = 1;
  std::string unit;        ///< unit of measure; empty: each
};

/// An event as a step of a profile.
struct Reading {
  std::shared_ptr<const Profile> profile;
  const Profile::Step* step = nullptr;  ///< of `profile`
  std::vector<Part> parts;
  std::int64_t time_ms = 0;
  std::string event_id;
  bool correction = false;
  std::string step_label() const { return profile->label() + "/" + step->name; }
  /// The ids of the parts, each once, in order of first appearance.
  std::vector<std::string> items() const;
};

/// Event id and whether it is a correction: what makes two events the same.
Result<std::string> event_id_of(const Json& event);
bool is_correction(const Json& event);

/// The parts of an event in a step. kInvalidArgument: a member is missing or holds no identifier.
Result<std::vector<Part>> parts_of(const Json& event, const Profile::Step& step);

/// The identifiers at a member or path of an event: a string, strings, or quantity elements.
Result<std::vector<Part>> identifiers_at(const Json& event, std::string_view path);

/// Whether the members that the step fixes are equal in the event.
bool has_shape(const Json& event, const Profile::Step& step);

/// Reads facts from a view; keeps the items that it has read.
class Facts {
 public:
  Facts(const StateView& view, const ProfileBook& book) : view_(&view), book_(&book) {}
  const StateView& view() const { return *view_; }
  const ProfileBook& book() const { return *book_; }

  Result<std::optional<Item>> item(std::string_view id) const;

  /// An item's own entry before (time, index), voided ones left out.
  Result<std::optional<Timed>> entry_before(const Item& item, std::int64_t time_ms,
                                            std::uint64_t index) const;
  /// Where an item stands before (time, index), what it inherits from its container included.
  Result<Standing> standing_before(const Item& item, std::int64_t time_ms, std::uint64_t index) const;
  Result<Standing> standing_now(const Item& item) const;
  /// What a container does to a standing that the item has of its own since `since`.
  Result<Standing> inherit(const Item& item, Standing own, std::int64_t since, std::int64_t time_ms,
                           std::uint64_t index, std::size_t depth) const;

  /// The newest entry of a step (by name, any version) of an item at or before a time.
  Result<std::optional<Timed>> last_step(const Item& item, std::string_view step,
                                         std::int64_t time_ms) const;
  /// Origins of the item, their origins and so on, nearest first, each once.
  Result<std::vector<Item>> ancestors(const Item& item) const;
  /// What the item is in, outermost last.
  Result<std::vector<Item>> containers(const Item& item) const;
  /// Whether it, an ancestor or a container is recalled.
  Result<bool> is_recalled(const Item& item) const;

  const Profile::Kind* kind_of(const Item& item) const;

 private:
  const StateView* view_;
  const ProfileBook* book_;
};

}  // namespace nianlun
