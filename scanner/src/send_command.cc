#include <map>

#include "bindings.h"
#include "commands.h"
#include "field_store.h"
#include "guard_texts.h"
#include "ledger/deliver.h"
#include "ledger/event_maker.h"
#include "ledger/outbox.h"
#include "ledger/src/try.h"

namespace nianlun::scanner {
namespace {

class Send {
 public:
  Send(const Terminal& terminal, const FieldStore& store, Outbox& outbox, Api& api)
      : terminal_(terminal), outbox_(outbox), api_(api) {
    for (auto& profile : store.profiles()) profiles_[profile->id] = profile;
  }

  Result<int> run(Outbox::SealContext context) {
    TRY_ASSIGN(const std::uint64_t waiting, outbox_.count(OutboxState::kWaiting));
    TRY_ASSIGN(const std::uint64_t sealed, outbox_.count(OutboxState::kSealed));
    DeliverOptions options;
    options.context = std::move(context);
    options.not_accepted = [&](const Json& event, const Json& outcome) { tell(event, outcome); };
    options.progress = [&, total = std::to_string(waiting + sealed)](std::uint64_t sent) {
      terminal_.say("scanner.sent-so-far", {{"count", std::to_string(sent)}, {"total", total}});
    };
    options.waits_again = [&] { terminal_.say("client.wait-again"); };
    TRY_ASSIGN(const Delivery delivery, deliver(outbox_, api_, options));
    summary(delivery);
    return delivery.disputed + delivery.refused == 0 ? kDone : kNotAllAccepted;
  }

 private:
  void tell(const Json& event, const Json& outcome) {
    const std::string step(event.text("nianlun:step").empty() ? outcome.text("step")
                                                              : event.text("nianlun:step"));
    const auto profile = profiles_.find(step.substr(0, step.find('/')));
    const Profile* rules = profile == profiles_.end() ? nullptr : profile->second.get();
    std::string why;
    Json::Array reasons;
    if (const Json* broken = outcome.find("broken"); broken != nullptr && broken->is_array()) {
      for (const Json& guard : broken->array()) {
        if (!guard.is_string()) continue;
        std::string reason = guard_text(rules, step, guard.string(), terminal_.language);
        why += (why.empty() ? "" : "; ") + reason;
        reasons.push_back(Json(std::move(reason)));
      }
    }
    Json line;
    line.set("eventID", event.text("eventID")).set("step", step);
    line.set("outcome", outcome.text("outcome")).set("reasons", std::move(reasons));
    terminal_.write(line,
                    outcome.text("outcome") == "refused" ? "scanner.refused" : "scanner.disputed",
                    {{"step", step}, {"items", items_of(event, rules, step)}, {"why", why}});
  }

  static std::string items_of(const Json& event, const Profile* rules, const std::string& step) {
    std::string items;
    const auto found =
        rules == nullptr ? Result<const Profile::Step*>(nullptr) : find_step(*rules, step);
    if (found && *found != nullptr) {
      for (const auto& participant : (*found)->items) {
        for (const std::string& id : strings_at(event, participant.in)) {
          items += (items.empty() ? "" : ", ") + id;
        }
      }
    }
    return items.empty() ? std::string(event.text("eventID")) : items;
  }

  void summary(const Delivery& delivery) const {
    Json line;
    line.set("accepted", delivery.accepted)
        .set("disputed", delivery.disputed)
        .set("refused", delivery.refused)
        .set("duplicates", delivery.duplicates);
    terminal_.write(line, delivery.sent() == 0 ? "scanner.nothing-to-send" : "scanner.sent",
                    {{"accepted", std::to_string(delivery.accepted)},
                     {"disputed", std::to_string(delivery.disputed)},
                     {"refused", std::to_string(delivery.refused)},
                     {"duplicates", std::to_string(delivery.duplicates)}});
  }

  const Terminal& terminal_;
  Outbox& outbox_;
  Api& api_;
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> profiles_;
};

/// The ledger is looked at first: what it says now is what the seals come after. Rules that this
/// device cannot read are no reason to keep its events back.
Result<LedgerInfo> pulled(FieldStore& store, Api& api, const Terminal& terminal) {
  auto facts = store.pull(api);
  if (facts || facts.error().code == ErrorCode::kConflict || is_unreachable(facts.error())) {
    return facts;
  }
  terminal.say("", facts.error());
  return store.facts();
}

Result<int> send(const SendArguments& arguments, const Terminal& terminal) {
  std::vector<PrivateKey> keys;
  TRY_ASSIGN(PrivateKey own, PrivateKey::load(arguments.key));
  keys.push_back(std::move(own));
  for (const std::string& file : arguments.cosign) {
    TRY_ASSIGN(PrivateKey other, PrivateKey::load(file));
    keys.push_back(std::move(other));
  }
  FieldStore store(arguments.store);
  TRY_ASSIGN(const auto outbox, Outbox::open(store.outbox()));
  TRY_ASSIGN(Api api, Api::connect_to(arguments.server, terminal.language));
  TRY_ASSIGN(const LedgerInfo facts, pulled(store, api, terminal));
  Outbox::SealContext context;
  context.ledger = facts.identity;
  context.suite = facts.suite;
  for (const PrivateKey& key : keys) context.keys.push_back(&key);
  context.after = store.checkpoint();
  context.events_max = arguments.events_max;
  return Send(terminal, store, *outbox, api).run(std::move(context));
}

}  // namespace

int run_send(const SendArguments& arguments, const Terminal& terminal) {
  const Result<int> result = send(arguments, terminal);
  const int exit_code = terminal.finish(result);
  if (exit_code == kUnreachable) terminal.say("scanner.nothing-lost");
  return exit_code;
}

}  // namespace nianlun::scanner
