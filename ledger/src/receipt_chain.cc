#include "receipt_chain.h"

#include <algorithm>
#include <set>

#include "roles.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected broken(std::string_view message, std::uint64_t index) {
  return fail(ErrorCode::kCorrupted, message, {{"index", std::to_string(index)}});
}

bool has_text(const Json* list, std::string_view text) {
  return list != nullptr && list->is_array() &&
         std::ranges::any_of(list->array(), [&](const Json& item) {
           return item.is_string() && item.string() == text;
         });
}

std::vector<std::string> roles_in(const Json& event) {
  std::vector<std::string> roles;
  const Json* list = event.find("nianlun:roles");
  if (list == nullptr || !list->is_array()) return roles;
  for (const Json& role : list->array()) roles.push_back(role.is_string() ? role.string() : "");
  return roles;
}

}  // namespace

bool by_authority(const Seal& seal, const Json& genesis) {
  const Json* authority = genesis.find("nianlun:authority");
  if (authority == nullptr || !seal.on_behalf_of.empty()) return false;
  const auto threshold = authority->integer("threshold");
  const Json* keys = authority->find("keys");
  const auto signed_by = std::ranges::count_if(
      seal.signers, [&](const std::string& did) { return has_text(keys, did); });
  return threshold && *threshold >= 1 && signed_by >= *threshold;
}

// A genesis speaks for its authority only if enough of its keys signed it.
bool is_genesis(const CheckedRecord& checked, std::string_view origin) {
  const Json& event = checked.record.event;
  return checked.index == 0 && event.text("type") == "nianlun:Genesis" &&
         event.text("nianlun:origin") == origin && by_authority(checked.seal, event);
}

namespace {

class Chain {
 public:
  Chain(std::span<const CheckedRecord> signers, std::span<const CheckedRecord> others,
        std::string_view origin)
      : origin_(origin) {
    for (const auto& records : {signers, others}) {
      for (const CheckedRecord& record : records) records_.push_back(&record);
    }
    const auto found = std::ranges::find_if(
        records_, [&](const CheckedRecord* record) { return is_genesis(*record, origin_); });
    if (found != records_.end()) genesis_ = *found;
  }

  Result<std::string> enroller_of(const CheckedRecord& enrolment) {
    if (genesis_ == nullptr) return broken("receipt.not-entitled", enrolment.index);
    used_.insert(0);
    if (enrolment.index == 0 || by_authority(enrolment.seal, genesis_->record.event)) {
      return std::string();
    }
    for (const CheckedRecord* record : records_) {
      if (!is_registrar_of(*record, enrolment)) continue;
      used_.insert(record->index);
      return enrolment.seal.submitter;
    }
    return broken("receipt.not-entitled", enrolment.index);
  }
  bool sealed_by_authority(const CheckedRecord& record) const {
    return genesis_ != nullptr && by_authority(record.seal, genesis_->record.event);
  }
  bool has_used(std::uint64_t index) const { return used_.contains(index); }

 private:
  /// Whether a record made the enrolment's submitter a registrar who could give all of its roles.
  /// Only the authority makes one, and by its enrolment: so the chain ends here.
  bool is_registrar_of(const CheckedRecord& record, const CheckedRecord& enrolment) const {
    const std::string_view party = enrolment.record.event.text("nianlun:party");
    const auto of = enrols(record, enrolment.seal.submitter, origin_);
    if (record.index == 0 || record.index >= enrolment.index || !of || *of != party) return false;
    if (!enrolment.seal.on_behalf_of.empty()) return false;
    if (!by_authority(record.seal, genesis_->record.event)) return false;
    const std::vector<std::string> held = roles_in(record.record.event);
    return std::ranges::any_of(held, is_registrar_role) &&
           std::ranges::all_of(roles_in(enrolment.record.event),
                               [&](const std::string& role) { return may_grant(held, role); });
  }

  std::string_view origin_;
  std::vector<const CheckedRecord*> records_;
  const CheckedRecord* genesis_ = nullptr;
  std::set<std::uint64_t> used_;
};

}  // namespace

std::optional<std::string> enrols(const CheckedRecord& checked, std::string_view did,
                                  std::string_view origin) {
  if (checked.record.verdict.outcome != Outcome::kAccepted) return std::nullopt;
  const Json& event = checked.record.event;
  if (event.text("type") == "nianlun:KeyEnrolled") {
    const std::string_view party = event.text("nianlun:party");
    if (event.text("nianlun:key") != did || party.empty()) return std::nullopt;
    return std::string(party);
  }
  if (!is_genesis(checked, origin)) return std::nullopt;
  const bool named = event.text("nianlun:gateway") == did ||
                     has_text(event.find("nianlun:authority")->find("keys"), did);
  return named ? std::optional(std::string()) : std::nullopt;
}

Result<std::vector<std::string>> enrolled_by(std::span<const CheckedRecord> signers,
                                             std::span<const CheckedRecord> others,
                                             std::string_view origin) {
  Chain chain(signers, others, origin);
  std::vector<std::string> enrollers;
  for (const CheckedRecord& signer : signers) {
    TRY_ASSIGN(std::string enroller, chain.enroller_of(signer));
    enrollers.push_back(std::move(enroller));
  }
  for (std::size_t i = 0; i < others.size(); ++i) {
    const std::uint64_t index = others[i].index;
    const bool again = std::ranges::find(signers, index, &CheckedRecord::index) != signers.end();
    const bool in_order = i == 0 || others[i - 1].index < index;
    if (again || !in_order || !chain.has_used(index)) {
      return broken("receipt.enrolment-of-nobody", index);
    }
  }
  return enrollers;
}

Result<std::map<std::string, Json>> names_in(std::span<const CheckedRecord> parties,
                                             std::span<const CheckedRecord> signers,
                                             std::span<const CheckedRecord> others,
                                             const std::string& on_behalf_of,
                                             std::string_view origin) {
  const Chain chain(signers, others, origin);
  std::set<std::string, std::less<>> acting{on_behalf_of};
  for (const CheckedRecord& signer : signers) {
    acting.emplace(signer.record.event.text("nianlun:party"));
  }
  std::map<std::string, Json> names;
  for (std::size_t i = 0; i < parties.size(); ++i) {
    const CheckedRecord& record = parties[i];
    const Json& event = record.record.event;
    const std::string party(event.text("nianlun:party"));
    const Json* name = event.find("nianlun:name");
    const bool in_order = i == 0 || parties[i - 1].index < record.index;
    const bool names_one = event.text("type") == "nianlun:PartyEnrolled" && !party.empty() &&
                           record.record.verdict.outcome == Outcome::kAccepted && name != nullptr;
    if (!names_one || !in_order || !acting.contains(party)) {
      return broken("receipt.enrolment-of-nobody", record.index);
    }
    if (!chain.sealed_by_authority(record)) return broken("receipt.not-entitled", record.index);
    if (!names.emplace(party, *name).second) {
      return broken("receipt.enrolment-of-nobody", record.index);
    }
  }
  return names;
}

}  // namespace nianlun
