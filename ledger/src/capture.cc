#include "ledger/capture.h"

#include <set>

#include "ledger/disclosure.h"
#include "ledger/epcis.h"
#include "ledger/event_hash.h"
#include "ledger/merkle.h"
#include "ledger/private_values.h"
#include "ledger/time.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr std::string_view kSeal = "nianlun:seal";
constexpr std::string_view kDisclosures = "nianlun:disclosures";

/// The error with the event's place in the document before its pointer.
Unexpected at_event(std::size_t position, Error error) {
  const std::string place = "/epcisBody/eventList/" + std::to_string(position);
  bool found = false;
  for (auto& [name, value] : error.arguments) {
    if (name != "pointer") continue;
    value = place + value;
    found = true;
  }
  if (!found) error.arguments.emplace_back("pointer", place);
  return Unexpected{std::move(error)};
}

/// capture_event() without validate_event(); `read`: the event and its context are what
/// Json::parse() made.
Result<CaptureEvent> captured_event(Json event, const Json* document_context, bool read,
                                    Suite suite);

/// Moves the events out of a document that passed validate_document(), which looks at them too.
Result<std::vector<CaptureEvent>> events_of(Json& document, Suite suite) {
  Json* list = document.find("epcisBody")->find("eventList");
  if (list == nullptr || !list->is_array() || list->array().empty()) {
    return fail(ErrorCode::kInvalidArgument, "capture.no-events",
                {{"pointer", "/epcisBody/eventList"}});
  }
  if (list->array().size() > kCaptureEventsMax) {
    return fail(ErrorCode::kTooLarge, "capture.too-many-events",
                {{"events", std::to_string(list->array().size())},
                 {"max", std::to_string(kCaptureEventsMax)}});
  }
  std::vector<CaptureEvent> events;
  events.reserve(list->array().size());
  for (Json& json : list->array()) {
    auto event = captured_event(std::move(json), document.find("@context"), true, suite);
    if (!event) return at_event(events.size(), std::move(event).error());
    events.push_back(*std::move(event));
  }
  return events;
}

Result<std::vector<std::string>> disclosures_of(const Json& document,
                                                const std::vector<CaptureEvent>& events,
                                                Suite suite) {
  std::vector<std::string> disclosures;
  const Json* list = document.find(kDisclosures);
  if (list == nullptr) return disclosures;
  const auto wrong = [](std::string_view message) {
    return fail(ErrorCode::kInvalidArgument, message, {{"pointer", "/nianlun:disclosures"}});
  };
  if (!list->is_array()) return wrong("capture.disclosures-no-array");
  std::set<std::string> digests;
  for (const CaptureEvent& event : events) {
    for (std::string& digest : digests_of(event.event)) digests.insert(std::move(digest));
  }
  for (const Json& item : list->array()) {
    if (!item.is_string()) return wrong("capture.disclosures-no-array");
    TRY(parse_disclosure(item.string()));
    if (!digests.contains(disclosure_digest(item.string(), suite))) {
      return wrong("capture.disclosure-of-nothing");
    }
    disclosures.push_back(item.string());
  }
  return disclosures;
}

Result<CaptureEvent> captured_event(Json event, const Json* document_context, bool read,
                                    Suite suite) {
  TRY(check_standard(event));
  TRY(check_numbers_exact(event));
  CaptureEvent captured;
  captured.event = std::move(event);
  captured.event.erase("recordTime");
  if (captured.event.find("@context") == nullptr) {
    if (document_context == nullptr) {
      return fail(ErrorCode::kInvalidArgument, "capture.no-context", {{"pointer", ""}});
    }
    captured.event.set("@context", *document_context);
    read = read && check_numbers_exact(*document_context);
  }
  // With its members in the order in which they are read back from the log, so that nothing that is
  // derived from an event depends on how its sender ordered them.
  sort_members(captured.event);
  TRY_ASSIGN(captured.bytes, canonical(captured.event));
  if (!read) {
    TRY_ASSIGN(captured.event, Json::parse(captured.bytes));
  }
  captured.hash = leaf_hash(captured.bytes, suite);
  captured.id = captured.event.text("eventID");
  if (captured.id.empty()) {
    TRY_ASSIGN(captured.id, event_hash(captured.event, nullptr));
  }
  captured.correction = captured.event.find("errorDeclaration") != nullptr;
  TRY_ASSIGN(captured.time_ms, parse_date_time(captured.event.text("eventTime")));
  return captured;
}

}  // namespace

Result<CaptureEvent> capture_event(const Json& event, const Json* document_context, Suite suite) {
  TRY(validate_event(event));
  return captured_event(event, document_context, false, suite);
}

Result<Capture> parse_capture(Json document, const KeyResolver& resolve, Suite suite) {
  TRY(validate_document(document));
  if (document.text("type") != "EPCISDocument") {
    return fail(ErrorCode::kInvalidArgument, "capture.no-document", {{"pointer", "/type"}});
  }
  Capture capture;
  TRY_ASSIGN(capture.events, events_of(document, suite));
  TRY_ASSIGN(capture.disclosures, disclosures_of(document, capture.events, suite));
  if (Json* seal = document.find(kSeal)) {
    TRY_ASSIGN(Seal parsed, parse_seal(std::move(*seal), suite));
    TRY(verify_seal(parsed, leaves_of(capture.events), resolve));
    capture.seal = std::move(parsed);
  }
  return capture;
}

std::vector<Hash> leaves_of(std::span<const CaptureEvent> events) {
  std::vector<Hash> leaves;
  leaves.reserve(events.size());
  for (const CaptureEvent& event : events) leaves.push_back(event.hash);
  return leaves;
}

Json capture_document(std::span<const CaptureEvent> events, const Json& seal,
                      std::span<const std::string> disclosures, std::int64_t created_ms) {
  Json list = Json::Array{};
  for (const CaptureEvent& event : events) list.push(event.event);
  Json body;
  body.set("eventList", std::move(list));
  Json document;
  document.set("@context", our_context())
      .set("type", "EPCISDocument")
      .set("schemaVersion", "2.0")
      .set("creationDate", date_time(created_ms))
      .set("epcisBody", std::move(body));
  if (!seal.is_null()) document.set(kSeal, seal);
  if (!disclosures.empty()) {
    document.set(kDisclosures, Json::Array(disclosures.begin(), disclosures.end()));
  }
  return document;
}

Json our_context() {
  Json prefixes;
  prefixes.set("nianlun", "urn:nianlun:voc:");
  return Json::Array{Json("https://ref.gs1.org/standards/epcis/epcis-context.jsonld"),
                     std::move(prefixes)};
}

}  // namespace nianlun
