#include "ledger/capture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "http_client.h"
#include "ledger/encoding.h"
#include "ledger/hash.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/random.h"
#include "ledger/time.h"
#include "served_ledger.h"
#include "server.h"
#include "service.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

// The whole path over a real socket: server, router, handlers, ledger.
struct Served {
  TemporaryFolder folder;
  LedgerOptions options;
  std::unique_ptr<Ledger> ledger;
  api::KeyCache keys;
  std::unique_ptr<api::Service> service;
  std::unique_ptr<api::Router> router;
  std::unique_ptr<api::Server> server;

  explicit Served(std::size_t queue_captures_max = 4096) {
    options.directory = folder.path() / "ledger";
    options.queue_captures_max = queue_captures_max;
    create_ledger(options);
    auto opened = Ledger::open(options);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    ledger = *std::move(opened);
    Json party_grant;
    party_grant.set("party", "https://id.example.org/party/1").set("roles", Json(Json::Array{}));
    REQUIRE(ledger->put_token(sha256("party-token"), party_grant));
    service.reset(new api::Service{*ledger, [] { return kNow + 1000; }, fresh_octets, keys});
    api::RouterOptions router_options;
    router_options.authenticate = api::authenticate_by(*ledger);
    router_options.not_found = api::not_found_for_browsers;
    router = std::make_unique<api::Router>(api::routes(*service), std::move(router_options));
    auto started = api::Server::start({}, [this](api::Request request, const api::Reply& reply) {
      (*router)(std::move(request), reply);
    });
    REQUIRE(started);
    server = *std::move(started);
  }
  Answer get(std::string_view target, std::string_view headers = "") {
    return Connection(server->url()).request("GET", target, headers);
  }
  Answer post(const std::string& document, std::string_view headers = "") {
    return Connection(server->url())
        .request("POST", "/capture", "Content-Type: application/ld+json\r\n" + std::string(headers),
                 document);
  }
  static CaptureEvent enrolment(const std::string& party) {
    Json name;
    name.set("en", party).set("zh", party);
    Json event = registry_event("nianlun:PartyEnrolled");
    event.set("nianlun:party", "https://id.example.org/party/" + party);
    event.set("nianlun:name", std::move(name));
    return capture_event(event, nullptr).value();
  }
  // A capture in which the authority enrols a party, and beside it one that it does not name.
  std::string mixed(const std::string& party, std::uint64_t sequence) const {
    const std::vector<CaptureEvent> made = {
        enrolment(party), capture_event(registry_event("nianlun:PartyEnrolled"), nullptr).value()};
    return capture_document(made, seal_of(made, ledger->identity(), sequence), {}, kNow).dump();
  }
  // A capture in which the authority enrols a party.
  std::string document(const std::string& party, bool sealed = true) const {
    const CaptureEvent made = enrolment(party);
    const Json seal = sealed ? seal_of({&made, 1}, ledger->identity(), 2) : Json();
    return capture_document({&made, 1}, seal, {}, kNow).dump();
  }
};

TEST_CASE("a capture is answered when it is on disk, and again with the same bytes") {
  Served served;
  const std::string document = served.document("press");
  const Answer first = served.post(document);
  CAPTURE(first.body);
  REQUIRE(first.status == 202);
  const Json job = Json::parse(first.body).value();
  CHECK(job.find("success")->boolean());
  CHECK(job.find("nianlun:outcomes")->array().front().text("outcome") == "accepted");
  CHECK(first.header("location") == "/capture/" + std::string(job.text("captureID")));
  const Answer second = served.post(document);
  CHECK(second.status == 202);
  CHECK(second.body == first.body);
  const Answer asked = served.get(first.header("location"));
  CHECK(asked.status == 200);
  CHECK(asked.body == first.body);
  CHECK(Json::parse(served.get("/health").body).value().integer("size").value() == 2);
  CHECK(served.get("/records/1").status == 200);
}

TEST_CASE("a capture that is broken, of another type or unsealed by nobody is refused") {
  Served served;
  CHECK(served.post("{").status == 400);
  CHECK(served.post("{}").status == 400);
  CHECK(served.post(served.document("press"), "GS1-Capture-Error-Behaviour: maybe\r\n").status ==
        400);
  std::string forged = served.document("press");
  forged.replace(forged.find("party/press"), 11, "party/crook");
  CHECK(served.post(forged).status == 400);
  CHECK(served.post(served.document("press", false)).status == 401);
  CHECK(Connection(served.server->url())
            .request("POST", "/capture", "Content-Type: text/csv\r\n", "a,b")
            .status == 415);
  CHECK(Json::parse(served.get("/health").body).value().integer("size").value() == 1);
}

