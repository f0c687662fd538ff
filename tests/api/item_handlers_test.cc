#include <doctest/doctest.h>

#include <algorithm>
#include <memory>

#include "ledger/cosignature.h"
#include "ledger/entry_proof.h"
#include "pages_world.h"
#include "service.h"
#include "temporary_folder.h"

namespace nianlun::testing {
namespace {

using api::Request;
using api::Response;

// A ledger that only shows the small ledger of the pages' tests.
class ShownLedger final : public Ledger {
 public:
  PagesWorld world;

  const std::string& origin() const override { return name_; }
  const std::string& identity() const override { return name_; }
  const NoteVerifier& log_verifier() const override { return signer_.verifier(); }
  const std::vector<Rotation>& rotations() const override { return rotations_; }
  const PrivateKey* gateway_key() const override { return nullptr; }
  Result<void> submit(Admission, std::vector<std::string>, Done) override {
    return fail(ErrorCode::kForbidden, "api.no-file");
  }
  std::shared_ptr<const Reading> read() const override {
    return {std::shared_ptr<void>(), &world.ledger};
  }
  std::string checkpoint() const override { return world.checkpoint(); }
  Result<void> publish_checkpoint() override { return {}; }
  void sign_checkpoints() override {}
  Result<Buffer> sign_octets(Bytes octets) const override { return signer_.sign_octets(octets); }
  Result<void> put_token(const Hash&, const Json&) override { return {}; }
  Result<std::uint64_t> erase(const std::vector<std::string>&, Admission) override {
    return fail(ErrorCode::kForbidden, "api.no-file");
  }
  Result<std::uint64_t> erase(const std::vector<std::string>&) override { return std::uint64_t{0}; }

 private:
  std::string name_ = "ledger.example.org/library";
  std::vector<Rotation> rotations_;
  NoteSigner signer_ =
      NoteSigner::create(name_,
                         PrivateKey::from_seed(KeyType::kEd25519, std::string(32, 'l')).value())
          .value();
};

struct Asked {
  ShownLedger ledger;
  api::KeyCache keys;
  api::Service service{ledger, [] { return std::int64_t{0}; },
                       [](std::size_t octets) { return Buffer(octets, 's'); }, keys};
  api::Router router{api::routes(service), options()};

