#include "epc_urn.h"

#include <array>

#include "application_identifier.h"
#include "try.h"
#include "uri.h"

namespace nianlun {
namespace {

enum class Layout {
  kItem,      // company, indicator and item: a GTIN
  kPiece,     // the same, piece and total: an ITIP
  kShipment,  // company, extension digit and serial reference: an SSCC
  kNumber,    // company and reference make a number with a check digit
  kFreeForm,  // company and reference run together
};

struct Scheme {
  std::string_view name;
  Layout layout;
  std::string_view ai;
  std::size_t digits;             // of company and reference together, without the check digit
  std::string_view qualifier;     // the AI of the last part; "" if there is none; "+" if it
                                  // is appended to the key's value
  std::string_view value_prefix;  // before the company prefix
};

constexpr Scheme kSchemes[] = {
    {"sgtin", Layout::kItem, "01", 13, "21", ""},
    {"upui", Layout::kItem, "01", 13, "235", ""},
    {"itip", Layout::kPiece, "8006", 13, "21", ""},
    {"sscc", Layout::kShipment, "00", 17, "", ""},
    {"sgln", Layout::kNumber, "414", 12, "254", ""},
    {"pgln", Layout::kNumber, "417", 12, "", ""},
    {"grai", Layout::kNumber, "8003", 12, "+", "0"},
    {"gsrn", Layout::kNumber, "8018", 17, "", ""},
    {"gsrnp", Layout::kNumber, "8017", 17, "", ""},
    {"gdti", Layout::kNumber, "253", 12, "+", ""},
    {"sgcn", Layout::kNumber, "255", 12, "+", ""},
    {"gsin", Layout::kNumber, "402", 16, "", ""},
    {"giai", Layout::kFreeForm, "8004", 0, "", ""},
    {"ginc", Layout::kFreeForm, "401", 0, "", ""},
    {"cpi", Layout::kFreeForm, "8010", 0, "8011", ""},
};
constexpr Scheme kLotScheme{"lgtin", Layout::kItem, "01", 13, "10", ""};

constexpr std::string_view kSchemesWithoutKey[] = {"adi", "bic", "gid", "imovn", "usdod"};

Unexpected refuse(std::string_view urn) {
  return fail(ErrorCode::kInvalidArgument, "identifier.epc-urn", {{"urn", std::string(urn)}});
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_last_part(const Scheme& scheme) { return !scheme.qualifier.empty(); }

/// Company, reference, [piece, total,] [last]; the last part may contain dots.
struct Parts {
  std::array<std::string_view, 5> part;
  std::size_t count = 0;
};

std::optional<Parts> cut(std::string_view body, std::size_t count) {
  Parts parts;
  parts.count = count;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const std::size_t dot = body.find('.');
    if (dot == std::string_view::npos) return {};
    parts.part[i] = body.substr(0, dot);
    body.remove_prefix(dot + 1);
  }
  parts.part[count - 1] = body;
  return parts;
}

/// The value of the primary key, decoded; nothing if company and reference don't fit.
std::optional<std::string> key_value(const Scheme& scheme, const Parts& parts) {
  const std::string_view company = parts.part[0];
  const std::string_view reference = parts.part[1];
  if (!is_digits(company) || company.size() < 6 || company.size() > 12) return {};
  std::string value(scheme.value_prefix);
  if (scheme.layout == Layout::kFreeForm) {
    const auto decoded = percent_decode(reference);
    if (!decoded || decoded->empty()) return {};
    return value.append(company).append(*decoded);
  }
  if (company.size() + reference.size() != scheme.digits) return {};
  if (!reference.empty() && !is_digits(reference)) return {};
  std::string number;
  if (scheme.layout == Layout::kNumber) {
    number.append(company).append(reference);
  } else {  // the first digit of the reference comes before the company prefix
    if (reference.empty()) return {};
    number.append(reference.substr(0, 1)).append(company).append(reference.substr(1));
  }
  const char digit = check_digit(number);
  value.append(number) += digit;
  if (scheme.layout == Layout::kPiece) value.append(parts.part[2]).append(parts.part[3]);
  return value;
}

Result<Identifier> convert(std::string_view urn, const Scheme& scheme, std::string_view body,
                           bool pattern) {
  std::size_t count = scheme.layout == Layout::kPiece ? 4 : 2;
  if (has_last_part(scheme)) ++count;
  const auto parts = cut(body, count);
  if (!parts) return refuse(urn);
  auto key = key_value(scheme, *parts);
  if (!key) return refuse(urn);
  std::string qualifier_value;
  if (has_last_part(scheme) && !pattern) {
    auto last = percent_decode(parts->part[count - 1]);
    if (!last || last->empty()) return refuse(urn);
    if (scheme.qualifier == "+") {
      key->append(*last);
    } else {
      qualifier_value = *std::move(last);
    }
  }
  DigitalLink link;
  link.path.emplace_back(scheme.ai, *std::move(key));
  if (!qualifier_value.empty()) link.path.emplace_back(scheme.qualifier, qualifier_value);
  for (const auto& [ai, value] : link.path) {
    if (!check_value(ai, value)) return refuse(urn);
  }
  EpcisIdentifiers identifiers = epcis_identifiers(link);
  return identifiers.instance ? *std::move(identifiers.instance)
                              : *std::move(identifiers.item_class);
}

}  // namespace

Result<Identifier> identify_epc_urn(std::string_view urn) {
  std::string_view rest = urn.substr(std::string_view("urn:epc:").size());
  const std::size_t first = rest.find(':');
  const std::size_t second = first == std::string_view::npos ? first : rest.find(':', first + 1);
  Identifier unchanged{std::string(urn), IdentifierKind::kOther, ""};
  if (second == std::string_view::npos) return unchanged;
  const std::string_view space = rest.substr(0, first);
  const std::string_view name = rest.substr(first + 1, second - first - 1);
  const std::string_view body = rest.substr(second + 1);
  if (space == "class" && name == kLotScheme.name) return convert(urn, kLotScheme, body, false);
  const bool pattern = space == "idpat";
  if (!pattern && space != "id") return unchanged;
  for (const Scheme& scheme : kSchemes) {
    if (scheme.name != name) continue;
    if (!pattern) return convert(urn, scheme, body, false);
    // "company.reference.*" is a class. Wider and narrower patterns name no class of GS1.
    if (!has_last_part(scheme) || scheme.qualifier == "254" || !body.ends_with(".*") ||
        body.find('*') + 1 != body.size()) {
      return unchanged;
    }
    return convert(urn, scheme, body, true);
  }
  for (const std::string_view known : kSchemesWithoutKey) {
    if (!pattern && known == name) unchanged.kind = IdentifierKind::kInstance;
  }
  return unchanged;
}

}  // namespace nianlun
