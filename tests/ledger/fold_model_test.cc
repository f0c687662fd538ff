#include <algorithm>
#include <random>

#include "fold_fixture.h"

namespace nianlun {
namespace {

constexpr int kBooks = 4;
constexpr int kBoxes = 3;

struct Move {
  std::string step;
  int hour = 0;
  std::string members;
};

std::vector<Move> random_moves(std::mt19937& random, int count) {
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<Move> moves;
  for (int hour = 1; hour <= count; ++hour) {
    const std::string book = book_id(below(kBooks));
    const int box = below(kBoxes);
    const std::string id = R"(,"eventID":"urn:m)" + std::to_string(hour) + "\"";
    switch (below(9)) {
      case 0:
        moves.push_back({"bought", hour, paper(1 + below(9)) + id});
        break;
      case 1:
        moves.push_back({"printed", hour, printing(book, 1 + below(3)) + id});
        break;
      case 2:
        moves.push_back({"lent", hour,
                         epcs(book) + R"(,"nianlun:title":"t)" + std::to_string(hour) + "\"" + id});
        break;
      case 3:
      case 4:
        moves.push_back({"packed", hour, pack("ADD", box_id(box), book) + id});
        break;
      case 5:  // a box goes into a later one only: nothing lies in itself
        if (box + 1 < kBoxes) {
          moves.push_back({"nested", hour, pack("ADD", box_id(box + 1), box_id(box)) + id});
        }
        break;
      case 6:
        moves.push_back({"unpacked", hour, pack("DELETE", box_id(box), below(2) ? "" : book) + id});
        break;
      case 7:
        moves.push_back({below(2) ? "recalled" : "cleared", hour, paper(1) + id});
        break;
      default:
        moves.push_back({"shipped", hour,
                         epcs(box_id(box)) + R"(,"bizLocation":{"id":"https://place.example/)" +
                             std::to_string(hour) + "\"}" + id});
    }
  }
  return moves;
}

void fold_all(Library& library, const std::vector<Move>& moves) {
  for (const Move& move : moves) library.step(move.step, move.hour, move.members);
}

std::string told(const Standing& standing) {
  return standing.state + "," + standing.container + "," + standing.place + "," +
         std::to_string(standing.holder) + (standing.recalled ? ",recalled" : "");
}

/// All that stands, in words, without what depends on the order of arrival: indexes, exceptions.
std::string projections(const Library& library) {
  std::string text = balance_of(library.state, kPaper, "").value().text() + "\n";
  std::vector<std::string> ids{kPaper};
  for (int n = 0; n < kBooks; ++n) ids.push_back(book_id(n));
  for (int n = 0; n < kBoxes; ++n) ids.push_back(box_id(n));
  for (const std::string& id : ids) {
    const Item item = library.item(id);
    text += id + " " + told(item.now) + (item.recalled ? " recalled" : "") + "\n";
    for (const std::string& origin : item.origins) text += " from " + origin + "\n";
    for (const auto& value : item.attributes) text += " is " + value.name + value.value + "\n";
    for (const std::string& one : library.contents(id)) text += " holds " + one + "\n";
    REQUIRE(each_descendant(library.state, id, [&](std::string_view one) {
      text += " became " + std::string(one) + "\n";
      return true;
    }));
    for (const Timed& timed : library.timeline(id)) {
      if (timed.entry.voided) continue;
      text += " " + date_time(timed.time_ms) + timed.entry.step + (timed.entry.fits ? " " : " ! ") +
              (timed.entry.carried ? "carried " : "") + told(timed.entry.after) + "\n";
    }
  }
  return text;
}

/// The newest entry of each timeline stands in its item, and nowhere else.
void check_newest(const Library& library) {
  std::size_t items = 0;
  REQUIRE(library.state.scan("i", "j", StateView::Order::kAscending, [&](Bytes, Bytes value) {
    const Item item = decode_item("", value).value();
    ++items;
    const auto elsewhere = library.state.get(timeline_key(item, {item.time_ms, item.index}));
    REQUIRE((elsewhere && !elsewhere->has_value()));
    REQUIRE(item.newest.has_value() == (item.index != kNoRecord));
    REQUIRE(item.now == (item.newest ? item.newest->after : Standing()));
    const Buffer later = timeline_key(item, next_moment({item.time_ms, item.index}));
    if (item.newest) {
      const auto rest = library.state.scan(later, after_prefix(timeline_prefix(item)),
                                           StateView::Order::kAscending, [&](Bytes, Bytes entry) {
                                             REQUIRE(decode_entry(entry).value().voided);
                                             return true;
                                           });
      REQUIRE(rest);
    }
    return true;
  }));
  REQUIRE(items > 0);
}

/// What left a container when: times are counted, indexes are not.
std::string leavings(const Library& library) {
  std::string text;
  REQUIRE(library.state.scan("h", "i", StateView::Order::kAscending, [&](Bytes key, Bytes value) {
    text.append(key.substr(0, 25)).append(value).append("\n");
    return true;
  }));
  return text;
}

}  // namespace

TEST_CASE("events in any order of arrival leave the same standing as in the order of time") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<Move> moves = random_moves(random, 24);
    Library in_time;
    fold_all(in_time, moves);
    for (std::size_t i = moves.size(); i > 1; --i) std::swap(moves[i - 1], moves[random() % i]);
    Library shuffled;
    fold_all(shuffled, moves);
    REQUIRE(projections(shuffled) == projections(in_time));
    REQUIRE(leavings(shuffled) == leavings(in_time));
    check_newest(in_time);
    check_newest(shuffled);
  }
}

TEST_CASE("a voided event leaves the projections as if it had never been") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<Move> moves = random_moves(random, 24);
    const std::size_t wrong = random() % moves.size();
    Library with;
    fold_all(with, moves);
    Json correction = with.event(moves[wrong].hour, moves[wrong].members);
    correction.set("errorDeclaration", Json().set("declarationTime", "t"));
    with.fold(correction, accepted("library/" + moves[wrong].step), "library@1");
    moves.erase(moves.begin() + static_cast<std::ptrdiff_t>(wrong));
    Library without;
    fold_all(without, moves);
    REQUIRE(projections(with) == projections(without));
    REQUIRE(leavings(with) == leavings(without));
    check_newest(with);
  }
}

TEST_CASE(
    "the state is a function of the records: folding them again gives the same, key for key") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    std::vector<Move> moves = random_moves(random, 24);
    for (std::size_t i = moves.size(); i > 1; --i) std::swap(moves[i - 1], moves[random() % i]);
    Library one;
    Library two;
    fold_all(one, moves);
    fold_all(two, moves);
    REQUIRE(one.state.changes() == two.state.changes());
  }
}

}  // namespace nianlun
