#pragma once

#include <string>

#include "ledger/json.h"
#include "ledger/result.h"

namespace nianlun {

/// The text whose SHA-256 is the event's hash ID (CBV 2.0, 8.9.2): the same for every way to write
/// the same event.
///
/// `event` is an event that validate_event() passes. `document_context` is the "@context" of the
/// document that holds it, or nullptr; the event's own "@context" is read as well and wins. Numbers
/// are written in full ("0.00001"), where an implementation that goes through floating point may
/// write an exponent.
///
/// kInvalidArgument  no "type", or a time that is no date-time ("pointer" names it)
/// Threads: any.
Result<std::string> event_hash_input(const Json& event, const Json* document_context);

/// "ni:///sha-256;<hex>?ver=CBV2.0"; fails as event_hash_input() does.
Result<std::string> event_hash(const Json& event, const Json* document_context);

}  // namespace nianlun
