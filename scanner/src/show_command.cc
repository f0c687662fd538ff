#include <algorithm>
#include <optional>

#include "commands.h"
#include "decode_command.h"
#include "field_store.h"
#include "ledger/device.h"
#include "ledger/src/try.h"
#include "ledger/time.h"
#include "scanned.h"

namespace nianlun::scanner {
namespace {

/// A text of the reader's language, or else the first there is.
std::string in_language(const Json* texts, std::string_view language) {
  if (texts == nullptr || !texts->is_object() || texts->object().empty()) return {};
  const std::string_view found = texts->text(language);
  return std::string(found.empty() ? texts->text(texts->object().front().name) : found);
}

std::string name_and_id(std::string name, std::string_view id) {
  if (name.empty()) return std::string(id);
  return name + " (" + std::string(id) + ")";
}

class Show {
 public:
  Show(const Terminal& terminal, FieldStore* store, Api* api, LedgerInfo facts)
      : terminal_(terminal), store_(store), api_(api), facts_(std::move(facts)) {}

  void scan(const Scan& scan) {
    if (!scan.item) {
      terminal_.say(scan.read, scan.item.error());
      exit_code_ = std::max(exit_code_, kFailed);
      return;
    }
    auto found = look_up(*scan.item);
    if (found) return describe(*scan.item, *found);
    if (found.error().code == ErrorCode::kNotFound && describe_unknown(*scan.item)) return;
    terminal_.say(*scan.item, found.error());
    exit_code_ = std::max(exit_code_, is_unreachable(found.error()) ? kUnreachable : kFailed);
  }
  int exit_code() const { return exit_code_; }

 private:
  Result<KnownItem> look_up(const std::string& item) {
    if (api_ != nullptr) {
      auto fresh = ask(item);
      if (fresh) {
        if (store_ != nullptr) TRY(store_->keep_item(item, *fresh));
        return fresh;
      }
      if (!is_unreachable(fresh.error()) || store_ == nullptr) return fresh;
      if (!store_->item(item)) return fresh;
      terminal_.say(item, fresh.error());
    }
    auto kept = store_ == nullptr ? std::nullopt : store_->item(item);
    if (!kept) return fail(ErrorCode::kNotFound, "scanner.not-known-here");
    terminal_.say("scanner.as-of", {{"time", date_time(kept->saved_ms)}});
    return *std::move(kept);
  }

  Result<KnownItem> ask(const std::string& item) {
    const std::string target = "/items/" + path_segment(item);
    TRY_ASSIGN(Json view, api_->get_json(target));
    TRY_ASSIGN(Json steps, api_->get_json(target + "/steps"));
    return KnownItem{.view = std::move(view), .steps = std::move(steps), .saved_ms = now_ms()};
  }

  void describe(const std::string& item, const KnownItem& known) {
    if (terminal_.json) {
      Json line;
      line.set("item", item).set("saved", date_time(known.saved_ms));
      terminal_.write(line.set("view", known.view).set("next", known.steps));
      return;
    }
    const Json& view = known.view;
    const std::string_view language = terminal_.language;
    line("scanner.item",
         {{"id", item},
          {"kind", name_and_id(in_language(view.find("kindName"), language), view.text("kind"))},
          {"state",
           name_and_id(in_language(view.find("stateName"), language), view.text("state"))}});
    if (view.text("id") != item) line("scanner.item-is", {{"id", std::string(view.text("id"))}});
    if (const Json* container = view.find("container"); container && container->is_string()) {
      line("scanner.item-in", {{"id", container->string()}});
    }
    if (const Json* recalled = view.find("recalled");
        recalled != nullptr && recalled->is_boolean() && recalled->boolean()) {
      line("scanner.item-recalled", {});
    }
    if (view.text("verdict") == "disputed") line("scanner.item-disputed", {});
    describe_doubts(view);
    describe_steps(known.steps);
  }

  /// Steps that somebody else than who is named may have recorded.
  void describe_doubts(const Json& view) {
    const Json* chain = view.find("chain");
    if (chain == nullptr || !chain->is_array()) return;
    for (const Json& entry : chain->array()) {
      const Json* mark = entry.find("compromised");
      if (mark == nullptr || mark->find("endorsed") != nullptr) continue;
      line("scanner.item-compromised",
           {{"step", in_language(entry.find("stepName"), terminal_.language)},
            {"text", std::string(mark->text("text"))}});
    }
  }

