#pragma once

// A ledger on disk with the library's profile, served in this process, for what is private in it.

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "api/served_ledger.h"
#include "ledger/data_integrity.h"
#include "ledger/database.h"
#include "ledger/disclosure.h"
#include "ledger/private_values.h"
#include "ledger/random.h"
#include "ledger/receipt.h"
#include "service.h"
#include "small_ledger.h"
#include "state_keys.h"

namespace nianlun::testing {
namespace fs = std::filesystem;
using api::Response;

inline const std::string kPress = "https://id.example.org/party/press";
inline const std::string kBook = "https://id.example.org/book/";
inline const std::string kSealed = "Reader-Zhang-8817";  // sealed by a device, with its disclosure
inline const std::string kSent =
    "Reader-Li-4406";  // sent in clear by a party, sealed at the gateway
inline const std::string kInClear = "Reader-Wang-1305";    // sealed in clear, against the rule
inline const std::string kUndisclosed = "Reader-He-2718";  // sealed by its digest, never sent

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '/') {
      out += c == ':' ? "%3A" : "%2F";
    } else {
      out += c;
    }
  }
  return out;
}

inline std::string content_of(const fs::path& folder) {
  std::string all;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    std::ifstream in(entry.path(), std::ios::binary);
    if (entry.is_regular_file()) all.append(std::istreambuf_iterator<char>(in), {});
  }
  return all;
}

/// The values of a database as they are read, since files may be compressed.
inline std::string values_of(const fs::path& folder) {
  const auto database = good(Database::open({.directory = folder}));
  std::string all;
  const auto at = database->iterate();
  for (at->seek_to_first(); at->valid(); at->next()) {
    all.append(at->key()).append("=").append(at->value()).append("\n");
  }
  good(at->status());
  return all;
}

inline Disclosure reader_of(const std::string& name) {
  return make_disclosure(base64url(fresh_octets(16)), "nianlun:reader", name);
}

/// A ledger on disk with the library's profile, and a press with a device and a token.
class Library {
 public:
  Library() {
    options_.directory = folder_.path() / "ledger";
    create();
    open();
    Json grant;
    grant.set("party", kPress).set("roles", Json().push("library/librarian"));
    good(ledger_->put_token(sha256("press-token"), grant));
    enrol();
  }

  void open() {
    ledger_ = good(Ledger::open(options_));
    service_.reset(new api::Service{*ledger_, [] { return kNow + 1000; }, fresh_octets, keys_});
    api::RouterOptions options;
    options.authenticate = api::authenticate_by(*ledger_);
    options.not_found = api::not_found_for_browsers;
    router_ = std::make_unique<api::Router>(api::routes(*service_), std::move(options));
  }
  void close() {
    router_.reset();
    service_.reset();
    ledger_.reset();
  }

  Response ask(const std::string& method, const std::string& target, api::Headers headers = {},
               std::string body = "") {
    api::Request request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    request.body = std::move(body);
    std::promise<Response> promise;
    auto answer = promise.get_future();
    (*router_)(std::move(request),
               [&](const std::function<Response()>& make) { promise.set_value(make()); });
    return answer.get();
  }
  Response get(const std::string& target, bool press = false, bool html = false) {
    api::Headers headers = {{"accept", html ? "text/html" : "application/json"}};
    if (press) headers.emplace_back("authorization", "Bearer press-token");
    return ask("GET", target, std::move(headers));
  }
  Response post(const Json& document, bool press = false) {
    api::Headers headers = {{"content-type", "application/json"},
                            {"gs1-capture-error-behaviour", "proceed"}};
    if (press) headers.emplace_back("authorization", "Bearer press-token");
    const Response answer = ask("POST", "/capture", std::move(headers), document.dump());
    REQUIRE_MESSAGE(answer.status == 202, answer.body);
    answered_ += answer.body;
    captures_.emplace_back(good(Json::parse(answer.body)).text("captureID"));
    return answer;
  }

  Json event(int number, const std::string& step) const {
    Json made = registry_event("ObjectEvent");
    made.set("action", step == "printed" ? "ADD" : "OBSERVE")
        .set("bizStep", step == "printed" ? "commissioning" : "nianlun:lending")
        .set("eventID", "urn:library:" + step + ":" + std::to_string(number))
        .set("nianlun:step", "library/" + step)
        .set("epcList", Json().push(kBook + std::to_string(number)));
    if (step == "lent") made.set("nianlun:due", "2026-07-01");
    return made;
  }
  Json sealed(const std::vector<Json>& events, const std::vector<std::string>& disclosures,
              char device = 'd') {
    std::vector<CaptureEvent> made;
    for (const Json& json : events) made.push_back(good(capture_event(json, nullptr)));
    SealDraft draft;
    draft.ledger = ledger_->identity();
    draft.leaves = leaves_of(made);
    draft.sequence = device == 'd' ? ++sequence_ : 2;
    draft.previous = device == 'd' ? previous_ : std::nullopt;
    draft.sealed_at_ms = kNow;
    draft.boot = "test";
    const PrivateKey key = key_of(device);
    const std::array<const PrivateKey*, 1> keys{&key};
    const Json seal = good(make_seal(draft, keys));
    if (device == 'd') previous_ = good(parse_seal(seal)).hash;
    return capture_document(made, seal, disclosures, kNow);
  }

