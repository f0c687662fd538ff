#include "ledger/event_guards.h"

#include <doctest/doctest.h>

#include "ledger/disclosure.h"
#include "ledger/event_maker.h"
#include "library.h"

using namespace nianlun;
using nianlun::testing::kDomain;
using nianlun::testing::library;

namespace {

MadeEvent made(const std::string& step, std::vector<std::pair<std::string, Json>> values) {
  StepRequest request;
  request.step = step;
  request.items["epcList"] = {std::string(kDomain) + "/book/1"};
  request.values = std::move(values);
  request.random_16 = [] { return Buffer(16, 'r'); };
  request.domain = kDomain;
  auto event = make_event(*library(), request);
  REQUIRE_MESSAGE(event.has_value(), event.error().message);
  return *std::move(event);
}

std::vector<std::string> broken(const std::string& step, const MadeEvent& event) {
  const auto profile = library();
  const auto found = find_step(*profile, step);
  REQUIRE(found.has_value());
  std::vector<std::string> ids;
  for (const auto* guard : broken_by_event(**found, event.event, event.disclosures)) {
    ids.push_back(guard->id);
  }
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("a guard over the event alone is judged without a state, others are not") {
  CHECK(broken("lent", made("lent", {{"nianlun:due", "2026-06-01"}})) == Ids{});
  CHECK(broken("lent", made("lent", {{"nianlun:due", "2025-12-31"}})) == Ids{"due-later"});
  CHECK(broken("lent", made("lent", {})) == Ids{});
  CHECK(broken("lent", made("lent", {{"nianlun:due", Json::Array{"x"}}})) == Ids{});
}

TEST_CASE("a guard over private values is judged by what the device knows of them") {
  MadeEvent event = made("added", {{"ilmd.nianlun:title", "T"}, {"nianlun:price", 12}});
  CHECK(broken("added", event) == Ids{});
  CHECK(broken("added", made("added", {{"ilmd.nianlun:title", "T"}, {"nianlun:price", 0}})) ==
        Ids{"price"});
  CHECK(broken("added", made("added", {{"ilmd.nianlun:title", "T"}, {"nianlun:price", "x"}})) ==
        Ids{"price"});
  event.disclosures.push_back(make_disclosure("salt", "nianlun:price", Json(0)).encoded);
  CHECK(broken("added", event) == Ids{});  // it is not of this event
}
