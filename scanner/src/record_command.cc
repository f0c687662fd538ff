#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "bindings.h"
#include "commands.h"
#include "field_store.h"
#include "ledger/device.h"
#include "ledger/event_guards.h"
#include "ledger/event_maker.h"
#include "ledger/outbox.h"
#include "ledger/random.h"
#include "ledger/signature.h"
#include "ledger/src/try.h"
#include "ledger/time.h"
#include "scanned.h"

namespace nianlun::scanner {
namespace {

/// "[MEMBER=]ID[,QUANTITY[,UNIT]]" in its parts.
struct ItemArgument {
  std::string member, code;
  std::optional<std::string> quantity;
  std::string unit;
};

bool is_number(std::string_view text) {
  const auto parsed = Json::parse(text);
  return parsed && parsed->is_number();
}

ItemArgument parse_item(const std::string& argument, const Profile::Step& step) {
  ItemArgument item{.member = step.items.empty() ? "" : step.items.front().in,
                    .code = argument,
                    .quantity = std::nullopt,
                    .unit = {}};
  const std::size_t equals = argument.find('=');
  const std::string left = argument.substr(0, equals);
  // An address may hold a "=" of its own; what precedes it is a member only if it looks like one.
  const bool names_member = equals != argument.npos && left.find("//") == left.npos;
  if (names_member) {
    item.member = left;
    item.code = argument.substr(equals + 1);
  }
  const std::size_t comma = item.code.rfind(',');
  if (comma == item.code.npos) return item;
  const std::string last = item.code.substr(comma + 1);
  const std::string before = item.code.substr(0, comma);
  const std::size_t earlier = before.rfind(',');
  if (is_number(last)) {
    item.quantity = last;
    item.code = before;
  } else if (earlier != before.npos && is_number(before.substr(earlier + 1))) {
    item.quantity = before.substr(earlier + 1);
    item.unit = last;
    item.code = before.substr(0, earlier);
  }
  return item;
}

/// VALUE is JSON where it can only be meant so (a number, object, array, true, false or a text in
/// quotes), and else a text as it stands.
Json parse_value(const std::string& text) {
  auto json = Json::parse(text);
  if (json && !json->is_null()) return *std::move(json);
  return Json(text);
}

struct When {
  std::int64_t ms = 0;
  int offset_minutes = 0;
};

/// The time with its zone as it is written, or now.
Result<When> when(const std::string& text) {
  When when{.ms = now_ms(), .offset_minutes = 0};
  if (!text.empty()) {
    TRY_ASSIGN(when.ms, parse_date_time(text));
  }
  when.offset_minutes = zone_minutes_of(text).value_or(zone_offset_minutes(when.ms));
  return when;
}

class Recorder {
 public:
  Recorder(const Terminal& terminal, const RecordArguments& arguments,
           std::shared_ptr<const Profile> profile, const Profile::Step& step, LedgerInfo facts,
           std::unique_ptr<Outbox> outbox, Bindings bindings)
      : terminal_(terminal),
        arguments_(arguments),
        profile_(std::move(profile)),
        step_(step),
        facts_(std::move(facts)),
        outbox_(std::move(outbox)),
        bindings_(std::move(bindings)),
        reader_(terminal, facts_.domain) {}

  Result<int> run() {
    request_.step = step_.name;
    request_.random_16 = [] { return fresh_octets(16); };
    for (const std::string& value : arguments_.values) {
      const std::size_t equals = value.find('=');
      if (equals == value.npos || equals == 0) {
        return fail(ErrorCode::kInvalidArgument, "scanner.value-form", {{"value", value}});
      }
      request_.values.emplace_back(value.substr(0, equals), parse_value(value.substr(equals + 1)));
    }
    std::vector<ItemArgument> items;
    for (const std::string& item : arguments_.items) items.push_back(parse_item(item, step_));
    TRY(check_members(items));
    if (arguments_.together) return record_together(items);
    return record_run(items);
  }

 private:
  Result<void> check_members(const std::vector<ItemArgument>& items) const {
    for (const ItemArgument& item : items) {
      if (find_participant(step_, item.member) != nullptr) continue;
      std::string members;
      for (const auto& participant : step_.items) {
        members += (members.empty() ? "" : ", ") + participant.in;
      }
      return fail(ErrorCode::kInvalidArgument, "event-maker.not-a-member",
                  {{"step", step_.name}, {"member", item.member}, {"members", members}});
    }
    return {};
  }

  Result<int> record_together(const std::vector<ItemArgument>& items) {
    for (const ItemArgument& item : items) {
      reader_.read(item.code, [&](const Scan& scan) {
        if (auto one = take(item, scan, true))
          request_.items[item.member].push_back(*std::move(one));
      });
    }
    if (exit_code_ != kDone) {  // half of a pallet is not the pallet
      return fail(ErrorCode::kInvalidArgument, "scanner.not-together");
    }
    TRY(save(request_));
    return exit_code_;
  }

