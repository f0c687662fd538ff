#include "ledger/disclosure.h"

#include "ledger/encoding.h"
#include "try.h"

namespace nianlun {

Disclosure make_disclosure(std::string_view salt, std::string_view name, Json value) {
  Json triple{Json::Array()};
  triple.push(salt).push(name).push(std::move(value));
  std::string encoded = base64url(triple.dump());
  return {std::string(salt), std::string(name), std::move(triple.array()[2]), std::move(encoded)};
}

Result<Disclosure> parse_disclosure(std::string_view encoded) {
  constexpr std::size_t kSizeMax = 1 << 20;  // characters
  if (encoded.size() > kSizeMax) {
    return fail(ErrorCode::kTooLarge, "encoding.too-long",
                {{"encoding", "disclosure"}, {"max", std::to_string(kSizeMax)}});
  }
  TRY_ASSIGN(const Buffer text, from_base64url(encoded));
  TRY_ASSIGN(Json triple, Json::parse(text));
  const bool is_triple = triple.is_array() && triple.array().size() == 3 &&
                         triple.array()[0].is_string() && !triple.array()[0].string().empty() &&
                         triple.array()[1].is_string();
  if (!is_triple) return fail(ErrorCode::kInvalidArgument, "disclosure.malformed");
  Json::Array& items = triple.array();
  const std::string& name = items[1].string();
  if (name == "_sd" || name == "...") {
    return fail(ErrorCode::kInvalidArgument, "disclosure.reserved-name", {{"name", name}});
  }
  return Disclosure{items[0].string(), name, std::move(items[2]), std::string(encoded)};
}

std::string disclosure_digest(std::string_view encoded, Suite suite) {
  return base64url(digest(suite, encoded).view());
}

}  // namespace nianlun
