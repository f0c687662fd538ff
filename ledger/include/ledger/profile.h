#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/jsonlogic.h"
#include "ledger/result.h"

namespace nianlun {

/// A text in every language of the ledger, by language tag.
using Texts = std::map<std::string, std::string, std::less<>>;

/// The rules of a domain, as docs/profiles.md describes them. A parsed profile is whole and
/// consistent in itself: names that it uses exist.
///
/// Threads: immutable after parse(). Errors: see parse_profile().
struct Profile {
  struct Attribute {
    std::string from;  ///< path in the event
    Texts text;
    bool told = true;  ///< to everybody; else only to who comes with a token
  };
  struct Kind {
    std::string name;
    Texts text;
    std::vector<std::string>
        prefixes;  ///< of canonical identifiers; "{domain}" is not replaced yet
    bool lot = false;
    bool contents = false;  ///< its states also hold for what is inside it
    bool holders = false;   ///< it is kept who ever held something of it
    std::map<std::string, Texts, std::less<>> states;
    std::vector<std::string> end_states;
    Texts recalled;  ///< what is said beside the state of what is recalled
    std::map<std::string, Attribute, std::less<>> attributes;
    std::map<std::string, std::string, std::less<>>
        verdicts;  ///< by state: good, waiting, warning, closed
    bool is_end(std::string_view state) const;
  };
  enum class Parent { kByAction, kInto, kOut };
  struct Participant {
    std::string in;  ///< member, or path of members
    std::string kind;
    std::vector<std::string> from;
    std::string to;  ///< empty: the state stays
    bool optional = false;
    int balance = 0;  ///< +1 in, -1 out
    Parent parent = Parent::kByAction;
    std::string parent_in;
    std::vector<std::string> origin;
    std::optional<bool> recall;
    bool accepts(std::string_view state) const;
    /// Whether the item's own timeline takes note; else it is only drawn from.
    bool on_timeline() const { return balance == 0 || !to.empty(); }
  };
  enum class Condition {
    kLogic,
    kBalance,
    kUnique,
    kWithinTime,
    kWithinArea,
    kDocument,
    kStep,
    kCosigned,
    kSeparate,
    kSensor,
    kNotRecalled,
    kWithinDistance,
    kWithinUntil,
    kApart,
    kHolder,
    kAnswered,
    kListed,
    kEvidence,
    kAddressed,
  };
  struct Guard {
    std::string id;
    Texts text;
    bool refuse = false;
    bool is_private = false;  ///< over private members: judged where the event comes in
    Condition condition = Condition::kLogic;
    Json value;                ///< the condition's value, as written
    std::optional<Rule> rule;  ///< `value` of kLogic, compiled once for all events
    std::string of;            ///< participant whose items are asked; empty: the first
    bool on_origin = false;
    Json when_written;               ///< null: the guard is always asked
    std::optional<Rule> when;        ///< the guard is asked only where this holds
    std::int64_t distance_mm = 0;    ///< of kApart and kWithinDistance; tolerance of kWithinArea
    std::vector<std::string> steps;  ///< of kStep: one of them was taken
    /// Whether an event that does not break it gets something to hold (step_fold.cc).
    bool claims() const {
      return condition == Condition::kUnique || condition == Condition::kApart;
    }
  };
  /// Something that is asked for with a step, of every item or of those that are drawn.
  struct Evidence {
    std::string member;
    Texts text;
    Texts reason;
    std::uint32_t one_in = 1;  ///< of so many items one is drawn, on average
  };
  struct Step {
    std::string name;
    Texts text;
    Texts say;
    Json event;  ///< members that the event must have with these values
    std::vector<std::string> roles;
    std::vector<Participant> items;
    std::vector<std::string> public_members;
    std::vector<std::string> required;
    bool holder_is_submitter = false;
    std::vector<std::string> endorse;
    std::vector<Guard> guards;
    std::vector<std::string> refuse;  ///< implicit guards that refuse
    std::vector<Evidence> evidence;
  };
  struct Corrections {
    std::int64_t within_ms = 0;
    bool alone = true;
    std::vector<std::string> later_roles;
    bool later_cosigned = false;
  };

  /// A private member of which the profile says more than that it is private.
  struct PrivateMember {
    Texts text;
    bool indexed = false;  ///< the entitled find events by its value
    bool subject = false;  ///< it names whom the other private values of the event are about
  };
  struct Retention {
    std::uint32_t years = 0;        ///< from the event on
    std::string attribute;          ///< of an item or of what it comes from, a date; "": none
    std::uint32_t after_years = 0;  ///< from that on, if it ends later
    Texts basis;                    ///< the legal source
  };

  std::string id;
  std::uint32_t version = 0;
  std::int64_t from_ms = 0;
  Texts text;
  std::map<std::string, Texts, std::less<>> roles;
  std::vector<Kind> kinds;  ///< in the order of their names
  std::vector<Step> steps;  ///< in the order of their names
  std::vector<std::string> public_members;
  std::vector<std::string> answers;
  /// What the values of a member mean: by path, then by value as text.
  std::map<std::string, std::map<std::string, Texts, std::less<>>, std::less<>> values;
  Corrections corrections;
  std::map<std::string, PrivateMember, std::less<>> private_members;  ///< by path
  std::optional<Retention> retention;
  Json source;  ///< as adopted

  std::string label() const { return id + "@" + std::to_string(version); }
  const Kind* kind(std::string_view name) const;
  const Step* step(std::string_view name) const;
  /// The first kind that an identifier's prefix fits; nullptr if none.
  const Kind* kind_of(std::string_view identifier, std::string_view domain) const;
  /// Whether a member (or "ilmd.<member>") is sent in clear in that step.
  bool is_public(const Step* step, std::string_view path) const;
  /// What a value of the member at `path` is called; nullptr if the profile has no text for it.
  const Texts* value_text(std::string_view path, const Json& value) const;
};

/// kInvalidArgument  names the JSON pointer and what is wrong there
Result<std::shared_ptr<const Profile>> parse_profile(const Json& json);

/// The value at a path of member names joined by "."; nullptr if there is none. A dot in a name is
/// no problem: the longest member name that fits is taken.
const Json* at_path(const Json& json, std::string_view path);

/// A text in `language`, else in the first language there is.
std::string_view in_language(const Texts& texts, std::string_view language);

}  // namespace nianlun
