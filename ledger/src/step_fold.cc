#include <algorithm>
#include <set>

#include "exceptions_fold.h"
#include "facts.h"
#include "item_fold.h"
#include "ledger/time.h"
#include "participants.h"
#include "place_claim.h"
#include "try.h"

namespace nianlun {
namespace {

/// Pairs of an item and an origin that one event may make: outputs times inputs. Of what goes
/// beyond, every output names the first inputs only.
constexpr std::size_t kOriginPairsMax = 200'000;

using Parent = Profile::Parent;

bool is_output(std::string_view member) {
  return member == "outputEPCList" || member == "outputQuantityList";
}
bool is_child(std::string_view member) {
  return member == "childEPCs" || member == "childQuantityList";
}
bool has_any(const Json& event, std::string_view member) {
  const Json* list = event.find(member);
  return list != nullptr && list->is_array() && !list->array().empty();
}

/// What a step makes of an event, item by item.
class StepFold {
 public:
  StepFold(const FoldInput& input, const ProfileBook& book, const Profile& profile,
           const Profile::Step& step, StateOverlay& state)
      : input_(input),
        event_(input.event),
        book_(book),
        profile_(profile),
        step_(step),
        state_(state),
        items_(input.index, book, state) {}

  Result<void> run() {
    if (input_.involved != nullptr) {
      involved_ = *input_.involved;
    } else {
      TRY_ASSIGN(involved_, involved_in(event_, profile_, step_, book_.genesis().domain));
    }
    TRY_ASSIGN(at_.first, parse_date_time(event_.text("eventTime")));
    at_.second = input_.index;
    TRY(find_sealer());
    find_places();
    for (std::size_t i = 0; i < involved_.size(); ++i) TRY(take(i));
    for (auto& [id, entry] : entries_) {
      TRY_ASSIGN(ItemFold::Slot * slot, items_.slot(id));
      TRY(items_.place(*slot, at_, std::move(entry)));
    }
    TRY(items_.finish());
    TRY(claim());
    TRY(open_exceptions(input_, state_));
    if (traces_ != RecordTraces()) state_.put(traces_key(input_.index), encode(traces_));
    return {};
  }

 private:
  Result<void> find_sealer() {
    Sealer sealer;
    if (input_.sealer != nullptr) {
      sealer = *input_.sealer;
    } else {
      TRY_ASSIGN(sealer, sealer_of(input_.seal, state_));
    }
    base_.actor = sealer.actor;
    base_.party = sealer.party;
    base_.disputed = input_.record.verdict.outcome == Outcome::kDisputed;
    base_.step = profile_.label() + "/" + step_.name;
    return {};
  }

  void find_places() {
    const std::vector<std::string> places = identifiers_at(event_, "bizLocation");
    if (!places.empty()) place_ = places.front();
    const std::vector<std::string> parents = identifiers_at(event_, "parentID");
    if (!parents.empty()) parent_ = parents.front();
    const std::string_view type = event_.text("type");
    nests_ = type == "AggregationEvent" || type == "AssociationEvent";
    transforms_ = type == "TransformationEvent";
    action_ = event_.text("action");
    std::size_t outputs = 0;
    for (const Involved& one : involved_) {
      if (is_output(step_.items[one.participant].in)) ++outputs;
    }
    origins_max_ = std::max<std::size_t>(1, kOriginPairsMax / std::max<std::size_t>(1, outputs));
    for (const Involved& one : involved_) {
      if (!transforms_ || inputs_.size() >= origins_max_) break;
      const Profile::Participant& part = step_.items[one.participant];
      const bool input = part.in == "inputEPCList" || part.in == "inputQuantityList";
      // What is fastened to an output by the event does not turn into it.
      if (input && part.parent == Parent::kByAction) inputs_.push_back(one.id);
    }
  }

  Result<void> take(std::size_t i) {
    const Involved& one = involved_[i];
    const Profile::Participant& part = step_.items[one.participant];
    TRY_ASSIGN(ItemFold::Slot * slot, items_.slot(one.id));
    if (seen_.insert(one.id).second) note(slot->item, one);
    if (part.balance != 0) TRY(draw(one, part.balance));
    TimelineEntry entry = base_;
    entry.participant = one.participant;
    TRY(say(part, one, entry));
    nest(i, part, entry);
    come_from(part, one.id, entry);
    TRY(note_holders(slot->item, entry));
    if (!part.on_timeline() && !entry.sets_recalled && entry.origins.empty()) return {};
    const auto [known, added] = entries_.emplace(one.id, entry);
    if (!added) merge(entry, known->second);
    return {};
  }

