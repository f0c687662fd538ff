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
#include "server.h"
#include "service.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

constexpr std::int64_t kNow = 1'780'000'000'000;
const std::string kOrigin = "ledger.example.org/api";

PrivateKey key_of(char seed) {
  return PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value();
}

Json registry_event(std::string_view type) {
  Json event;
  event.set("@context", our_context()).set("type", type).set("eventTime", date_time(kNow));
  event.set("eventTimeZoneOffset", "+08:00");
  return event;
}

Json seal_of(const CaptureEvent& event, const std::string& ledger, std::uint64_t sequence) {
  SealDraft draft;
  draft.ledger = ledger;
  draft.leaves = leaves_of({&event, 1});
  draft.sequence = sequence;
  draft.sealed_at_ms = kNow;
  draft.boot = "test";
  const PrivateKey key = key_of('a');
  const PrivateKey* keys[] = {&key};
  return make_seal(draft, keys).value();
}

void create_ledger(const LedgerOptions& options) {
  const NoteVerifier log =
      NoteVerifier::create(kOrigin, NoteKeyType::kEd25519, key_of('l').public_key()).value();
  Json authority;
  authority.set("threshold", 1)
      .set("keys", Json(Json::Array{Json(key_of('a').public_key().did())}));
  Json event = registry_event("nianlun:Genesis");
  event.set("nianlun:format", 1).set("nianlun:rules", 1).set("nianlun:suite", "sha256");
  event.set("nianlun:origin", kOrigin).set("nianlun:logKey", log.vkey());
  event.set("nianlun:gateway", key_of('g').public_key().did());
  event.set("nianlun:domain", "https://id.example.org").set("nianlun:timeZone", "Asia/Shanghai");
  event.set("nianlun:languages", Json(Json::Array{"en", "zh"}));
  event.set("nianlun:authority", std::move(authority));
  event.set("nianlun:profiles", Json(Json::Array{}));
  Admission admission;
  admission.time_ms = kNow;
  CaptureEvent sealed = capture_event(event, nullptr).value();
  admission.seal = parse_seal(seal_of(sealed, kOrigin, 1)).value();
  admission.events.push_back({std::move(sealed), base64url(std::string(16, 's')), {}});
  const auto created = Ledger::create(options, admission, key_of('l'), key_of('g'));
  REQUIRE_MESSAGE(created, (created ? "" : created.error().message));
}

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
  // A capture in which the authority enrols a party.
  std::string document(const std::string& party, bool sealed = true) const {
    Json name;
    name.set("en", party).set("zh", party);
    Json event = registry_event("nianlun:PartyEnrolled");
    event.set("nianlun:party", "https://id.example.org/party/" + party);
    event.set("nianlun:name", std::move(name));
    const CaptureEvent made = capture_event(event, nullptr).value();
    const Json seal = sealed ? seal_of(made, ledger->identity(), 2) : Json();
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
