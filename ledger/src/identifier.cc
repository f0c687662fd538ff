#include "ledger/identifier.h"

#include "epc_urn.h"
#include "try.h"
#include "uri.h"

namespace nianlun {

Result<Identifier> identify(std::string_view uri) {
  if (!is_uri(uri)) {
    return fail(ErrorCode::kInvalidArgument, "identifier.not-a-uri");
  }
  if (uri.starts_with("urn:epc:")) return identify_epc_urn(uri);
  if (!looks_like_digital_link(uri)) {
    return Identifier{std::string(uri), IdentifierKind::kOther, ""};
  }
  // Attributes in the query say nothing about which thing it is, so faults there don't matter.
  TRY_ASSIGN(const DigitalLink link, parse_digital_link(uri.substr(0, uri.find_first_of("?#")),
                                                        DigitalLinkForm::kTolerant));
  EpcisIdentifiers identifiers = epcis_identifiers(link);
  if (identifiers.instance) return *std::move(identifiers.instance);
  if (identifiers.item_class) return *std::move(identifiers.item_class);
  return Identifier{link.canonical(), IdentifierKind::kOther, link.path[0].first};
}

}  // namespace nianlun
