#include "facts.h"
#include "folding.h"
#include "try.h"

namespace nianlun {
namespace {

/// How many entries after the one that came late are folded again. What lies beyond keeps the
/// standing that it had, and the item's exception says that its order is open.
constexpr std::size_t kRefoldMax = 10'000;

/// The step's participant that an entry stands for; nullptr if the state names none.
const Profile::Participant* participant_of(const TimelineEntry& entry, const ProfileBook& book) {
  const std::size_t slash = entry.step.find('/');
  if (slash == entry.step.npos) return nullptr;
  const auto profile = book.labelled(std::string_view(entry.step).substr(0, slash));
  const Profile::Step* step =
      profile == nullptr ? nullptr : profile->step(std::string_view(entry.step).substr(slash + 1));
  if (step == nullptr || entry.participant >= step->items.size()) return nullptr;
  return &step->items[entry.participant];
}

/// The standing after an entry, given that before it.
Standing after_entry(const Standing& before, const TimelineEntry& entry,
                     const Profile::Participant* participant) {
  Standing after = before;
  if (participant != nullptr && !participant->to.empty()) after.state = participant->to;
  if ((entry.sets & kSetsContainer) != 0) after.container = entry.after.container;
  if ((entry.sets & kSetsPlace) != 0) after.place = entry.after.place;
  if ((entry.sets & kSetsHolder) != 0) after.holder = entry.after.holder;
  return after;
}

Result<std::vector<Timed>> entries_from(std::string_view item, std::int64_t time_ms,
                                        std::uint64_t index, const StateView& view) {
  std::vector<Timed> entries;
  Result<void> read;
  TRY(view.scan(timeline_key(item, time_ms, index), after_prefix(timeline_prefix(item)),
                StateView::Order::kAscending, [&](Bytes key, Bytes value) {
                  auto entry = decode_entry(value);
                  if (!entry) {
                    read = Unexpected{entry.error()};
                    return false;
                  }
                  const auto [time, number] = time_and_index(key);
                  entries.push_back({time, number, *std::move(entry)});
                  return entries.size() <= kRefoldMax;
                }));
  TRY(std::move(read));
  return entries;
}

void move_item(const Item& item, const Standing& now, std::uint64_t index, StateOverlay& state) {
  if (item.now.container == now.container) return;
  if (!item.now.container.empty()) state.erase(contents_key(item.now.container, item.id));
  if (now.container.empty()) return;
  state.put(contents_key(now.container, item.id), encode(Indexed{index, item.id}));
}

}  // namespace

Result<void> refold(Item& item, std::int64_t time_ms, std::uint64_t index, const ProfileBook& book,
                    StateOverlay& state) {
  // The first entry in question is among those that are read, so look just before it.
  TRY_ASSIGN(const auto before, index == 0 ? entry_at(state, item.id, time_ms - 1, kNoRecord - 1)
                                           : entry_at(state, item.id, time_ms, index - 1));
  Standing standing = before ? before->entry.after : Standing{};
  std::int64_t newest_ms = before ? before->time_ms : 0;
  std::uint64_t newest = before ? before->index : kNoRecord;
  TRY_ASSIGN(std::vector<Timed> entries, entries_from(item.id, time_ms, index, state));
  for (Timed& timed : entries) {
    TimelineEntry& entry = timed.entry;
    if (entry.voided) continue;
    const Profile::Participant* participant = participant_of(entry, book);
    const bool fits =
        participant != nullptr &&
        participant->accepts(standing.state.empty() ? std::string_view("new") : standing.state);
    const bool is_late_victim = timed.index != index && entry.fits && !fits;
    entry.fits = fits;
    entry.after = after_entry(standing, entry, participant);
    standing = entry.after;
    newest_ms = timed.time_ms;
    newest = timed.index;
    state.put(timeline_key(item.id, timed.time_ms, timed.index), encode(entry));
    if (is_late_victim) {
      TRY_ASSIGN(const auto open, state.get(exception_key(timed.index, "order")));
      if (!open) {
        state.put(item_key(item.id), encode(item));
        TRY(open_exception(state, timed.index, "order", {item.id}, entry.step));
        ++item.open_exceptions;
      }
    }
  }
  move_item(item, standing, newest == kNoRecord ? index : newest, state);
  item.now = standing;
  item.time_ms = newest_ms;
  item.index = newest;
  return {};
}

}  // namespace nianlun
