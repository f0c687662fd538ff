#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/result.h"

namespace nianlun {

enum class IdentifierKind {
  kInstance,  ///< one thing: an EPC
  kClass,     ///< things of a kind: an EPC class (lot, GTIN)
  kOther,     ///< any other absolute URI
};

/// The name of a thing, place, party or document as it stands in an event, in its one spelling.
struct Identifier {
  std::string canonical;  ///< https://id.gs1.org/... for GS1 identifiers; else the URI unchanged
  IdentifierKind kind = IdentifierKind::kOther;
  std::string key_ai;  ///< GS1 primary key: "01", "00", "8004", ...; "" if none

  bool operator==(const Identifier&) const = default;
};

/// Reads an identifier in any of the forms that EPCIS 2.0 permits.
///
/// - An EPC URN (urn:epc:id:, urn:epc:class:lgtin:, urn:epc:idpat: with a last part of "*") of a
///   scheme with a GS1 key becomes its Digital Link (EPC Tag Data Standard 2.0, 6). EPCs without
///   a GS1 key (gid, adi, usdod, bic, imovn) are instances and stay as they are.
/// - A URI of any domain that looks_like_digital_link() becomes https://id.gs1.org/..., without
///   stem, query and fragment, at its finest EPCIS level: /01/g/10/lot/21/ser is /01/g/21/ser.
///   A GTIN of 8, 12 or 13 digits is padded to 14; one slash at the end is ignored.
/// - Any other absolute URI (RFC 3986) is taken as it is.
///
/// kInvalidArgument  not an absolute URI; an EPC URN of wrong form; a wrong check digit or
///                   qualifier in what looks like a Digital Link
Result<Identifier> identify(std::string_view uri);

/// Whether GS1's rules apply to `uri`: http or https, and its path ends in a GS1 primary key with a
/// value of that key's length and characters, followed by nothing but pairs of a numeric
/// qualifier and a value. Check digits do not matter here: a mistyped number is a bad Digital Link,
/// not somebody's web page. Keys of free form (401, 8004, 8010) must begin with four digits, as
/// company prefixes do, so that /401/help stays a web page.
bool looks_like_digital_link(std::string_view uri);

/// A GS1 Digital Link URI (Syntax 1.6.0, uncompressed) in its parts, values decoded.
struct DigitalLink {
  std::string stem;  ///< "https://example.com/some/path", without a slash at the end
  std::vector<std::pair<std::string, std::string>>
      path;  ///< AI and value: the key, then qualifiers
  std::vector<std::pair<std::string, std::string>>
      query;                             ///< AIs: ("17", "271231"); in their order
  std::vector<std::string> other_query;  ///< "linkType=all": parts that are no AI

  /// The value of an AI in path or query; "" if it has none.
  std::string_view value(std::string_view ai) const;
  /// https://id.gs1.org/ with key, qualifiers and AI attributes, escaped: the canonical form.
  std::string canonical() const;
};

enum class DigitalLinkForm {
  kExact,     ///< what the standard says
  kTolerant,  ///< also GTINs of 8, 12 or 13 digits (padded), and a slash at the end
};

/// kInvalidArgument  no key, an unknown AI, a qualifier out of order, an attribute that is repeated
/// or
///                   belongs in the path, a value with wrong length, characters, date or check
///                   digit
Result<DigitalLink> parse_digital_link(std::string_view uri,
                                       DigitalLinkForm form = DigitalLinkForm::kExact);

/// What EPCIS calls the thing behind a Digital Link: at least one of the two for keys that EPCIS
/// knows; neither for 415 and 8013.
struct EpcisIdentifiers {
  std::optional<Identifier> instance;    ///< /01/g/21/ser
  std::optional<Identifier> item_class;  ///< /01/g/10/lot, or /01/g without a lot
};
EpcisIdentifiers epcis_identifiers(const DigitalLink& link);

}  // namespace nianlun
