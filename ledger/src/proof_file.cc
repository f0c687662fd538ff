#include "ledger/proof_file.h"

#include <cassert>

#include "ledger/encoding.h"
#include "ledger/proof.h"
#include "text.h"

namespace nianlun {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

Unexpected malformed(std::string_view part) {
  return fail(ErrorCode::kInvalidArgument, "proof-file.malformed", {{"part", std::string(part)}});
}

}  // namespace

std::string proof_file_text(const ProofFile& proof) {
  assert(proof.path.size() <= kProofHashesMax);
  assert(proof.checkpoint.ends_with('\n'));
  std::string text = std::string(kHeader) + "\n";
  if (!proof.extra.empty()) text += std::string(kExtra) + base64(proof.extra) + "\n";
  text += std::string(kIndex) + std::to_string(proof.index) + "\n";
  for (const Hash& hash : proof.path) text += base64(hash.view()) + "\n";
  return text + "\n" + proof.checkpoint;
}

Result<ProofFile> parse_proof_file(std::string_view text) {
  if (text.size() > kProofFileBytesMax) {
    return fail(ErrorCode::kTooLarge, "proof-file.too-large",
                {{"max", std::to_string(kProofFileBytesMax)}});
  }
  ProofFile proof;
  std::string_view rest = text;
  if (cut(rest, '\n') != kHeader) return malformed("header");
  auto line = cut(rest, '\n');
  if (line && line->starts_with(kExtra)) {
    const auto extra = from_base64(line->substr(kExtra.size()));
    if (!extra || extra->empty()) return malformed("extra");
    proof.extra = *extra;
    line = cut(rest, '\n');
  }
  if (!line || !line->starts_with(kIndex)) return malformed("index");
  const auto index = parse_decimal(line->substr(kIndex.size()));
  if (!index) return malformed("index");
  proof.index = *index;
  while ((line = cut(rest, '\n')) && !line->empty()) {
    const auto octets = from_base64(*line);
    const auto hash = Hash::from(octets ? Bytes(*octets) : Bytes());
    if (!hash || proof.path.size() == kProofHashesMax) return malformed("hash");
    proof.path.push_back(*hash);
  }
  if (!line || rest.empty() || !rest.ends_with('\n')) return malformed("checkpoint");
  proof.checkpoint = rest;
  if (proof_file_text(proof) != text) return malformed("-");
  return proof;
}

}  // namespace nianlun
