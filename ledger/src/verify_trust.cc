#include "verify_trust.h"

#include <algorithm>
#include <set>
#include <string>

#include "ledger/files.h"
#include "try.h"

namespace nianlun {
namespace {

Result<void> add(std::vector<NoteVerifier>& keys, NoteVerifier key) {
  const auto is_same = [&](const NoteVerifier& other) { return other.key() == key.key(); };
  if (std::ranges::any_of(keys, is_same)) {
    return fail(ErrorCode::kConflict, "verify.key-twice", {{"name", key.name()}});
  }
  keys.push_back(std::move(key));
  return {};
}

}  // namespace

Result<Trust> load_trust(const std::vector<std::string>& vkeys, const std::string& policy_file) {
  Trust trust;
  for (const std::string& vkey : vkeys) {
    TRY_ASSIGN(NoteVerifier key, NoteVerifier::parse(vkey));
    TRY(add(trust.keys.keys, std::move(key)));
  }
  if (policy_file.empty()) return trust;
  TRY_ASSIGN(const Buffer text, read_file(policy_file, kPolicyBytesMax));
  TRY_ASSIGN(trust.policy, parse_policy(text));
  for (const PolicyLog& log : trust.policy->logs) TRY(add(trust.keys.keys, log.key));
  for (const PolicyWitness& witness : trust.policy->witnesses)
    TRY(add(trust.keys.keys, witness.key));
  return trust;
}

Result<void> check_quorum(const Trust& trust, std::span<const VerifiedSignature> cosigned) {
  if (!trust.policy) return {};
  std::vector<WitnessedBy> by;
  std::string missing;
  for (const PolicyWitness& witness : trust.policy->witnesses) {
    const auto found = std::ranges::find_if(cosigned, [&](const VerifiedSignature& one) {
      return one.name == witness.key.name() && one.key_id == witness.key.key_id();
    });
    if (found != cosigned.end()) {
      by.push_back({witness.name, found->time_s.value_or(0)});
    } else {
      missing += (missing.empty() ? "" : ", ") + witness.name;
    }
  }
  if (reaches_quorum(*trust.policy, by)) return {};
  return fail(ErrorCode::kBusy, "verify.missing-witnesses",
              {{"missing", missing}, {"quorum", trust.policy->quorum}});
}

void once_each(std::vector<VerifiedSignature>& cosigned) {
  std::set<std::string> seen;
  std::erase_if(cosigned,
                [&](const VerifiedSignature& one) { return !seen.insert(one.name).second; });
}

}  // namespace nianlun