  void describe_steps(const Json& next) {
    const Json* steps = next.find("steps");
    if (steps == nullptr || !steps->is_array() || steps->array().empty()) {
      return line("scanner.no-steps", {});
    }
    for (const Json& step : steps->array()) {
      std::string roles;
      if (const Json* list = step.find("roles"); list != nullptr && list->is_array()) {
        for (const Json& role : list->array()) {
          if (role.is_string()) roles += (roles.empty() ? "" : ", ") + role.string();
        }
      }
      line("scanner.next-step", {{"step", std::string(step.text("step"))},
                                 {"name", in_language(step.find("name"), terminal_.language)},
                                 {"roles", roles}});
      describe_evidence(step);
    }
  }

  /// What is asked of the item with a step, and why, before anybody takes it.
  void describe_evidence(const Json& step) {
    const Json* asked = step.find("evidence");
    if (asked == nullptr || !asked->is_array()) return;
    for (const Json& one : asked->array()) {
      line("scanner.next-evidence",
           {{"member", std::string(one.text("member"))},
            {"name", in_language(one.find("name"), terminal_.language)},
            {"reason", in_language(one.find("reason"), terminal_.language)}});
    }
  }

  /// What the profiles alone tell of an item that was never looked at.
  bool describe_unknown(const std::string& item) {
    if (store_ == nullptr) return false;
    for (const auto& profile : store_->profiles()) {
      const Profile::Kind* kind = profile->kind_of(item, facts_.domain);
      if (kind == nullptr) continue;
      Json::Array steps;
      for (const Profile::Step& step : profile->steps) {
        const bool takes = std::ranges::any_of(
            step.items, [&](const auto& participant) { return participant.kind == kind->name; });
        if (takes) steps.push_back(profile->id + "/" + step.name);
      }
      if (terminal_.json) {
        Json line;
        line.set("item", item).set("kind", kind->name).set("profile", profile->label());
        terminal_.write(line.set("steps", std::move(steps)));
        return true;
      }
      line("scanner.item-unknown",
           {{"id", item},
            {"kind", name_and_id(std::string(nianlun::in_language(kind->text, terminal_.language)),
                                 kind->name)}});
      for (const Json& step : steps) terminal_.out << "  " << printable(step.string()) << '\n';
      return true;
    }
    return false;
  }

  void line(std::string_view message, const Arguments& arguments) {
    terminal_.write(Json(), message, arguments);
  }

  const Terminal& terminal_;
  FieldStore* store_;
  Api* api_;
  LedgerInfo facts_;
  int exit_code_ = kDone;
};

Result<LedgerInfo> facts_for(FieldStore* store, Api* api) {
  if (store != nullptr) {
    auto kept = store->facts();
    if (kept || api == nullptr) return kept;
  }
  return ledger_info(*api);
}

Result<int> show(const ShowArguments& arguments, const Terminal& terminal) {
  std::optional<FieldStore> store;
  std::optional<Api> api;
  if (!arguments.store.empty()) store.emplace(arguments.store);
  if (!arguments.server.empty()) {
    TRY_ASSIGN(api, Api::connect_to(arguments.server, terminal.language));
  }
  if (!store && !api) return fail(ErrorCode::kInvalidArgument, "scanner.server-or-store");
  FieldStore* const store_or_none = store ? &*store : nullptr;
  TRY_ASSIGN(LedgerInfo facts, facts_for(store_or_none, api ? &*api : nullptr));
  ScanReader reader(terminal, facts.domain);
  Show shown(terminal, store_or_none, api ? &*api : nullptr, std::move(facts));
  for (const std::string& code : arguments.codes) {
    reader.read(code, [&shown](const Scan& scan) { shown.scan(scan); });
  }
  return shown.exit_code();
}

Result<int> pull(const PullArguments& arguments, const Terminal& terminal) {
  TRY_ASSIGN(Api api, Api::connect_to(arguments.server, terminal.language));
  FieldStore store(arguments.store);
  TRY_ASSIGN(const LedgerInfo facts, store.pull(api));
  const auto checkpoint = store.checkpoint();
  const std::string size = std::to_string(checkpoint ? checkpoint->size : 0);
  Json line;
  Json::Array profiles(facts.profiles.begin(), facts.profiles.end());
  line.set("ledger", facts.identity).set("size", Json::number(size));
  terminal.write(line.set("profiles", std::move(profiles)), "scanner.pulled",
                 {{"ledger", facts.identity},
                  {"profiles", std::to_string(facts.profiles.size())},
                  {"size", size}});
  return kDone;
}

}  // namespace

int run_show(const ShowArguments& arguments, const Terminal& terminal) {
  return terminal.finish(show(arguments, terminal));
}

int run_pull(const PullArguments& arguments, const Terminal& terminal) {
  return terminal.finish(pull(arguments, terminal));
}

}  // namespace nianlun::scanner
