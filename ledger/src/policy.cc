#include "ledger/policy.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kNone = "none";

using Words = std::vector<std::string_view>;

bool is_octet_of_policy(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet == '\t' || (octet >= 0x20 && octet != 0x7f);
}

Words words_of(std::string_view line) {
  constexpr std::string_view kSpace = " \t";
  Words words;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(kSpace);
    if (begin == line.npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(kSpace), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

class Parser {
 public:
  Result<Policy> parse(Bytes text) {
    if (text.size() > kPolicyBytesMax) return too_large(kPolicyBytesMax);
    while (!text.empty()) {
      ++line_;
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      if (!std::ranges::all_of(line, is_octet_of_policy)) return wrong("policy.characters");
      const Words words = words_of(line);
      if (words.empty() || words.front().starts_with('#')) continue;
      TRY(take(words));
    }
    if (policy_.quorum.empty()) return fail(ErrorCode::kInvalidArgument, "policy.no-quorum");
    return std::move(policy_);
  }

 private:
  Unexpected wrong(std::string_view message, std::string_view word = {}) const {
    Arguments arguments{{"line", std::to_string(line_)}};
    if (!word.empty()) arguments.emplace_back("word", word);
    return fail(ErrorCode::kInvalidArgument, message, std::move(arguments));
  }
  static Unexpected too_large(std::size_t max) {
    return fail(ErrorCode::kTooLarge, "policy.too-large", {{"max", std::to_string(max)}});
  }

  Result<void> take(const Words& words) {
    const std::string_view kind = words.front();
    if (kind == "log" && (words.size() == 2 || words.size() == 3)) return log(words);
    if (kind == "witness" && (words.size() == 3 || words.size() == 4)) return witness(words);
    if (kind == "group" && words.size() >= 4) return group(words);
    if (kind == "quorum" && words.size() == 2) return quorum(words[1]);
    return wrong("policy.no-such-line", kind);
  }

  Result<NoteVerifier> key(std::string_view vkey, NoteKeyType type) const {
    auto verifier = NoteVerifier::parse(vkey);
    if (!verifier || verifier->type() != type) return wrong("policy.bad-key", vkey);
    return verifier;
  }

  template <class Entry>
  Result<void> add(std::vector<Entry>& entries, Entry entry) const {
    const bool known = std::ranges::any_of(
        entries, [&](const Entry& other) { return other.key.key() == entry.key.key(); });
    if (known) return wrong("policy.duplicate-key", entry.key.vkey());
    if (entries.size() == kPolicyEntriesMax) return too_large(kPolicyEntriesMax);
    entries.push_back(std::move(entry));
    return {};
  }

  Result<void> define(std::string_view name) {
    if (name == kNone || !names_.emplace(name).second) return wrong("policy.duplicate-name", name);
    return {};
  }

  Result<void> log(const Words& words) {
    TRY_ASSIGN(NoteVerifier verifier, key(words[1], NoteKeyType::kEd25519));
    std::string url(words.size() == 3 ? words[2] : std::string_view());
    return add(policy_.logs, PolicyLog{std::move(verifier), std::move(url)});
  }

  Result<void> witness(const Words& words) {
    TRY(define(words[1]));
    TRY_ASSIGN(NoteVerifier verifier, key(words[2], NoteKeyType::kEd25519Cosignature));
    std::string url(words.size() == 4 ? words[3] : std::string_view());
    return add(policy_.witnesses,
               PolicyWitness{std::string(words[1]), std::move(verifier), std::move(url)});
  }

  Result<void> group(const Words& words) {
    PolicyGroup made{.name = std::string(words[1]), .threshold = 1, .members = {}};
    for (const std::string_view member : std::span(words).subspan(3)) {
      if (!names_.contains(member)) return wrong("policy.unknown-name", member);
      // So that each witness counts towards the quorum in one way only.
      if (!members_.emplace(member).second) return wrong("policy.member-twice", member);
      made.members.emplace_back(member);
    }
    if (words[2] == "all") made.threshold = made.members.size();
    if (words[2] != "all" && words[2] != "any") {
      const auto number = parse_decimal(words[2]);
      if (!number || *number < 1 || *number > made.members.size()) {
        return wrong("policy.threshold", words[2]);
      }
      made.threshold = static_cast<std::size_t>(*number);
    }
    TRY(define(words[1]));
    if (policy_.groups.size() == kPolicyEntriesMax) return too_large(kPolicyEntriesMax);
    policy_.groups.push_back(std::move(made));
    return {};
  }

  Result<void> quorum(std::string_view name) {
    if (!policy_.quorum.empty()) return wrong("policy.second-quorum");
    if (name != kNone && !names_.contains(name)) return wrong("policy.unknown-name", name);
    policy_.quorum = name;
    return {};
  }

  Policy policy_;
  std::size_t line_ = 0;
  std::set<std::string, std::less<>> names_;    // that were defined
  std::set<std::string, std::less<>> members_;  // of any group
};

}  // namespace

Result<Policy> parse_policy(Bytes text) { return Parser().parse(text); }

bool reaches_quorum(const Policy& policy, std::span<const WitnessedBy> cosigned) {
  if (policy.quorum == kNone) return true;
  std::map<std::string_view, bool> counts;  // of witnesses and groups: whether they witnessed it
  for (const WitnessedBy& one : cosigned) counts[one.name] = true;
  for (const PolicyGroup& group : policy.groups) {  // a group's members stand before it
    const auto have = std::ranges::count_if(
        group.members, [&](const std::string& member) { return counts[member]; });
    counts[group.name] = static_cast<std::size_t>(have) >= group.threshold;
  }
  return counts[policy.quorum];
}

Result<Witnessed> open_witnessed(Bytes note, const Policy& policy,
                                 std::span<const NoteVerifier> logs) {
  std::vector<NoteVerifier> keys(logs.begin(), logs.end());
  for (const PolicyWitness& witness : policy.witnesses) keys.push_back(witness.key);
  TRY_ASSIGN(const OpenedNote opened, open_note(note, keys));
  Witnessed result;
  TRY_ASSIGN(result.checkpoint, parse_checkpoint(opened.text));
  const auto signature_of = [&](const NoteVerifier& key) {
    return std::ranges::find_if(opened.verified, [&](const VerifiedSignature& one) {
      return one.name == key.name() && one.key_id == key.key_id() && one.type == key.type();
    });
  };
  const bool signed_by_log = std::ranges::any_of(logs, [&](const NoteVerifier& log) {
    return log.name() == result.checkpoint.origin && signature_of(log) != opened.verified.end();
  });
  if (!signed_by_log) {
    return fail(ErrorCode::kForbidden, "policy.not-signed-by-log",
                {{"origin", result.checkpoint.origin}});
  }
  for (const PolicyWitness& witness : policy.witnesses) {
    const auto found = signature_of(witness.key);
    if (found == opened.verified.end()) {
      result.missing.push_back(witness.name);
    } else {
      result.cosigned.push_back({witness.name, found->time_s.value_or(0)});
    }
  }
  result.quorum = reaches_quorum(policy, result.cosigned);
  return result;
}

Result<Witnessed> open_witnessed(Bytes note, const Policy& policy) {
  std::vector<NoteVerifier> logs;
  for (const PolicyLog& log : policy.logs) logs.push_back(log.key);
  return open_witnessed(note, policy, logs);
}

}  // namespace nianlun