  void note(Item& item, const Involved& one) {
    item.last = input_.index;
    if (item.kind.empty()) {
      item.kind = one.kind;
      item.profile = profile_.id;
    }
    item.open_exceptions += exceptions_of(input_.record.verdict);
    if (base_.disputed) traces_.items.push_back(one.id);
  }

  Result<void> draw(const Involved& one, int direction) {
    const Decimal amount = direction > 0 ? one.quantity : -one.quantity;
    TRY_ASSIGN(const bool changed, change_balance(one.id, one.unit, amount, state_));
    if (changed) traces_.balances.push_back({one.id, one.unit, amount.text()});
    return {};
  }

  Result<void> say(const Profile::Participant& part, const Involved& one, TimelineEntry& entry) {
    entry.sets_state = !part.to.empty();
    entry.after.state = part.to;
    entry.sets_place = !place_.empty();
    entry.after.place = place_;
    entry.sets_holder = step_.holder_is_submitter && entry.party != 0;
    entry.after.holder = entry.sets_holder ? entry.party : 0;
    entry.sets_recalled = part.recall.has_value();
    entry.after.recalled = part.recall.value_or(false);
    const Profile::Kind* kind = profile_.kind(one.kind);
    if (kind == nullptr) return {};
    entry.spreads = kind->contents && (entry.sets_state || entry.sets_place || entry.sets_holder);
    if (entry.disputed) return {};
    for (const auto& [name, attribute] : kind->attributes) {
      const Json* value = at_path(event_, attribute.from);
      if (value == nullptr) continue;
      TRY_ASSIGN(std::string text, canonical(*value));
      entry.attributes.emplace_back(name, std::move(text));
    }
    return {};
  }

  /// What the item goes into, or that it comes out.
  void nest(std::size_t i, const Profile::Participant& part, TimelineEntry& entry) {
    std::string into;
    bool moves = false;
    if (part.parent == Parent::kOut) {
      moves = true;
    } else if (part.parent == Parent::kInto) {
      into = counterpart(i, part.parent_in);
      moves = !into.empty();
    } else if (nests_ && is_child(part.in)) {
      moves = action_ == "DELETE" || (action_ == "ADD" && !parent_.empty());
      if (action_ == "ADD") into = parent_;
    } else if (transforms_ && part.in == "inputEPCList") {
      moves = true;  // what was turned into something else is no longer inside anything
    } else if (nests_ && part.in == "parentID" && action_ == "DELETE") {
      entry.empties = !has_any(event_, "childEPCs") && !has_any(event_, "childQuantityList");
    }
    if (!moves || into == involved_[i].id) return;
    entry.sets_container = true;
    entry.after.container = std::move(into);
  }

  /// The item of another member that belongs to this one: in the same place if the members hold as
  /// many as each other, else the first.
  std::string counterpart(std::size_t i, std::string_view member) {
    const auto [found, added] = members_.try_emplace(std::string(member));
    if (added) found->second = identifiers_at(event_, member);
    const std::vector<std::string>& others = found->second;
    if (others.empty()) return {};
    const std::size_t part = involved_[i].participant;
    const auto own = [&](const Involved& one) { return one.participant == part; };
    const auto first = std::ranges::find_if(involved_, own);
    const auto count = static_cast<std::size_t>(std::ranges::count_if(involved_, own));
    const auto place = i - static_cast<std::size_t>(first - involved_.begin());
    return count == others.size() ? others[place] : others.front();
  }

  void come_from(const Profile::Participant& part, std::string_view id, TimelineEntry& entry) {
    const auto add = [&](const std::string& origin) {
      if (origin == id || entry.origins.size() >= origins_max_) return;
      if (std::ranges::find(entry.origins, origin) != entry.origins.end()) return;
      entry.origins.push_back(origin);
    };
    for (const std::string& member : part.origin) {
      const auto [found, added] = members_.try_emplace(member);
      if (added) found->second = identifiers_at(event_, member);
      std::ranges::for_each(found->second, add);
    }
    if (transforms_ && is_output(part.in)) std::ranges::for_each(inputs_, add);
  }

  /// Who held something of what it comes from, whichever was recorded first: that it is held, or
  /// where it comes from.
  Result<void> note_holders(const Item& item, const TimelineEntry& entry) {
    if (!entry.sets_holder && entry.origins.empty()) return {};
    if (std::ranges::none_of(profile_.kinds, &Profile::Kind::holders)) return {};
    const auto keeps = [&](const std::string& id) {
      const Profile::Kind* kind = profile_.kind_of(id, book_.genesis().domain);
      return kind != nullptr && kind->holders;
    };
    const auto held = [&](const std::string& id, std::uint64_t party) {
      if (party != 0 && keeps(id)) state_.put(held_key(id, party), "");
    };
    if (entry.sets_holder) {
      held(item.id, entry.party);
      for (const std::string& origin : item.origins) held(origin, entry.party);
      for (const std::string& origin : entry.origins) held(origin, entry.party);
    }
    if (item.index == kNoRecord || std::ranges::none_of(entry.origins, keeps)) return {};
    return each_entry(state_, item.id, [&](const Timed& timed) {
      if (!timed.entry.sets_holder) return true;
      for (const std::string& origin : entry.origins) held(origin, timed.entry.after.holder);
      return true;
    });
  }