TEST_CASE("who is not enrolled leaves no record, and is told what to do") {
  Served served;
  const std::uint64_t before = served.ledger->read()->size();
  const CaptureEvent made = Served::enrolment("press");
  const Json seal = seal_of({&made, 1}, served.ledger->identity(), 1, key_of('x'));
  const std::string stranger = capture_document({&made, 1}, seal, {}, kNow).dump();
  for (const char* language : {"en", "zh"}) {
    const Answer answer =
        served.post(stranger, "Accept-Language: " + std::string(language) + "\r\n");
    CHECK(answer.status == 403);
    CHECK(answer.header("content-type") == "application/problem+json");
    const Json problem = Json::parse(answer.body).value();
    CHECK(problem.text("type") == "epcisException:SecurityException");
    CHECK(problem.text("nianlun:pointer") == "/nianlun:seal/submitter");
    CHECK(problem.text("detail").find(key_of('x').public_key().did()) != std::string_view::npos);
  }
  const Answer token =
      served.post(served.document("press", false), "Authorization: Bearer party-token\r\n");
  CHECK(token.status == 403);
  CHECK(token.body.find("https://id.example.org/party/1") != std::string::npos);
  CHECK(served.ledger->read()->size() == before);
  CHECK(served.get("/capture/" + hex(parse_seal(seal).value().hash)).status == 404);
}

TEST_CASE("an unsealed capture is sealed for the party of its token and judged as its own") {
  Served served;
  REQUIRE(served.post(served.document("1")).status == 202);
  const Answer answer =
      served.post(served.document("press", false), "Authorization: Bearer party-token\r\n");
  CAPTURE(answer.body);
  REQUIRE(answer.status == 202);
  const Json job = Json::parse(answer.body).value();
  CHECK(!job.find("success")->boolean());  // only the authority enrols parties
  CHECK(job.find("nianlun:outcomes")->array().front().text("outcome") == "refused");
  REQUIRE(job.find("errors")->array().size() == 1);
  CHECK(job.find("errors")->array().front().text("type") == "epcisException:ValidationException");
  CHECK(served.get(answer.header("location")).body == answer.body);
}

TEST_CASE("a refusal says why in the language of who asks, not by the ids of guards alone") {
  Served served;
  REQUIRE(served.post(served.document("1")).status == 202);
  const Answer answer = served.post(served.document("press", false),
                                    "Authorization: Bearer party-token\r\nAccept-Language: en\r\n");
  REQUIRE(answer.status == 202);
  const auto said = [&](const std::string& language) {
    const Answer job = served.get(answer.header("location") + "?lang=" + language);
    const Json json = Json::parse(job.body).value();
    const Json& outcome = json.find("nianlun:outcomes")->array().front();
    const Json& error = json.find("errors")->array().front();
    CHECK(outcome.find("reasons")->array().front().text("guard") == "authority");
    CHECK(*error.find("nianlun:reasons") == *outcome.find("reasons"));
    const std::string reason(outcome.find("reasons")->array().front().text("text"));
    CHECK(error.text("detail").find(reason) != std::string_view::npos);
    return reason;
  };
  CHECK(said("en") == "It needs the signatures of the ledger's authority");
  CHECK(said("zh") == "需要账本管理机构的签名");
}

TEST_CASE(
    "what a capture asked for is said, by POST and GET alike, also where it made no difference") {
  const auto behaviour = [](Served& served, const std::string& document,
                            std::string_view headers) -> std::string {
    const Answer answer = served.post(document, headers);
    CAPTURE(answer.body);
    REQUIRE(answer.status == 202);
    CHECK(served.get(answer.header("location")).body == answer.body);
    return std::string(Json::parse(answer.body).value().text("captureErrorBehaviour"));
  };
  const std::string proceed = "GS1-Capture-Error-Behaviour: proceed\r\n";
  Served all_or_none;
  CHECK(behaviour(all_or_none, all_or_none.mixed("press", 2), "") == "rollback");
  Served each;
  CHECK(behaviour(each, each.mixed("press", 2), proceed) == "proceed");
  Served same;
  CHECK(behaviour(same, same.document("press"), proceed) == "proceed");
  // The enrolment was taken before: that it stands does not mean that this one proceeded.
  CHECK(behaviour(same, same.mixed("press", 3), "") == "rollback");
  // The seal stands as it was first asked for.
  CHECK(behaviour(same, same.document("press"), "") == "proceed");
}