  /// One cell of a run: what was scanned for which member.
  struct Cell {
    ItemArgument item;
    Scan scan;
  };
  using Row = std::vector<Cell>;

  /// One event for each item. Members with one item are the same in all events; those with more go
  /// side by side: the first thing with the first tag, the second with the second.
  Result<int> record_run(const std::vector<ItemArgument>& items) {
    std::vector<ItemArgument> from_input;
    std::map<std::string, Row> given;
    for (const ItemArgument& item : items) {
      if (item.code == "-") {
        from_input.push_back(item);
        continue;
      }
      reader_.read(item.code, [&](const Scan& scan) {
        given[item.member].push_back({item, scan});
      });
    }
    std::size_t rows = 1;
    for (const auto& [member, cells] : given) rows = std::max(rows, cells.size());
    for (const auto& [member, cells] : given) {
      const bool even = cells.size() == 1 || cells.size() == rows;
      if (even && (rows == 1 || from_input.empty())) continue;
      return fail(ErrorCode::kInvalidArgument, "scanner.uneven-run",
                  {{"member", member}, {"count", std::to_string(cells.size())}});
    }
    if (!from_input.empty()) return record_lines(given, from_input);
    for (std::size_t i = 0; i < rows; ++i) {
      Row row;
      for (const auto& [member, cells] : given) row.push_back(cells[cells.size() == 1 ? 0 : i]);
      TRY(record_row(row, [&](const Cell& cell) {
        return rows > 1 && given.at(cell.item.member).size() == rows;
      }));
    }
    return exit_code_;
  }

  /// A line for each event: one field for each "-", in their order, with tabs between them.
  Result<int> record_lines(const std::map<std::string, Row>& given,
                           const std::vector<ItemArgument>& from_input) {
    std::optional<Error> fatal;
    bool scanned = false;
    reader_.read_fields(from_input.size(), [&](const std::vector<Scan>& fields) {
      if (fatal) return;
      scanned = true;
      Row row;
      for (const auto& [member, cells] : given) row.push_back(cells.front());
      for (std::size_t i = 0; i < fields.size(); ++i) row.push_back({from_input[i], fields[i]});
      const auto recorded = record_row(row, [](const Cell& cell) { return cell.item.code == "-"; });
      if (!recorded) fatal = recorded.error();
    });
    if (fatal) return Unexpected{*std::move(fatal)};
    if (!scanned) return fail(ErrorCode::kInvalidArgument, "scanner.nothing-scanned");
    return exit_code_;
  }

  /// Records one event, or says why not. Fails only where the run cannot go on: a full disk ends
  /// it, a wrong item does not.
  template <class Varies>
  Result<void> record_row(const Row& row, const Varies& varies) {
    StepRequest request = request_;
    for (const Cell& cell : row) {
      auto one = take(cell.item, cell.scan, varies(cell));
      if (!one) return {};
      request.items[cell.item.member].push_back(*std::move(one));
    }
    const auto saved = save(request);
    if (saved) return {};
    if (saved.error().code != ErrorCode::kInvalidArgument) return saved;
    terminal_.say(row.empty() ? std::string() : row.back().scan.read, saved.error());
    exit_code_ = kFailed;
    return {};
  }

  /// What was scanned as the event wants it; nothing if it is no item or was there already.
  std::optional<Json> take(const ItemArgument& item, const Scan& scan, bool once) {
    if (!scan.item) {
      terminal_.say(scan.read, scan.item.error());
      exit_code_ = kFailed;
      return std::nullopt;
    }
    const std::string id = resolved(item.member, *scan.item);
    if (once && !seen_.emplace(item.member, id).second) {
      terminal_.say("scanner.duplicate", {{"id", id}});
      return std::nullopt;
    }
    warn_of_state(item.member, id);
    if (!item.quantity) return Json(id);
    Json quantity;
    quantity.set("epcClass", id).set("quantity", Json::number(*item.quantity));
    if (!item.unit.empty()) quantity.set("uom", item.unit);
    return quantity;
  }

  bool fits(std::string_view member, std::string_view id) const {
    const Profile::Kind* kind = profile_->kind_of(id, facts_.domain);
    return kind != nullptr && std::ranges::any_of(step_.items, [&](const auto& participant) {
             return participant.in == member && participant.kind == kind->name;
           });
  }

