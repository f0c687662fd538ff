#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "ledger/json.h"
#include "ledger/profile.h"

namespace nianlun::testing {

inline constexpr std::string_view kDomain = "https://id.example.org";

/// A small profile with one step of each form.
inline constexpr std::string_view kLibrary = R"json({
  "id": "library", "version": 1, "from": "2026-01-01T00:00:00.000Z",
  "name": {"en": "Library", "zh": "图书馆"},
  "roles": {"librarian": {"en": "librarian", "zh": "馆员"}},
  "kinds": {
    "book": {"name": {"en": "Book", "zh": "图书"}, "id": ["{domain}/book/"],
             "states": {"shelved": {"en": "On the shelf", "zh": "在架"},
                        "lent": {"en": "Lent", "zh": "借出", "end": true}},
             "attributes": {}, "verdict": {"shelved": "good", "lent": "good"}},
    "crate": {"name": {"en": "Crate", "zh": "箱"}, "id": ["{domain}/crate/"],
              "states": {"used": {"en": "In use", "zh": "在用"}}, "verdict": {"used": "good"}},
    "paper": {"name": {"en": "Paper", "zh": "纸"}, "id": ["{domain}/paper/"], "lot": true,
              "states": {"stocked": {"en": "In stock", "zh": "库存"}}, "verdict": {"stocked": "good"}},
    "tag": {"name": {"en": "Tag", "zh": "标签"}, "id": ["{domain}/t/"],
            "states": {"bound": {"en": "In use", "zh": "在用", "end": true}}, "verdict": {"bound": "good"}}},
  "steps": {
    "added": {"name": {"en": "Added", "zh": "入藏"}, "say": {"en": "Added", "zh": "入藏"},
      "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "commissioning", "disposition": "active"},
      "roles": ["librarian"],
      "items": [{"in": "epcList", "kind": "book", "from": ["new"], "to": "shelved"}],
      "public": ["ilmd.nianlun:title"], "required": ["ilmd.nianlun:title", "nianlun:price"],
      "guards": [{"id": "price", "text": {"en": "The price is not above zero", "zh": "价格不大于零"},
                  "else": "refuse", "private": true,
                  "logic": {">": [{"var": "event.nianlun:price"}, 0]}}]},
    "boxed": {"name": {"en": "Boxed", "zh": "装箱"}, "say": {"en": "Boxed", "zh": "装箱"},
      "event": {"type": "AggregationEvent", "action": "ADD", "bizStep": "packing"},
      "roles": ["librarian"],
      "items": [{"in": "childEPCs", "kind": "book", "from": ["shelved"]},
                {"in": "parentID", "kind": "crate", "from": ["new", "used"], "to": "used"}],
      "guards": []},
    "lent": {"name": {"en": "Lent", "zh": "借出"}, "say": {"en": "Lent", "zh": "借出"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "departing"},
      "roles": ["librarian"],
      "items": [{"in": "epcList", "kind": "book", "from": ["shelved"], "to": "lent"}],
      "public": ["nianlun:due"],
      "guards": [{"id": "once", "text": {"en": "The book is lent already", "zh": "该书已借出"},
                  "else": "dispute", "logic": {"==": [{"var": "item.state"}, "shelved"]}},
                 {"id": "due-later", "text": {"en": "It is due before 2026", "zh": "归还日期早于2026年"},
                  "else": "dispute", "when": {"!!": [{"var": "event.nianlun:due"}]},
                  "logic": {">=": [{"var": "event.nianlun:due"}, "2026"]}}]},
    "stocked": {"name": {"en": "Stocked", "zh": "进货"}, "say": {"en": "Stocked", "zh": "进货"},
      "event": {"type": "ObjectEvent", "action": "ADD", "bizStep": "receiving"},
      "roles": ["librarian"],
      "items": [{"in": "quantityList", "kind": "paper", "from": ["new", "stocked"], "to": "stocked",
                 "balance": "in"}],
      "guards": []},
    "tagged": {"name": {"en": "Tagged", "zh": "贴标"}, "say": {"en": "Tagged", "zh": "贴标"},
      "event": {"type": "ObjectEvent", "action": "OBSERVE", "bizStep": "encoding"},
      "roles": ["librarian"],
      "items": [{"in": "epcList", "kind": "book", "from": ["shelved"]},
                {"in": "nianlun:tag", "kind": "tag", "from": ["new"], "to": "bound",
                 "parent": "epcList"}],
      "public": ["nianlun:tag"], "guards": []}},
  "public": ["bizLocation", "readPoint"], "answers": ["librarian"],
  "corrections": {"void": {"who": "same-key", "within": "PT24H", "alone": true},
                  "later": {"roles": ["librarian"], "cosigned": false}},
  "retention": {"years": 5, "basis": {"en": "house rules", "zh": "馆规"}}})json";

inline std::shared_ptr<const Profile> library() {
  const auto json = Json::parse(kLibrary);
  REQUIRE(json);
  auto profile = parse_profile(*json);
  REQUIRE_MESSAGE(profile.has_value(), profile.error().message, " ",
                  profile.error().arguments.front().second);
  return *std::move(profile);
}

}  // namespace nianlun::testing
