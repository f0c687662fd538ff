#pragma once

#include <atomic>
#include <set>
#include <string>

#include "client/library.h"
#include "client/loopback_server.h"
#include "client/outbox_samples.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "scanned.h"

namespace nianlun::testing {

inline std::string fake_vkey() {
  return NoteSigner::create("example.org/library",
                            *PrivateKey::from_seed(KeyType::kEd25519, std::string(32, 'l')))
      ->verifier()
      .vkey();
}

/// The answers that a trace-api gives a device, for the profile of library.h: books/lent-already is
/// disputed when it is lent, and books/refused is refused.
class FakeLedger {
 public:
  explicit FakeLedger(std::string suite = "sha256")
      : suite_(std::move(suite)),
        server_([this](const SeenRequest& request) { return answer(request); }) {}

  std::string url() const { return server_.url(); }
  std::atomic<int> size = 7;           ///< of the checkpoint
  std::atomic<bool> silent = false;    ///< breaks off after it has taken a capture
  std::atomic<bool> refusing = false;  ///< every capture as a whole, once
  std::atomic<bool> has_it = false;    ///< answers for the last capture when it is asked
  std::atomic<int> captures = 0;       ///< documents that came
  std::vector<SeenRequest> seen() const { return server_.seen(); }

 private:
  std::string answer(const SeenRequest& request) {
    const std::string& target = request.target;
    if (target == "/ledger") return json(facts());
    if (target == "/profiles/library") return json(std::string(kLibrary));
    if (target == "/checkpoint") return LoopbackServer::response(200, checkpoint());
    if (target == "/capture") return capture(request.body);
    if (target.starts_with("/capture/") && has_it) return json(last_job_);
    if (target == "/items/https%3A%2F%2Fid.example.org%2Fbook%2F1") return json(kBook);
    if (target == "/items/https%3A%2F%2Fid.example.org%2Fbook%2F1/steps") return json(kSteps);
    return LoopbackServer::response(404, R"({"title": "There is no such thing"})");
  }

  static std::string json(const std::string& body) {
    return LoopbackServer::response(200, body, "Content-Type: application/json\r\n");
  }

  std::string facts() const {
    return R"({"identity": "example.org/library#00", "origin": "example.org/library", "suite": ")" +
           suite_ + R"(", "logKey": ")" + fake_vkey() +
           R"(", "domain": "https://id.example.org", "timeZone": "Asia/Shanghai",
            "languages": ["en", "zh"], "profiles": ["library@1"], "rules": 1})";
  }

  std::string checkpoint() const {
    std::vector<NoteSigner> signers;
    signers.push_back(*NoteSigner::create(
        "example.org/library", *PrivateKey::from_seed(KeyType::kEd25519, std::string(32, 'l'))));
    return *sign_note(checkpoint_text({.origin = "example.org/library",
                                       .size = static_cast<std::uint64_t>(size.load()),
                                       .root = sha256("root"),
                                       .extensions = {}}),
                      signers);
  }

  std::string capture(const std::string& body) {
    const auto document = Json::parse(body);
    const auto parsed = parse_capture(*document, PublicKey::from_did);
    if (!parsed) return LoopbackServer::response(400, R"({"title": "not a capture"})");
    ++captures;
    if (silent.exchange(false)) return {};
    if (refusing.exchange(false)) {
      last_job_ = accepting_job(*document).dump();
      return LoopbackServer::response(403, R"({"title": "not like this"})");
    }
    const Json job = capture_job(*document, [&](std::uint64_t i) {
      const std::string item = parsed->events[i].event.dump();
      return std::string(item.find("lent-already") != item.npos    ? "disputed"
                         : item.find("/book/refused") != item.npos ? "refused"
                                                                   : "accepted");
    });
    return LoopbackServer::response(202, job.dump(), "Content-Type: application/json\r\n");
  }

  static constexpr const char* kBook = R"({"id": "https://id.example.org/book/1", "kind": "book",
    "kindName": {"en": "Book", "zh": "图书"}, "state": "shelved",
    "stateName": {"en": "On the shelf", "zh": "在架"}, "verdict": "good", "recalled": false,
    "container": null, "chain": [{"stepName": {"en": "Lent", "zh": "借出"},
    "compromised": {"since": "2026-05-01T00:00:00.000Z", "revoked": 9, "text": "not safe since May"}},
    {"stepName": {"en": "Printed", "zh": "印刷"}}]})";
  static constexpr const char* kSteps = R"({"item": "https://id.example.org/book/1",
    "state": "shelved", "steps": [{"step": "library/lent", "name": {"en": "Lent", "zh": "借出"},
    "roles": ["librarian"]}]})";

  std::string last_job_;
  const std::string suite_;
  LoopbackServer server_;
};

}  // namespace nianlun::testing