  /// A state in which the ledger will dispute the step is said while the thing is still at hand.
  /// The event is recorded all the same: this device may not know the latest.
  void warn_of_state(std::string_view member, const std::string& id) const {
    const Profile::Kind* kind = profile_->kind_of(id, facts_.domain);
    const std::string state = bindings_.state_of(id);
    if (kind == nullptr || !kind->states.contains(state)) return;
    for (const auto& participant : step_.items) {
      if (participant.in != member || participant.kind != kind->name) continue;
      if (participant.accepts(state)) return;
      std::string wanted;
      for (const std::string& from : participant.from) {
        const auto text = kind->states.find(from);
        if (text == kind->states.end()) continue;
        wanted += (wanted.empty() ? "" : ", ") +
                  std::string(in_language(text->second, terminal_.language));
      }
      const std::string now(in_language(kind->states.find(state)->second, terminal_.language));
      terminal_.say("scanner.state-warning", {{"id", id}, {"state", now}, {"wanted", wanted}});
    }
  }

  /// A tag stands for the thing that it is fastened to, where the step does not want the tag.
  std::string resolved(std::string_view member, const std::string& id) {
    if (!is_tag(id, facts_.domain) || fits(member, id)) return id;
    if (const auto thing = bindings_.thing_of(id)) {
      terminal_.say("scanner.tag-of", {{"tag", id}, {"id", *thing}});
      return *thing;
    }
    terminal_.say("scanner.tag-unknown", {{"tag", id}});
    unresolved_.insert(id);
    return id;
  }

  bool names_unresolved(const StepRequest& request) const {
    for (const auto& [member, items] : request.items) {
      for (const Json& item : items) {
        if (item.is_string() && unresolved_.contains(item.string())) return true;
      }
    }
    return false;
  }

  std::string items_of(const Json& event) const {
    std::string items;
    for (const auto& participant : step_.items) {
      for (const std::string& id : strings_at(event, participant.in)) {
        items += (items.empty() ? "" : ", ") + id;
      }
    }
    return items;
  }

  /// What the ledger will find wrong with the values is said while they can still be measured
  /// again. The event is recorded all the same: it is what was seen.
  void warn_of_guards(const MadeEvent& made, const std::string& items) const {
    for (const auto* guard : broken_by_event(step_, made.event, made.disclosures, facts_.suite)) {
      const std::string said(in_language(guard->text, terminal_.language));
      terminal_.say(guard->refuse ? "scanner.guard-refuses" : "scanner.guard-disputes",
                    {{"items", items}, {"guard", said}});
    }
  }

  Result<void> save(StepRequest request) {
    TRY_ASSIGN(const When time, when(arguments_.time));
    request.time_ms = time.ms;
    request.zone_offset_minutes = time.offset_minutes;
    // What was seen is kept even if this device cannot tell yet to what the tag belongs.
    if (!names_unresolved(request)) request.domain = facts_.domain;
    request.suite = facts_.suite;
    TRY_ASSIGN(MadeEvent made, make_event(*profile_, request));
    const std::string items = items_of(made.event);
    warn_of_guards(made, items);
    TRY_ASSIGN(const std::uint64_t number,
               outbox_->add(made.event, std::move(made.disclosures), now_ms(), facts_.suite));
    bindings_.learn(made.event, *profile_);
    Json line;
    line.set("number", number).set("step", made.event.text("nianlun:step"));
    line.set("eventID", made.event.text("eventID")).set("event", made.event);
    terminal_.write(line, "scanner.saved",
                    {{"number", std::to_string(number)},
                     {"step", std::string(made.event.text("nianlun:step"))},
                     {"items", items}});
    return {};
  }

  const Terminal& terminal_;
  const RecordArguments& arguments_;
  std::shared_ptr<const Profile> profile_;
  const Profile::Step& step_;
  LedgerInfo facts_;
  std::unique_ptr<Outbox> outbox_;
  Bindings bindings_;
  ScanReader reader_;
  StepRequest request_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::set<std::string, std::less<>> unresolved_;
  int exit_code_ = kDone;
};

Result<int> record(const RecordArguments& arguments, const Terminal& terminal) {
  FieldStore store(arguments.store);
  TRY_ASSIGN(LedgerInfo facts, store.facts());
  const std::string profile_id = arguments.step.substr(0, arguments.step.find('/'));
  TRY_ASSIGN(auto profile, store.profile(profile_id));
  TRY_ASSIGN(const Profile::Step* step, find_step(*profile, arguments.step));
  if (!arguments.key.empty()) TRY(PrivateKey::load(arguments.key));
  TRY(when(arguments.time));
  std::optional<Api> api;
  if (!arguments.server.empty()) {
    TRY_ASSIGN(api, Api::connect_to(arguments.server, terminal.language));
  }
  TRY_ASSIGN(auto outbox, Outbox::open(store.outbox()));
  Bindings bindings(store, api ? &*api : nullptr);
  TRY(bindings.learn(*outbox, store.profiles()));
  Recorder recorder(terminal, arguments, std::move(profile), *step, std::move(facts),
                    std::move(outbox), std::move(bindings));
  return recorder.run();
}

}  // namespace

int run_record(const RecordArguments& arguments, const Terminal& terminal) {
  return terminal.finish(record(arguments, terminal));
}

}  // namespace nianlun::scanner
