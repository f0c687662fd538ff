#pragma once

// A ledger in memory, for one scenario.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/machine.h"
#include "ledger/profile.h"
#include "ledger/result.h"
#include "ledger/signature.h"
#include "ledger/state_view.h"

namespace nianlun {

/// State that holds nothing yet.
class EmptyState final : public StateView {
 public:
  Result<std::optional<Buffer>> get(Bytes key) const override;
  Result<void> scan(Bytes first, Bytes last, Order order, const Each& each) const override;
};

/// A ledger whose keys, salts and times all follow from the scenario, so that a run is the same
/// every time.
class ScenarioWorld {
 public:
  /// A ledger with its genesis record, which adopts the profile.
  static Result<std::unique_ptr<ScenarioWorld>> make(const Profile& profile, std::string domain);

  /// Enrols an actor's party, if it is new, and its key. Roles are names of the profile's roles.
  Result<void> enrol(std::string_view actor, std::string_view party,
                     const std::vector<std::string>& roles);
  /// The did:key of an actor; the same for the same name. "authority" may change the registry.
  Result<std::string> did(std::string_view actor);

  /// Seals an event with the keys of `signers`, the submitter first, and admits it. `outcomes` are
  /// what ingress found broken among the private guards.
  Result<EventResult> send(const Json& event, const std::vector<std::string>& signers,
                           std::int64_t received_ms, std::vector<std::string> outcomes = {});

  /// Whether the ledger asks for anything beside an item with a step, whose lot it draws now.
  Result<bool> asks_any(const Profile::Step& step, std::string_view item) const;
  /// Puts into the event what is asked of its items and is not there.
  Result<void> add_evidence(const Profile::Step& step, Json& event) const;

  /// The hash of a record that was made here.
  const Hash& record_hash(std::uint64_t index) const { return hashes_[index]; }
  /// 16 octets that differ at each call.
  Buffer salt();
  const std::string& domain() const { return domain_; }

 private:
  ScenarioWorld(const Profile& profile, std::string domain);
  Result<const PrivateKey*> key(std::string_view actor);
  Result<Json> genesis();
  Result<Json> seal(const CaptureEvent& event, const std::vector<std::string>& signers,
                    std::int64_t time_ms);
  Result<EventResult> admit(const CaptureEvent& event, const Json& seal, std::int64_t time_ms,
                            std::vector<std::string> outcomes);
  Json registry_event(std::string_view type) const;

  const Profile& profile_;
  std::string domain_;
  std::string identity_;
  EmptyState nothing_;
  StateOverlay state_;
  std::unique_ptr<Machine> machine_;
  std::map<std::string, PrivateKey, std::less<>> keys_;
  struct Sequence {
    std::uint64_t last = 0;
    std::optional<Hash> seal;
  };
  std::map<std::string, Sequence, std::less<>> sequences_;
  std::map<std::string, bool, std::less<>> parties_;
  std::vector<Hash> hashes_;  // of the records
  std::int64_t now_ms_;
  std::uint64_t salts_ = 0;
};

}  // namespace nianlun