  static api::RouterOptions options() {
    api::RouterOptions made;
    made.authenticate = [](std::string_view) -> Result<std::optional<api::Caller>> {
      return std::optional<api::Caller>(api::Caller{"urn:party:press", {}});
    };
    return made;
  }
  Response get(const std::string& target, api::Headers headers = {}) {
    Request request;
    request.method = "GET";
    request.target = target;
    request.headers = std::move(headers);
    Response out;
    out.status = 0;
    router(std::move(request), [&](const std::function<Response()>& make) { out = make(); });
    return out;
  }
};

const std::string kBookPath = "https%3A%2F%2Fid.example.org%2Fbook%2F1";
const std::string kBatchPath = "https%3A%2F%2Fid.example.org%2Fbatch%2F7";

TEST_CASE("a tag's address is a page for browsers and data for programs") {
  Asked asked;
  const std::string target = "/t/" + asked.ledger.world.code;
  const Response page = asked.get(target, {{"accept", "text/html,*/*;q=0.8"}});
  CHECK(page.status == 200);
  CHECK(page.body.find("<html") != std::string::npos);
  const Response data = asked.get(target, {{"accept", "application/json"}});
  CHECK(data.status == 200);
  CHECK(Json::parse(data.body).value().text("id") == kPageBook);
  CHECK(asked.get("/t?code=" + asked.ledger.world.code).body == data.body);
  CHECK(asked.get("/items/" + kBookPath).status == 200);
  CHECK(asked.get("/items/" + kBookPath + "?from=x").status == 400);
  CHECK(asked.get("/items/nothing").status == 400);
}

TEST_CASE("a Digital Link of any domain leads to the identifier of GS1's own") {
  Asked asked;
  const Response answer = asked.get("/01/09506000134352/21/7");
  CHECK(answer.status == 404);                                // of this item nothing is recorded
  CHECK(asked.get("/01/09506000134353/21/7").status == 400);  // a wrong check digit
}

TEST_CASE("a lot's scope is a line for each unit and one with the sums") {
  Asked asked;
  CHECK(asked.get("/lots/" + kBatchPath + "/scope").status == 401);
  const Response answer =
      asked.get("/lots/" + kBatchPath + "/scope", {{"authorization", "Bearer t"}});
  REQUIRE(answer.status == 200);
  REQUIRE(answer.stream);
  std::string body;
  const auto take = [&](std::string_view piece) {
    body += piece;
    return true;
  };
  REQUIRE(answer.stream(take));
  std::vector<Json> lines;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    REQUIRE(end != std::string::npos);
    lines.push_back(Json::parse(body.substr(0, end)).value());
    body.erase(0, end + 1);
  }
  REQUIRE(lines.size() >= 2);
  CHECK(lines.front().text("id") == kPageBook);
  CHECK(lines.front().text("state") == "shelved");
  CHECK(lines.back().integer("units").value() == static_cast<std::int64_t>(lines.size()) - 1);
  std::int64_t held = 0;
  for (const Json& holder : lines.back().find("holders")->array()) {
    held += holder.integer("units").value();
  }
  CHECK(held == lines.back().integer("units").value());
  int calls = 0;
  REQUIRE(answer.stream([&](std::string_view) { return ++calls > 1; }));
  CHECK(calls == 1);  // the client has gone: nothing more is made
}

TEST_CASE("a receipt comes in the form that is asked for, and the lean ones are the same for all") {
  Asked asked;
  const std::string at = "/records/1/receipt";
  const Response file = asked.get(at, {{"accept", "text/plain"}});
  REQUIRE(file.status == 200);
  CHECK(asked.get(at + "?form=tlog-proof", {{"accept", "application/json"}}).body == file.body);
  const ProofFile proof = parse_proof_file(file.body).value();
  const Response cose = asked.get(at, {{"accept", "application/cose"}});
  REQUIRE(cose.status == 200);
  CHECK(cose.headers.front() ==
        std::pair<std::string, std::string>{"Content-Type", "application/cose"});
  const CoseReceipt receipt = parse_cose_receipt(cose.body).value();
  const Response record = asked.get(at + "?form=record");
  REQUIRE(record.status == 200);
  const NoteVerifier& log = asked.ledger.log_verifier();
  const auto facts = verify_cose_receipt(receipt, record.body, std::span(&log, 1));
  REQUIRE(facts);
  CHECK(facts->index == 1);
  CHECK(receipt.path == proof.path);
  for (const char* form : {"?form=cose", "?form=tlog-proof", "?form=record"}) {
    CHECK(asked.get(at + form, {{"authorization", "Bearer t"}}).body == asked.get(at + form).body);
    CHECK(asked.get("/records/99/receipt" + std::string(form)).status == 404);
  }
  CHECK(asked.get(at + "?form=pdf").status == 400);
}

TEST_CASE(
    "a receipt that is asked for before the quorum says who is missing, and when to come back") {
  Asked asked;
  const TemporaryFolder folder;
  const auto witness = [](char seed) {
    PrivateKey key = PrivateKey::from_seed(KeyType::kEd25519, std::string(32, seed)).value();
    return Cosigner::create("witness.example.org/x", std::move(key)).value().verifier().vkey();
  };
  api::WitnessesOptions options;
  options.policy = parse_policy("witness audit " + witness('a') + "\nwitness press " +
                                witness('p') + "\ngroup one any audit press\nquorum one\n")
                       .value();
  options.file = folder.path() / "checkpoint.cosigned";
  options.interval = std::chrono::milliseconds(1500);
  options.now_ms = [] { return std::int64_t{0}; };
  options.failed = [](const Error& error) { FAIL(error.message); };
  const auto witnesses = api::Witnesses::start(asked.ledger, std::move(options)).value();
  asked.service.witnesses = witnesses.get();
  for (const char* form : {"json", "tlog-proof", "cose"}) {
    const Response early = asked.get("/records/1/receipt?form=" + std::string(form));
    REQUIRE(early.status == 503);
    CHECK(early.body.find("audit, press") != std::string::npos);
    const auto retry = std::ranges::find_if(
        early.headers, [](const auto& header) { return header.first == "Retry-After"; });
    REQUIRE(retry != early.headers.end());
    CHECK(retry->second == "2");
  }
  CHECK(asked.get("/records/1/receipt?form=record").status == 200);
  CHECK(asked.get("/records/99/receipt").status == 404);
}

TEST_CASE("SCITT's programs find the key that signs receipts, under its thumbprint") {
  Asked asked;
  const Response keys = asked.get("/.well-known/scitt-keys");
  REQUIRE(keys.status == 200);
  const Cbor set = Cbor::parse(keys.body).value();
  REQUIRE(set.items().size() == 1);
  const PublicKey& key = asked.ledger.log_verifier().key();
  CHECK(set.items()[0].find(2)->octets() == cose_key_id(key).view());
  CHECK(set.items()[0].find(-2)->octets() == key.octets());
}

TEST_CASE("answers to a token are kept in no cache") {
  Asked asked;
  const auto cache_of = [](const Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Cache-Control") return value;
    }
    return std::string();
  };
  CHECK(cache_of(asked.get("/records/1")) == "no-cache");
  CHECK(cache_of(asked.get("/records/1", {{"authorization", "Bearer t"}})) == "private, no-store");
}

}  // namespace
}  // namespace nianlun::testing