TEST_CASE("a full queue is answered 503 with the time to wait") {
  Served served(0);
  const Answer answer = served.post(served.document("press"));
  CHECK(answer.status == 503);
  CHECK(answer.header("retry-after") == "1");
}

TEST_CASE("every route lets in whom it should, and nobody else") {
  Served served;
  for (const api::Route& route : served.router->routes()) {
    if (route.method != "GET") continue;
    std::string path = route.pattern;
    for (std::size_t at = 0; (at = path.find('{')) != std::string::npos;) {
      path.replace(at, path.find('}') + 1 - at, "0");
    }
    CAPTURE(path);
    const int anonymous = served.get(path).status;
    const int party = served.get(path, "Authorization: Bearer party-token\r\n").status;
    CHECK((anonymous == 401) == (route.access != api::Access::kPublic));
    CHECK(party != 401);
    CHECK((party == 403) == (route.access == api::Access::kRole));
    CHECK(served.get(path, "Authorization: Bearer other\r\n").status == 401);
    CHECK(served.get(path, "Authorization: Basic party-token\r\n").status == 401);
  }
}

TEST_CASE("what the ledger says of itself is served") {
  Served served;
  CHECK(Json::parse(served.get("/ledger").body).value().text("origin") == kOrigin);
  CHECK(served.get("/checkpoint").body == served.ledger->checkpoint());
  CHECK(served.get("/openapi.json").status == 200);
  CHECK(served.get("/profiles/none").status == 404);
  CHECK(served.get("/capture/xyz").status == 400);
  CHECK(served.get("/capture/" + std::string(64, '0')).status == 404);
  CHECK(served.get("/records/99").status == 404);
  CHECK(served.get("/records/1x").status == 400);
  const Answer page = served.get("/", "Accept: text/html\r\n");
  CHECK(page.header("content-type").starts_with("text/html"));
  CHECK(page.header("content-security-policy").starts_with("default-src 'none'"));
  CHECK(served.get("/events/urn%3Auuid%3Anone").status == 404);
  const Answer scope = served.get("/lots/https%3A%2F%2Fid.example.org%2Flot%2F1/scope",
                                  "Authorization: Bearer party-token\r\n");
  CHECK(scope.status == 404);
  CHECK(served.ledger->publish_checkpoint());
  CHECK(served.get("/records/0/receipt").status == 200);
  CHECK(served.get("/nowhere", "Accept: text/html\r\n").body.starts_with("<!"));
}

TEST_CASE("methods, languages and addresses are told apart") {
  Served served;
  Connection connection(served.server->url());
  const Answer wrong = connection.request("DELETE", "/health");
  CHECK(wrong.status == 405);
  CHECK(wrong.header("allow") == "GET, HEAD, OPTIONS");
  const Answer options = connection.request("OPTIONS", "/capture");
  CHECK(options.status == 204);
  CHECK(options.header("allow") == "OPTIONS, POST");
  CHECK(options.header("gs1-epcis-capture-limit") == "10000");
  CHECK(connection.request("HEAD", "/health").status == 200);
  const Answer zh = connection.request("GET", "/nowhere?lang=zh");
  CHECK(zh.status == 404);
  CHECK(zh.body.find("这里没有所找的内容") != std::string::npos);
  CHECK(connection.request("GET", "/items/%zz").status == 404);
  CHECK(connection.request("GET", "/health?a=%0").status == 400);
  CHECK(zh.header("access-control-allow-origin") == "*");
}

TEST_CASE("the description has every route, and no other") {
  Served served;
  const Json described = Json::parse(served.get("/openapi.json").body).value();
  std::vector<std::string> said;
  for (const auto& [path, operations] : described.find("paths")->object()) {
    for (const auto& [method, operation] : operations.object()) {
      const bool needs_token = operation.find("security") != nullptr &&
                               !operation.find("security")->array().front().object().empty();
      said.push_back(method + " " + path + (needs_token ? " token" : ""));
    }
  }
  std::vector<std::string> routed;
  for (const api::Route& route : served.router->routes()) {
    std::string line = route.method + " " + route.pattern;
    std::transform(line.begin(), line.begin() + static_cast<long>(route.method.size()),
                   line.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const std::size_t star = line.find("*}"); star != std::string::npos) line.erase(star, 1);
    routed.push_back(line + (route.access == api::Access::kPublic ? "" : " token"));
  }
  std::sort(said.begin(), said.end());
  std::sort(routed.begin(), routed.end());
  CHECK(said == routed);
}

}  // namespace
}  // namespace nianlun::testing
