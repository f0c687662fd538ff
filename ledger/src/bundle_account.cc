#include <algorithm>
#include <set>

#include "bundle.h"
#include "ledger/encoding.h"
#include "ledger/time.h"
#include "strict_json.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected malformed(std::string_view member) {
  return fail(ErrorCode::kInvalidArgument, "bundle.malformed-account",
              {{"member", std::string(member)}});
}

constexpr StrictReader kStrict{malformed};

Unexpected disagrees(std::uint64_t index, std::string_view what) {
  return fail(ErrorCode::kCorrupted, "bundle.account-disagrees",
              {{"index", std::to_string(index)}, {"what", std::string(what)}});
}

/// Whether a text is in a value somewhere.
bool says(const Json& value, std::string_view text) {
  const auto in = [text](const Json& item) { return says(item, text); };
  if (value.is_string()) return value.string() == text;
  if (value.is_array()) return std::ranges::any_of(value.array(), in);
  if (!value.is_object()) return false;
  return std::ranges::any_of(value.object(), [&](const auto& one) { return in(one.value); });
}

Result<std::uint64_t> index_of(const Json& entry) {
  if (!entry.is_object()) return malformed("record");
  return kStrict.count_at(entry, "index");
}

Result<void> check_entry(const Json& entry, const BundleRecord& record) {
  const std::uint64_t index = record.verified.index;
  if (entry.text("recordHash") != hex(record.hash)) return disagrees(index, "recordHash");
  if (entry.text("outcome") != text(record.verified.verdict.outcome)) {
    return disagrees(index, "outcome");
  }
  if (entry.text("step") != record.verified.verdict.step) return disagrees(index, "step");
  const auto recorded = parse_date_time(entry.text("recordTime"));
  if (!recorded || *recorded != record.verified.record_time_ms) {
    return disagrees(index, "recordTime");
  }
  if (!record.verified.event.is_object()) return {};
  const auto told = parse_date_time(entry.text("eventTime"));
  const auto signed_time = parse_date_time(record.verified.event.text("eventTime"));
  if (!told || !signed_time || *told != *signed_time) return disagrees(index, "eventTime");
  return {};
}

/// The records that are told of, each of which agrees with its receipt.
Result<std::vector<std::uint64_t>> told_records(const Bundle& bundle, const Json& said) {
  std::vector<std::uint64_t> told;
  TRY_ASSIGN(const auto entries, entries_of(said));
  for (const Json* entry : entries) {
    TRY_ASSIGN(const std::uint64_t index, index_of(*entry));
    const auto found = bundle.records.find(index);
    if (found == bundle.records.end()) return disagrees(index, "receipt");
    TRY(check_entry(*entry, found->second));
    told.push_back(index);
  }
  return told;
}

}  // namespace

Result<std::string> account_text(const BundleAccount& account, std::string_view language) {
  return canonical(Json().set("said", account.said(language)).set("subject", account.subject));
}

Result<void> read_account(Bytes text, std::string_view language, BundleAccount& account) {
  if (text.size() > kBundleAccountBytesMax) return malformed("bytes");
  TRY_ASSIGN(const Json json, Json::parse(text, {.depth_max = 128}));
  TRY(kStrict.only(json, "account", {"said", "subject"}));
  TRY(check_numbers_exact(json));
  TRY_ASSIGN(const std::string again, canonical(json));
  const Json* said = json.find("said");
  const std::string subject(json.text("subject"));
  if (again != text || said == nullptr || !said->is_object()) return malformed("said");
  if (subject.empty() || printable(subject) != subject) return malformed("subject");
  if (!account.subject.empty() && account.subject != subject) return malformed("subject");
  account.subject = subject;
  (language == "zh" ? account.zh : account.en) = *said;
  return {};
}

Result<std::vector<const Json*>> entries_of(const Json& said) {
  const Json* chain = said.find("chain");
  const bool is_item = chain != nullptr;
  const Json* list = is_item ? chain : said.find("records");
  if (list == nullptr || !list->is_array()) return malformed("records");
  const Json* next = said.find("chainNext");
  if (next != nullptr && !next->is_null()) return malformed("chainNext");
  std::vector<const Json*> entries;
  for (const Json& entry : list->array()) entries.push_back(&entry);
  if (is_item) std::ranges::reverse(entries);  // it is told from its end
  return entries;
}

Result<void> check_accounts(const Bundle& bundle) {
  std::set<std::uint64_t> all;
  for (const BundleAccount& account : bundle.accounts) {
    TRY_ASSIGN(const auto in_english, told_records(bundle, account.en));
    TRY_ASSIGN(const auto in_chinese, told_records(bundle, account.zh));
    if (in_english != in_chinese) {
      return fail(ErrorCode::kCorrupted, "bundle.languages-differ", {{"subject", account.subject}});
    }
    for (const Json* said : {&account.en, &account.zh}) {
      const bool is_item = said->find("chain") != nullptr;
      if (is_item && said->text("id") != account.subject) return malformed("id");
    }
    all.insert(in_english.begin(), in_english.end());
  }
  for (const auto& [index, record] : bundle.records) {
    if (!all.contains(index)) return disagrees(index, "account");
  }
  return {};
}

std::size_t records_not_naming(const Bundle& bundle, const BundleAccount& account) {
  const auto entries = entries_of(account.en);
  if (!entries || account.en.find("chain") == nullptr) return 0;
  return static_cast<std::size_t>(std::ranges::count_if(*entries, [&](const Json* entry) {
    const auto index = index_of(*entry);
    const auto found = index ? bundle.records.find(*index) : bundle.records.end();
    return found != bundle.records.end() && !says(found->second.verified.event, account.subject);
  }));
}

}  // namespace nianlun