  /// Everything that anybody may ask, in one text.
  std::string public_answers() {
    good(ledger_->publish_checkpoint());
    std::string all = answered_;
    const auto add = [&](const std::string& target, bool html = false) {
      const Response answer = get(target, false, html);
      CAPTURE(target);
      CHECK(answer.status == 200);
      all += answer.body + "\n";
    };
    for (const char* target : {"/", "/health", "/ledger", "/profiles/library", "/checkpoint"}) {
      add(target);
    }
    for (const std::string& id : captures_) add("/capture/" + id);
    for (std::uint64_t i = 0; i < ledger_->read()->size(); ++i) {
      add("/records/" + std::to_string(i));
      add("/records/" + std::to_string(i) + "/receipt");
    }
    for (const int number : {1, 2, 3, 4}) {
      const std::string id = escaped(kBook + std::to_string(number));
      add("/items/" + id);
      add("/items/" + id + "/steps");
      add("/t?code=" + id + "&lang=zh", true);
      add("/t?code=" + id + "&lang=en", true);
    }
    for (const char* id : {"urn:library:lent:1", "urn:library:lent:2", "urn:library:lent:4"}) {
      add("/events/" + escaped(id));
      add("/events/" + escaped(id) + "/receipt");
    }
    return all;
  }

  Result<ReceiptFacts> verified(const std::string& receipt) const {
    const std::array<NoteVerifier, 1> logs{ledger_->log_verifier()};
    const Json json = good(Json::parse(receipt));
    return verify_receipt(good(parse_receipt(json)), logs);
  }
  /// Of what a record's event hides.
  std::vector<std::string> digests(std::uint64_t index) const {
    return digests_of(good(ledger_->read()->record(index)).record.event);
  }
  std::uint64_t record_of(const std::string& event_id) {
    const Json answer = good(Json::parse(get("/events/" + escaped(event_id)).body));
    return static_cast<std::uint64_t>(
        good(answer.find("records")->array().front().integer("index")));
  }

  Ledger& ledger() const { return *ledger_; }
  const LedgerOptions& options() const { return options_; }
  fs::path part(const char* name) const { return options_.directory / name; }

 private:
  void create() {
    const NoteVerifier log =
        good(NoteVerifier::create(kOrigin, NoteKeyType::kEd25519, key_of('l').public_key()));
    Json event = registry_event("nianlun:Genesis");
    event.set("nianlun:format", 1).set("nianlun:rules", 1).set("nianlun:suite", "sha256");
    event.set("nianlun:origin", kOrigin).set("nianlun:logKey", log.vkey());
    event.set("nianlun:gateway", key_of('g').public_key().did());
    event.set("nianlun:domain", "https://id.example.org").set("nianlun:timeZone", "Asia/Shanghai");
    event.set("nianlun:languages", Json().push("en").push("zh"));
    event.set("nianlun:authority",
              Json().set("threshold", 1).set("keys", Json().push(key_of('a').public_key().did())));
    event.set("nianlun:profiles", Json().push(good(Json::parse(kSmallProfile))));
    Admission admission;
    admission.time_ms = kNow;
    CaptureEvent made = good(capture_event(event, nullptr));
    admission.seal = good(parse_seal(seal_of({&made, 1}, kOrigin, 1)));
    admission.events.push_back({std::move(made), base64url(fresh_octets(16)), {}});
    good(Ledger::create(options_, admission, key_of('l'), key_of('g')));
  }
  void enrol() {
    const std::string did = key_of('d').public_key().did();
    Json party = registry_event("nianlun:PartyEnrolled");
    party.set("nianlun:party", kPress).set("nianlun:name", Json().set("en", "P").set("zh", "社"));
    Json statement;
    statement.set("type", "KeyEnrolment")
        .set("ledger", ledger_->identity())
        .set("party", kPress)
        .set("key", did);
    Json key = registry_event("nianlun:KeyEnrolled");
    key.set("nianlun:party", kPress)
        .set("nianlun:key", did)
        .set("nianlun:roles", Json().push("library/librarian"))
        .set("nianlun:possession", good(make_proof(statement, key_of('d'), date_time(kNow))));
    post(sealed({party, key}, {}, 'a'));
  }

  const TemporaryFolder folder_;
  LedgerOptions options_;
  std::unique_ptr<Ledger> ledger_;
  api::KeyCache keys_;
  std::unique_ptr<api::Service> service_;
  std::unique_ptr<api::Router> router_;
  std::uint64_t sequence_ = 0;
  std::optional<Hash> previous_;
  std::string answered_;
  std::vector<std::string> captures_;
};

/// Four books, lent to readers that the profile hides: in each way that a value can come in.
inline void lend(Library& library) {
  std::vector<Json> printed;
  for (const int number : {1, 2, 3, 4}) printed.push_back(library.event(number, "printed"));
  library.post(library.sealed(printed, {}));
  const Disclosure shown = reader_of(kSealed);
  Json first = library.event(1, "lent");
  first.set("nianlun:sd", Json().push(disclosure_digest(shown.encoded)));
  library.post(library.sealed({first}, {shown.encoded}));

  Json sent = library.event(2, "lent");
  const CaptureEvent second = good(capture_event(sent.set("nianlun:reader", kSent), nullptr));
  library.post(capture_document({&second, 1}, Json(), {}, kNow), true);

  Json in_clear = library.event(3, "lent");
  const Response refused =
      library.post(library.sealed({in_clear.set("nianlun:reader", kInClear)}, {}));
  REQUIRE(refused.body.find(R"("outcome":"refused")") != std::string::npos);

  Json kept_back = library.event(4, "lent");
  const Disclosure never = reader_of(kUndisclosed);
  kept_back.set("nianlun:sd", Json().push(disclosure_digest(never.encoded)));
  library.post(library.sealed({kept_back}, {}));
}

}  // namespace nianlun::testing
