#include "ledger/event_maker.h"

#include <doctest/doctest.h>

#include "ledger/disclosure.h"
#include "ledger/epcis.h"
#include "ledger/private_values.h"
#include "library.h"

using namespace nianlun;
using nianlun::testing::kDomain;
using nianlun::testing::library;

namespace {

StepRequest request_of(const std::string& step) {
  StepRequest request;
  request.step = step;
  request.time_ms = 1'777'593'600'000;  // 2026-05-01T00:00:00Z
  request.zone_offset_minutes = 480;
  request.domain = kDomain;
  request.random_16 = [n = char{0}]() mutable { return Buffer(16, n++); };
  return request;
}

StepRequest adding() {
  StepRequest request = request_of("library/added");
  request.items["epcList"] = {"https://id.example.org/book/1"};
  request.values = {{"ilmd.nianlun:title", "Water Margin"},
                    {"nianlun:price", Json::number("12.50")}};
  return request;
}

std::string refusal(const StepRequest& request) {
  const auto made = make_event(*library(), request);
  REQUIRE(!made);
  CHECK(made.error().code == ErrorCode::kInvalidArgument);
  return made.error().message;
}

}  // namespace

TEST_CASE("a step becomes the event that the profile describes, private members apart") {
  const auto made = make_event(*library(), adding());
  REQUIRE_MESSAGE(made.has_value(), made.error().message);
  const Json& event = made->event;
  CHECK(event.text("type") == "ObjectEvent");
  CHECK(event.text("action") == "ADD");
  CHECK(event.text("bizStep") == "commissioning");
  CHECK(event.text("disposition") == "active");
  CHECK(event.text("nianlun:step") == "library/added");
  CHECK(event.text("eventID") == "urn:uuid:00000000-0000-4000-8000-000000000000");
  CHECK(event.text("eventTime") == "2026-05-01T08:00:00.000+08:00");
  CHECK(event.text("eventTimeZoneOffset") == "+08:00");
  CHECK(event.find("epcList")->array() == Json::Array{"https://id.example.org/book/1"});
  CHECK(event.find("ilmd")->text("nianlun:title") == "Water Margin");
  CHECK(event.find("nianlun:price") == nullptr);
  REQUIRE(made->disclosures.size() == 1);
  const auto price = parse_disclosure(made->disclosures[0]);
  REQUIRE(price);
  CHECK(price->name == "nianlun:price");
  CHECK(price->value == Json::number("12.5"));
  CHECK(digests_of(event) == std::vector{disclosure_digest(made->disclosures[0])});
  CHECK(validate_bare_event(event));
}

TEST_CASE("the members of aggregations, quantities and paths have their forms") {
  StepRequest boxing = request_of("boxed");
  boxing.zone_offset_minutes = -570;
  boxing.items["parentID"] = {"https://id.example.org/crate/1"};
  boxing.items["childEPCs"] = {"https://id.example.org/book/1", "https://id.example.org/book/2",
                               "https://id.example.org/book/1"};
  const auto boxed = make_event(*library(), boxing);
  REQUIRE_MESSAGE(boxed.has_value(), boxed.error().message);
  CHECK(boxed->event.text("parentID") == "https://id.example.org/crate/1");
  CHECK(boxed->event.find("childEPCs")->array().size() == 2);
  CHECK(boxed->event.text("eventTimeZoneOffset") == "-09:30");
  CHECK(boxed->event.text("eventTime") == "2026-04-30T14:30:00.000-09:30");

  StepRequest stocking = request_of("stocked");
  Json quantity;
  quantity.set("epcClass", "https://id.example.org/paper/a").set("quantity", Json::number("2.0"));
  stocking.items["quantityList"] = {quantity};
  const auto stocked = make_event(*library(), stocking);
  REQUIRE_MESSAGE(stocked.has_value(), stocked.error().message);
  CHECK(stocked->event.find("quantityList")->array()[0].find("quantity")->number_text() == "2");

  StepRequest tagging = request_of("tagged");
  tagging.items["epcList"] = {"https://id.example.org/book/1"};
  tagging.items["nianlun:tag"] = {"https://id.example.org/t/0000000000000"};
  const auto tagged = make_event(*library(), tagging);
  REQUIRE_MESSAGE(tagged.has_value(), tagged.error().message);
  CHECK(tagged->event.text("nianlun:tag") == "https://id.example.org/t/0000000000000");
}

TEST_CASE("what the step does not take is refused in plain words") {
  StepRequest request = adding();
  request.step = "library/burnt";
  CHECK(refusal(request) == "event-maker.no-such-step");

  request = adding();
  request.items.clear();
  CHECK(refusal(request) == "event-maker.item-missing");

  request = adding();
  request.items["parentID"] = {"https://id.example.org/crate/1"};
  CHECK(refusal(request) == "event-maker.not-a-member");

  request = adding();
  request.items["epcList"] = {"https://id.example.org/crate/1"};
  CHECK(refusal(request) == "event-maker.wrong-kind");

  request = adding();
  request.items["epcList"] = {"nonsense"};
  CHECK(refusal(request) == "identifier.not-a-uri");

  request = adding();
  request.values.pop_back();
  CHECK(refusal(request) == "event-maker.value-missing");

  request = adding();
  request.values.emplace_back("bizStep", "shipping");
  CHECK(refusal(request) == "event-maker.given-twice");

  request = adding();
  request.values.emplace_back("nianlun:price.net", Json::number("1"));
  CHECK(refusal(request) == "event-maker.bad-path");

  request = adding();
  request.values.emplace_back("nianlun:n", Json::number("12345678901234567890123"));
  CHECK(refusal(request) == "event-maker.number");

  request = request_of("boxed");
  request.items["parentID"] = {"https://id.example.org/crate/1", "https://id.example.org/crate/2"};
  request.items["childEPCs"] = {"https://id.example.org/book/1"};
  CHECK(refusal(request) == "event-maker.one-only");

  request = request_of("stocked");
  request.items["quantityList"] = {"https://id.example.org/paper/a"};
  CHECK(refusal(request) == "event-maker.quantity-missing");
}

TEST_CASE("without a domain, identifiers of any kind pass") {
  StepRequest request = adding();
  request.domain.clear();
  request.items["epcList"] = {"https://id.example.org/t/0000000000000"};
  CHECK(make_event(*library(), request));
}
