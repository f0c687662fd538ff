#pragma once

#include <string>
#include <vector>

#include "bundle.h"
#include "ledger/seal_samples.h"
#include "ledger/time.h"

namespace nianlun::testing {

/// A ledger with a record that names a file, and bundles of it that are made without fonts.
struct Evidence : SampleLedger {
  std::string photo = "year rings";
  Trust trust;

  Evidence() {
    Json event = sample_event("7");
    event.set("nianlun:photo", ni_of(photo));
    add(captured({event}), {&device}, identity());
    trust.keys.keys.push_back(log.verifier());
  }
  static std::string ni_of(std::string_view content) {
    return "ni:///sha-256;" + base64url(sha256(content).view());
  }
  BundleRecord proved(std::uint64_t index) const {
    const auto record = prove_record(receipt_json(receipt(index, {1})), trust);
    REQUIRE_MESSAGE(record, record.error().message);
    return *record;
  }
  static Json entry_of(const BundleRecord& record) {
    return Json()
        .set("eventTime", record.verified.event.text("eventTime"))
        .set("index", record.verified.index)
        .set("outcome", text(record.verified.verdict.outcome))
        .set("recordHash", hex(record.hash))
        .set("recordTime", date_time(record.verified.record_time_ms))
        .set("say", "Inspected")
        .set("step", record.verified.verdict.step);
  }
  Bundle bundle(std::initializer_list<std::uint64_t> indexes) const {
    Bundle bundle;
    bundle.keys.push_back(log.verifier().vkey());
    for (const std::uint64_t index : indexes) {
      BundleRecord record = proved(index);
      const Json said = Json().set("records", Json::Array{entry_of(record)});
      bundle.accounts.push_back({std::to_string(index), said, said});
      REQUIRE(add_record(bundle, std::move(record)));
    }
    return bundle;
  }
};

inline std::string manifest_for(const Bundle& bundle, std::span<const ZipMember> members) {
  const auto manifest = manifest_text(bundle, members.subspan(1));
  REQUIRE(manifest);
  return *manifest;
}

/// All members, with words in the place of the PDF.
inline std::vector<ZipMember> members_for(const Bundle& bundle) {
  std::vector<ZipMember> members = {{"manifest.json", ""},
                                    {"README.en.txt", "How to verify\n"},
                                    {"README.zh.txt", "如何核验\n"},
                                    {"history.pdf", "%PDF-1.5\n"}};
  auto content = content_members(bundle);
  REQUIRE(content);
  for (ZipMember& member : *content) members.push_back(std::move(member));
  members.front().content = manifest_for(bundle, members);
  return members;
}

/// Whoever changes members can write a manifest too: theirs fits the octets.
inline void fit_manifest(std::vector<ZipMember>& members) {
  Json manifest = Json::parse(members.front().content).value();
  Json list = Json::Array{};
  for (const ZipMember& member : std::span(members).subspan(1)) {
    list.push(Json()
                  .set("path", member.path)
                  .set("sha256", hex(sha256(member.content)))
                  .set("size", std::uint64_t{member.content.size()}));
  }
  manifest.set("members", std::move(list));
  members.front().content = canonical(manifest).value();
}

/// "holds", or the message of what is wrong.
inline std::string verdict_on(Bytes zip, const Trust& trust) {
  const auto bundle = read_bundle(zip, trust);
  return bundle ? "holds" : bundle.error().message;
}
inline std::string verdict_on(const std::vector<ZipMember>& members, const Trust& trust) {
  const auto zip = make_zip(members);
  REQUIRE_MESSAGE(zip, zip.error().message);
  return verdict_on(*zip, trust);
}

}  // namespace nianlun::testing
