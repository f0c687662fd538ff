#pragma once

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// Whether a document or event is EPCIS 2.0, with the verdict of the ratified JSON schema 2.0.1
/// (formats asserted, as RFC 3339 and RFC 3986 define them). Hand-written, so that an event costs
/// about a microsecond and nothing is allocated while nothing is wrong.
///
/// Errors:  kInvalidArgument, with the JSON pointer of the first member that is wrong, or of the
///          object that lacks one, in the argument "pointer"
/// Threads: any.

/// An EPCISDocument or EPCISQueryDocument with all its events and master data.
Result<void> validate_document(const Json& document);

/// An event as it stands in a document's list: its "@context" is optional.
Result<void> validate_event(const Json& event);

/// An event on its own, as POST /events takes it: it must have an "@context".
Result<void> validate_bare_event(const Json& event);

/// What the text of EPCIS 2.0 asks beyond the schema, of an event that validate_event() passes:
///
/// - an AggregationEvent of ADD or DELETE has a parentID (7.4.3)
/// - an ObjectEvent, or a TransactionEvent that isn't DELETE, names something: an empty epcList
/// alone
///   does not (7.4.2, 7.4.4)
/// - lists of EPCs hold instances, quantities are of classes (7.3.3); other URIs may be either
/// - identifiers that look like GS1 keys are well-formed, with the right check digit
/// - a unit stands only beside a quantity (7.3.3.3)
///
/// The same errors as above, for the first violation.
Result<void> check_standard(const Json& event);

}  // namespace nianlun
