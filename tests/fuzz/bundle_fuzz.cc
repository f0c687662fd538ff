// A ZIP that is read is made the same again, and a bundle that holds is what its manifest says.

#include "bundle.h"
#include "fuzz.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

// The log of tests/golden/bundle.zip.
const Trust& trust() {
  static const Trust kTrust = [] {
    Trust made;
    made.keys.keys.push_back(
        NoteVerifier::parse(
            "ledger.example.org/forest+f5d3b0b5+AcqTrBcFGHBx1nuDx/8O/oEI6OxFMFdddyaHkzPb2r58")
            .value());
    return made;
  }();
  return kTrust;
}

/// The member's content in the place of the ZIP, so that what is in it is reached too.
void read_inside(Bytes content) {
  BundleAccount account;
  if (!read_account(content, "en", account)) return;
  const auto again = account_text(account, "en");
  require(again.has_value() && *again == content, "an account has one text");
  const auto entries = entries_of(account.en);
  if (entries) require(entries->size() <= content.size(), "every entry takes some octets");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes octets = input(data, size);
  read_inside(octets);
  const auto members = read_zip(octets);
  if (!members) return 0;
  std::size_t bytes = 0;
  for (const ZipMember& member : *members) bytes += member.content.size();
  require(bytes <= octets.size(), "nothing grows");
  const auto again = make_zip(*members);
  require(again.has_value(), "what was read can be made");
  require(again->size() == octets.size(), "there is room for nothing else");
  require(read_zip(*again).value() == *members, "the same is read again");
  const auto bundle = read_bundle(octets, trust());
  if (!bundle) return 0;
  require(!words_of(*bundle, "zh").empty(), "what holds is said");
  const auto manifest = manifest_text(*bundle, std::span(*members).subspan(1));
  require(manifest.has_value() && *manifest == members->front().content, "one manifest");
  return 0;
}
