#include <map>
#include <optional>

#include "bindings.h"
#include "commands.h"
#include "device.h"
#include "field_store.h"
#include "guard_texts.h"
#include "ledger/encoding.h"
#include "ledger/event_maker.h"
#include "ledger/outbox.h"
#include "ledger/seal.h"
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
    const std::uint64_t total = waiting + sealed;
    while (true) {
      context.now_ms = now_ms();
      context.monotonic_ms = monotonic_ms();
      TRY_ASSIGN(const std::optional<Json> document, outbox_.next_document(context));
      if (!document) break;
      TRY_ASSIGN(const Json job, job_of(*document));
      TRY(outbox_.answered(job));
      report(*document, job);
      terminal_.say("scanner.sent-so-far",
                    {{"count", std::to_string(sent())}, {"total", std::to_string(total)}});
    }
    summary();
    return disputed_ + refused_ == 0 ? kDone : kNotAllAccepted;
  }

 private:
  std::uint64_t sent() const { return accepted_ + disputed_ + refused_; }

  /// The answer to a document. A server that refuses it as a whole is asked whether it has it after
  /// all, from an earlier attempt; only if it has not may the events go into another seal.
  Result<Json> job_of(const Json& document) {
    auto job = api_.capture(document.dump());
    if (job || job.error().code != ErrorCode::kInvalidArgument) return job;
    const Json* made = document.find("nianlun:seal");
    if (made == nullptr) return job;
    TRY_ASSIGN(const Seal seal, parse_seal(*made));
    auto earlier = api_.get_json("/capture/" + hex(seal.hash));
    if (earlier) return earlier;
    if (earlier.error().code == ErrorCode::kNotFound) {
      TRY(outbox_.unseal());
      terminal_.say("scanner.wait-again");
    }
    return job;
  }

  void report(const Json& document, const Json& job) {
    const Json* body = document.find("epcisBody");
    const Json* events = body == nullptr ? nullptr : body->find("eventList");
    const Json* outcomes = job.find("nianlun:outcomes");
    if (outcomes == nullptr || !outcomes->is_array()) return;
    for (const Json& outcome : outcomes->array()) {
      const std::string_view word = outcome.text("outcome");
      if (word == "accepted") {
        ++accepted_;
        continue;
      }
      ++(word == "refused" ? refused_ : disputed_);
      const auto position = outcome.integer("position");
      const bool known = events != nullptr && events->is_array() && position && *position >= 0 &&
                         static_cast<std::size_t>(*position) < events->array().size();
      tell(known ? events->array()[static_cast<std::size_t>(*position)] : Json(), outcome);
    }
  }

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

  void summary() const {
    Json line;
    line.set("accepted", accepted_).set("disputed", disputed_).set("refused", refused_);
    terminal_.write(line, sent() == 0 ? "scanner.nothing-to-send" : "scanner.sent",
                    {{"accepted", std::to_string(accepted_)},
                     {"disputed", std::to_string(disputed_)},
                     {"refused", std::to_string(refused_)}});
  }

  const Terminal& terminal_;
  Outbox& outbox_;
  Api& api_;
  std::map<std::string, std::shared_ptr<const Profile>, std::less<>> profiles_;
  std::uint64_t accepted_ = 0, disputed_ = 0, refused_ = 0;
};

/// The ledger is looked at first: what it says now is what the seals come after. Rules that this
/// device cannot read are no reason to keep its events back.
Result<LedgerFacts> pulled(FieldStore& store, Api& api, const Terminal& terminal) {
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
  TRY_ASSIGN(const LedgerFacts facts, pulled(store, api, terminal));
  Outbox::SealContext context;
  context.ledger = facts.identity;
  for (const PrivateKey& key : keys) context.keys.push_back(&key);
  context.after = store.checkpoint();
  context.boot = boot_id();
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
