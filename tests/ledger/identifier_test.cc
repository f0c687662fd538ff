#include "ledger/identifier.h"

#include <algorithm>
#include <set>
#include <string>

#include "ledger/json.h"
#include "vectors.h"

namespace nianlun {
namespace {

std::string canonical_of(std::string_view uri) {
  const auto identifier = identify(uri);
  REQUIRE_MESSAGE(identifier.has_value(), uri);
  return identifier->canonical;
}

std::string refusal_of(std::string_view uri) {
  const auto identifier = identify(uri);
  REQUIRE_MESSAGE(!identifier.has_value(), uri);
  return identifier.error().message;
}

// The elements as the vectors write them: FNC1 ('^') before each element whose predecessor has no
// predefined length; so compare without the marks.
std::string elements(const DigitalLink& link) {
  std::string out;
  for (const auto* list : {&link.path, &link.query}) {
    for (const auto& [ai, value] : *list) out.append(ai).append(value);
  }
  return out;
}

TEST_CASE("Digital Links are judged as GS1's own engine judges them") {
  const auto vectors_file = Json::parse(
      testing::read_file(testing::vectors() / "epcis/gs1+gs1-syntax-engine/dl-vectors.json"));
  REQUIRE(vectors_file.has_value());
  int rows = 0;
  int unsupported = 0;
  for (const Json& row : vectors_file->find("parse")->array()) {
    ++rows;
    const std::string uri(row.text("uri"));
    INFO(uri);
    // Two deprecated or private extensions of the engine that we don't offer: alphabetic names of
    // AIs ("/gtin/"), and AIs that the standard doesn't know.
    const Json& options = *row.find("options");
    if (row.find("ok")->boolean() && (options.find("permitConvenienceAlphas") != nullptr ||
                                      options.find("permitUnknownAIs") != nullptr)) {
      ++unsupported;
      CHECK(!parse_digital_link(uri));
      continue;
    }
    const auto form = options.find("permitZeroSuppressedGTINinDLuris") != nullptr
                          ? DigitalLinkForm::kTolerant
                          : DigitalLinkForm::kExact;
    const auto link = parse_digital_link(uri, form);
    CHECK(link.has_value() == row.find("ok")->boolean());
    if (!link || !row.find("ok")->boolean()) continue;
    std::string expected(row.text("elements"));
    std::erase(expected, '^');
    CHECK(elements(*link) == expected);
  }
  CHECK(rows == 118);
  CHECK(unsupported == 4);
}

TEST_CASE("the canonical form of a Digital Link is stable") {
  for (const char* uri : {"https://a/stem/01/12312312312333/22/ABC%2d123?99=ABC&x=1&98=XYZ%2f987",
                          "HTTP://a/01/12312312312333/10/a+b", "https://a/8010/0200%23A/8011/1"}) {
    const auto link = parse_digital_link(uri);
    REQUIRE(link.has_value());
    const auto again = parse_digital_link(link->canonical());
    REQUIRE(again.has_value());
    CHECK(again->canonical() == link->canonical());
    CHECK(again->path == link->path);
    CHECK(again->query == link->query);
  }
  const auto link = parse_digital_link("https://a/b/01/12312312312333/10/a+b?17=271231&99=%2f");
  REQUIRE(link.has_value());
  CHECK(link->stem == "https://a/b");
  CHECK(link->value("17") == "271231");
  CHECK(link->canonical() == "https://id.gs1.org/01/12312312312333/10/a%2Bb?17=271231&99=%2F");
}

TEST_CASE("a broken value of a Digital Link is refused for what is wrong with it") {
  const auto message = [](std::string_view uri) {
    const auto link = parse_digital_link(uri);
    REQUIRE_MESSAGE(!link.has_value(), uri);
    return link.error().message;
  };
  CHECK(message("https://a/01/12312312312334") == "identifier.check-digit");
  CHECK(message("https://a/01/1231231231233") == "identifier.value-shape");
  CHECK(message("https://a/01/123123123123331") == "identifier.value-shape");
  CHECK(message("https://a/01/12312312312333?17=271331") == "identifier.value-content");
  CHECK(message("https://a/01/12312312312333?17=270229") == "identifier.value-content");
  CHECK(message("https://a/01/12312312312333?89=1") == "identifier.unknown-ai");
  CHECK(message("https://a/01/12312312312333?3106=000001") == "identifier.unknown-ai");
  CHECK(message("https://a/01/12312312312333/21/1/10/2") == "identifier.qualifier");
  CHECK(message("https://a/01/12312312312333/10/1/10/2") == "identifier.qualifier");
  CHECK(message("https://a/01/12312312312333/21/1/235/2") == "identifier.qualifier");
  CHECK(message("https://a/01/12312312312333?21=1") == "identifier.belongs-in-path");
  CHECK(message("https://a/01/12312312312333?99=1&99=1") == "identifier.repeated");
  CHECK(message("https://a/415/1231231231232") == "identifier.qualifier-missing");
  CHECK(message("https://a/8006/123123123123330302") == "identifier.value-content");
  CHECK(message("https://a/01/12312312312333/21/%E6%A0%91") == "identifier.value-shape");
  CHECK(message("https://a/forum/12") == "identifier.no-key");
  CHECK(message("ftp://a/01/12312312312333") == "identifier.no-key");
  CHECK(message("a/01/12312312312333") == "identifier.not-a-uri");
  CHECK(parse_digital_link("https://a/415/1231231231232/8020/x").has_value());
  CHECK(parse_digital_link("https://a/8013/1987654Ad4X4bL5ttr2310c2K").has_value());
  CHECK(message("https://a/8013/1987654Ad4X4bL5ttr2310c2L") == "identifier.check-digit");
}

TEST_CASE("EPC URNs of every GS1 key become the Digital Links that GS1's event hashes contain") {
  const auto folder =
      testing::vectors() / "epcis/RalphTro+epcis-event-hash-generator/expected-2026";
  const auto document =
      Json::parse(testing::read_file(folder / "docs/epcisDocWithAllGS1Keys.jsonld"));
  const auto manifest = Json::parse(testing::read_file(folder / "manifest.json"));
  REQUIRE(document.has_value());
  REQUIRE(manifest.has_value());
  std::string_view prehash;
  for (const Json& row : manifest->array()) {
    if (row.text("document") == "epcisDocWithAllGS1Keys" && row.text("version") == "CBV2.0") {
      prehash = row.text("prehash");
    }
  }
  const Json& event = document->find("epcisBody")->find("eventList")->array()[0];
  std::vector<std::string> instances;
  for (const Json& epc : event.find("epcList")->array()) {
    const auto identifier = identify(epc.string());
    REQUIRE(identifier.has_value());
    CHECK(identifier->kind == IdentifierKind::kInstance);
    instances.push_back("epc=" + identifier->canonical);
  }
  std::vector<std::string> classes;
  for (const Json& element : event.find("quantityList")->array()) {
    const auto identifier = identify(element.text("epcClass"));
    REQUIRE(identifier.has_value());
    CHECK(identifier->kind == IdentifierKind::kClass);
    classes.push_back("quantityElementepcClass=" + identifier->canonical);
  }
  std::sort(instances.begin(), instances.end());
  std::sort(classes.begin(), classes.end());
  std::string expected = "epcList";
  for (const std::string& text : instances) expected += text;
  expected += "quantityList";
  for (const std::string& text : classes) expected += text;
  CHECK(instances.size() == 14);
  CHECK(classes.size() == 7);
  CHECK(prehash.find(expected) != std::string_view::npos);
}

TEST_CASE("one thing has one canonical identifier, whatever form and domain it is written with") {
  struct Row {
    const char* canonical;
    IdentifierKind kind;
    const char* key_ai;
    std::vector<const char*> spellings;
  };
  const Row rows[] = {
      {"https://id.gs1.org/01/00614141111114/21/987",
       IdentifierKind::kInstance,
       "01",
       {"urn:epc:id:sgtin:0614141.011111.987", "https://example.com/x/01/00614141111114/21/987",
        "http://example.com:8080/01/614141111114/10/LOT-1/21/987?17=271231#top",
        "HTTPS://example.com/01/00614141111114/22/V/21/9%387/"}},
      {"https://id.gs1.org/01/04012345123456/10/998877",
       IdentifierKind::kClass,
       "01",
       {"urn:epc:class:lgtin:4012345.012345.998877",
        "https://a.example/01/4012345123456/10/998877"}},
      {"https://id.gs1.org/01/04012345987652",
       IdentifierKind::kClass,
       "01",
       {"urn:epc:idpat:sgtin:4012345.098765.*", "https://a.example/01/04012345987652?15=271231"}},
      {"https://id.gs1.org/00/106141412345678908",
       IdentifierKind::kInstance,
       "00",
       {"urn:epc:id:sscc:0614141.1234567890"}},
      {"https://id.gs1.org/414/0012345111112",
       IdentifierKind::kInstance,
       "414",
       {"urn:epc:id:sgln:0012345.11111.0", "https://a.example/414/0012345111112/254/0"}},
      {"https://id.gs1.org/414/0012345111112/254/400",
       IdentifierKind::kInstance,
       "414",
       {"urn:epc:id:sgln:0012345.11111.400"}},
      {"https://id.gs1.org/8004/4012345AAbb",
       IdentifierKind::kInstance,
       "8004",
       {"urn:epc:id:giai:4012345.AAbb", "https://a.example/8004/4012345AAbb?linkType=all"}},
      {"https://id.gs1.org/01/71234567987650/235/51qIgY%29%3C%26Jp3%2Aj7%27SDB",
       IdentifierKind::kInstance,
       "01",
       {"urn:epc:id:upui:1234567.798765.51qIgY)%3C%26Jp3*j7'SDB"}},
  };
  for (const Row& row : rows) {
    const Identifier expected{row.canonical, row.kind, row.key_ai};
    CHECK(identify(row.canonical).value() == expected);
    for (const char* spelling : row.spellings) {
      INFO(spelling);
      const auto identifier = identify(spelling);
      REQUIRE(identifier.has_value());
      CHECK(identifier->canonical == row.canonical);
      CHECK(*identifier == expected);
    }
  }
}

TEST_CASE("a URI that isn't a GS1 identifier is taken as it is") {
  for (const char* uri :
       {"https://example.com/t/7K3QF9", "https://example.com/", "http://example.com/forum/21/5",
        "https://example.com/01/123", "https://example.com/8004/help", "https://example.com/401/",
        "https://example.com/01/12312312312333/ser/5", "geo:39.9,116.4", "did:key:z6Mk",
        "urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", "urn:epc:idpat:sgtin:4012345.*.*",
        "urn:epc:tag:sgtin-96:0.4012345.012345.1", "https://example.com/%E6%A0%91?x=1#y",
        "https://example.com/12312312312333", "https://example.com/01/12312312312333/10/"}) {
    INFO(uri);
    const auto identifier = identify(uri);
    REQUIRE(identifier.has_value());
    CHECK(*identifier == Identifier{uri, IdentifierKind::kOther, ""});
  }
  CHECK(identify("urn:epc:id:gid:1.2.3")->kind == IdentifierKind::kInstance);
  CHECK(identify("https://a/8013/1987654Ad4X4bL5ttr2310c2K")->kind == IdentifierKind::kOther);
}

TEST_CASE("what claims to be a GS1 identifier must be one") {
  CHECK(refusal_of("https://example.com/01/12312312312334") == "identifier.check-digit");
  CHECK(refusal_of("https://example.com/00/006141411234567891") == "identifier.check-digit");
  CHECK(refusal_of("https://example.com/01/12312312312333/99/1") == "identifier.qualifier");
  for (const char* urn :
       {"urn:epc:id:sgtin:0614141.11111.987", "urn:epc:id:sgtin:0614141.0111111.987",
        "urn:epc:id:sgtin:0614141.011111", "urn:epc:id:sgtin:0614141.011111.",
        "urn:epc:id:sgtin:061414A.011111.1", "urn:epc:id:sgtin:06141.0111111.1",
        "urn:epc:id:sgtin:0614141.011111.123456789012345678901",
        "urn:epc:id:sgtin:0614141.011111.%E6%A0%91", "urn:epc:id:sscc:0614141.123456789",
        "urn:epc:id:sscc:0614141", "urn:epc:id:giai:4012345.", "urn:epc:id:cpi:4012345.ABC.0x",
        "urn:epc:id:itip:4012345.012345.03.02.1", "urn:epc:class:lgtin:4012345.012345."}) {
    CHECK_MESSAGE(refusal_of(urn) == "identifier.epc-urn", urn);
  }
  for (const char* text : {"", "nothing", "https:", ":x", "1a:b", "a b:c", "https://a/%2", "a:\xE6",
                           "https://[::1", "https://[1:2]/", "https://a/<b>", "https://a/#b#c"}) {
    CHECK_MESSAGE(refusal_of(text) == "identifier.not-a-uri", text);
  }
  CHECK(canonical_of("https://[2001:db8::1]:80/x") == "https://[2001:db8::1]:80/x");
  CHECK(canonical_of("https://[v1.x]/x") == "https://[v1.x]/x");
}

TEST_CASE("every single wrong digit of a GTIN is found") {
  const std::string gtin = "04012345123456";
  for (std::size_t i = 0; i < gtin.size(); ++i) {
    for (char c = '0'; c <= '9'; ++c) {
      std::string other = gtin;
      other[i] = c;
      CHECK(identify("https://id.gs1.org/01/" + other).has_value() == (other == gtin));
    }
  }
}

TEST_CASE("a Digital Link names an instance and its class") {
  const auto of = [](std::string_view uri) {
    const auto link = parse_digital_link(uri);
    REQUIRE(link.has_value());
    return epcis_identifiers(*link);
  };
  const auto item = of("https://a/01/12312312312333/10/LOT/21/SER?17=271231");
  CHECK(item.instance->canonical == "https://id.gs1.org/01/12312312312333/21/SER");
  CHECK(item.item_class->canonical == "https://id.gs1.org/01/12312312312333/10/LOT");
  const auto document = of("https://a/253/1231231231232ABC");
  CHECK(document.instance->canonical == "https://id.gs1.org/253/1231231231232ABC");
  CHECK(document.item_class->canonical == "https://id.gs1.org/253/1231231231232");
  const auto lot = of("https://a/01/12312312312333/10/LOT");
  CHECK(!lot.instance.has_value());
  CHECK(lot.item_class->canonical == "https://id.gs1.org/01/12312312312333/10/LOT");
  const auto pallet = of("https://a/00/006141411234567890");
  CHECK(pallet.instance.has_value());
  CHECK(!pallet.item_class.has_value());
  const auto payee = of("https://a/415/1231231231232/8020/x");
  CHECK(!payee.instance.has_value());
  CHECK(!payee.item_class.has_value());
}

}  // namespace
}  // namespace nianlun
