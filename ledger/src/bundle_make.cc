#include "bundle_make.h"

#include <algorithm>
#include <cassert>

#include "ledger/encoding.h"
#include "ledger/messages.h"
#include "try.h"

namespace nianlun {
namespace {

std::string joined(std::span<const std::string> lines, std::string_view separator) {
  std::string out;
  for (const std::string& line : lines) {
    if (!out.empty()) out += separator;
    out += line;
  }
  return out;
}

std::string title_of(const Bundle& bundle, std::string_view language) {
  return text(language, "bundle.title", {{"origin", newest_of(bundle).receipt.origin}});
}

std::string readme(const Bundle& bundle, std::string_view language) {
  const std::string title = title_of(bundle, language);
  return title + "\n\n" + joined(instructions(bundle, language), "\n\n") + "\n";
}

Result<Buffer> pdf(const Bundle& bundle) {
  std::int64_t newest_ms = 0;
  for (const auto& [index, record] : bundle.records) {
    newest_ms = std::max(newest_ms, record.verified.record_time_ms);
  }
  const PaperPart parts[] = {history_part(bundle, "zh"), history_part(bundle, "en")};
  std::string title;
  for (const std::string_view language : {"zh", "en"}) {
    title +=
        (title.empty() ? "" : " / ") + text(language, "bundle.title", {{"ledger", bundle.ledger}});
  }
  return make_pdf(title, newest_ms, parts);
}

}  // namespace

std::vector<std::string> instructions(const Bundle& bundle, std::string_view language) {
  std::vector<std::string> subjects;
  for (const BundleAccount& account : bundle.accounts) subjects.push_back("  " + account.subject);
  std::vector<std::string> keys;
  for (const std::string& key : bundle.keys) keys.push_back("  " + key);
  const Checkpoint& head = newest_of(bundle).checkpoint;
  const auto say = [&](std::string_view id) {
    return text(language, id,
                {{"keys", joined(keys, "\n")},
                 {"root", hex(head.root)},
                 {"size", std::to_string(head.size)},
                 {"subjects", joined(subjects, "\n")}});
  };
  return {say("bundle.readme-what"),    say("bundle.readme-verify"),
          say("bundle.readme-by-hand"), say("bundle.readme-manifest"),
          say("bundle.readme-entry"),   say("bundle.readme-checkpoint"),
          say("bundle.readme-seal"),    say("bundle.readme-keys"),
          say("bundle.readme-files"),   say("bundle.readme-not")};
}

Result<Buffer> make_bundle(const Bundle& bundle, const Trust& trust) {
  TRY(check_accounts(bundle));
  TRY(check_files(bundle));
  std::vector<ZipMember> members;
  for (const std::string language : {"en", "zh"}) {
    members.push_back({"README." + language + ".txt", readme(bundle, language)});
  }
  TRY_ASSIGN(Buffer history, pdf(bundle));
  members.push_back({"history.pdf", std::move(history)});
  TRY_ASSIGN(std::vector<ZipMember> content, content_members(bundle));
  for (ZipMember& member : content) members.push_back(std::move(member));
  TRY_ASSIGN(std::string manifest, manifest_text(bundle, members));
  members.insert(members.begin(), {"manifest.json", std::move(manifest)});
  TRY_ASSIGN(Buffer zip, make_zip(members));
  TRY_ASSIGN(const Bundle again, read_bundle(zip, trust));
  assert(again.records.size() == bundle.records.size());
  return zip;
}

}  // namespace nianlun