  /// An item that has two parts in a step has one entry, which says what both say.
  static void merge(const TimelineEntry& more, TimelineEntry& entry) {
    if (more.sets_state) entry.after.state = more.after.state;
    if (more.sets_container) entry.after.container = more.after.container;
    if (more.sets_recalled) entry.after.recalled = more.after.recalled;
    entry.sets_state |= more.sets_state;
    entry.sets_container |= more.sets_container;
    entry.sets_recalled |= more.sets_recalled;
    entry.spreads |= more.spreads;
    entry.empties |= more.empties;
    for (const std::string& origin : more.origins) {
      if (std::ranges::find(entry.origins, origin) == entry.origins.end()) {
        entry.origins.push_back(origin);
      }
    }
  }

  /// Values and places that only one item may have: whoever breaks the guard does not get them.
  Result<void> claim() {
    const std::vector<std::string>& broken = input_.record.verdict.broken;
    for (const Profile::Guard& guard : step_.guards) {
      if (!guard.claims() || guard.is_private) continue;
      if (std::ranges::find(broken, guard.id) != broken.end()) continue;
      const auto subject = std::ranges::find_if(involved_, [&](const Involved& one) {
        return guard.of.empty() ? one.participant == 0
                                : step_.items[one.participant].in == guard.of;
      });
      if (subject == involved_.end()) continue;
      if (guard.condition == Profile::Condition::kApart) {
        claim_place(guard, subject->id);
        continue;
      }
      const Json* value = at_path(event_, guard.value.text("value"));
      if (value == nullptr) continue;
      TRY_ASSIGN(const std::string text, canonical(*value));
      hold(unique_key(profile_.id + "/" + guard.id, text), subject->id);
    }
    return {};
  }

  /// The cell around a place is the item's, and the place is where it stands from now on.
  void claim_place(const Profile::Guard& guard, const std::string& item) {
    const Json* point = at_path(event_, guard.value.text("point"));
    if (point == nullptr || !point->is_string()) return;
    auto claimed = claim_of_place(profile_.id, guard, item, point->string());
    if (!claimed) return;
    hold(std::move(claimed->cell), item);
    hold(std::move(claimed->place), point->string());
  }

  void hold(Buffer key, const std::string& value) {
    state_.put(claim_key(key, input_.index), value);
    state_.put(key, encode(Indexed{input_.index, value}));
    traces_.claims.push_back(std::move(key));
  }

  const FoldInput& input_;
  const Json& event_;
  const ProfileBook& book_;
  const Profile& profile_;
  const Profile::Step& step_;
  StateOverlay& state_;
  ItemFold items_;
  std::vector<Involved> involved_;
  Moment at_;
  TimelineEntry base_;
  std::string place_;
  std::string parent_;
  std::string_view action_;
  bool nests_ = false;
  bool transforms_ = false;
  std::size_t origins_max_ = 1;
  std::vector<std::string> inputs_;
  std::map<std::string, std::vector<std::string>, std::less<>> members_;
  std::map<std::string, TimelineEntry, std::less<>> entries_;
  std::set<std::string, std::less<>> seen_;
  RecordTraces traces_;
};

}  // namespace

Result<void> fold_step(const FoldInput& input, const ProfileBook& book, StateOverlay& state) {
  const auto profile = book.labelled(input.record.profile);
  const std::string_view name = input.record.verdict.step;
  const std::size_t slash = name.find('/');
  const Profile::Step* step =
      profile == nullptr || slash == name.npos ? nullptr : profile->step(name.substr(slash + 1));
  if (step == nullptr) {  // an event of no step is kept, and what it broke is an open question
    return open_exceptions(input, state);
  }
  return StepFold(input, book, *profile, *step, state).run();
}

Result<bool> change_balance(std::string_view lot, std::string_view unit, const Decimal& amount,
                            StateOverlay& state) {
  TRY_ASSIGN(const Decimal balance, balance_of(state, lot, unit));
  const auto sum = add(balance, amount);
  if (!sum) return false;
  const Buffer key = balance_key(lot, unit);
  if (sum->is_zero()) {
    state.erase(key);
  } else {
    state.put(key, sum->text());
  }
  return true;
}

}  // namespace nianlun
