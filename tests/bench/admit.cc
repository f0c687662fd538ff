// What one core does for a capture before and while it is sequenced: microseconds per event.
//
//   bench_admit PROFILE.json [CAPTURES] [EVENTS]
//
// Prints one JSON object: parse (JSON), capture (parse_capture() with the seal's signature), admit
// (Machine::admit(): judging, folding and the record's bytes).
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>

#include "ledger/capture.h"
#include "ledger/data_integrity.h"
#include "ledger/encoding.h"
#include "ledger/machine.h"
#include "ledger/seal.h"
#include "ledger/time.h"

namespace {

using namespace nianlun;

constexpr std::int64_t kStartMs = 1'780'000'000'000;  // since 1970 UTC, within the profile's time

/// Seconds of this process' own time, so that its neighbours on the machine do not count.
double spent_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  std::cerr << "bench_admit: " << result.error().message << '\n';
  std::exit(1);
}

class EmptyView final : public StateView {
 public:
  Result<std::optional<Buffer>> get(Bytes) const override { return std::optional<Buffer>(); }
  Result<void> scan(Bytes, Bytes, Order, const Each&) const override { return {}; }
};

PrivateKey key_of(char seed) {
  return must(PrivateKey::from_seed(KeyType::kP256, std::string(32, seed)));
}

Json registry_event(std::string_view type) {
  Json event;
  event.set("@context", our_context())
      .set("type", type)
      .set("eventTime", date_time(kStartMs))
      .set("eventTimeZoneOffset", "+08:00");
  return event;
}

/// A ledger in memory, whose every capture is committed to the state beneath, as by a sequencer.
class Bench {
 public:
  explicit Bench(const Json& profile) : state_(nothing_) {
    Json authority;
    authority.set("threshold", 1).set("keys", Json::Array{authority_.public_key().did()});
    Json genesis = registry_event("nianlun:Genesis");
    genesis.set("nianlun:format", 1)
        .set("nianlun:rules", 1)
        .set("nianlun:suite", "sha256")
        .set("nianlun:origin", ledger_)
        .set("nianlun:logKey", "unused")
        .set("nianlun:domain", "https://id.example.org")
        .set("nianlun:timeZone", "Asia/Shanghai")
        .set("nianlun:languages", Json::Array{"en", "zh"})
        .set("nianlun:gateway", key_of('\3').public_key().did())
        .set("nianlun:authority", std::move(authority))
        .set("nianlun:profiles", Json::Array{profile});
    admit(must(parse_capture(document({genesis}, authority_), PublicKey::from_did)));
    ledger_ += "#" + hex(record_hash(first_));
    enrol();
  }

  Json document(const std::vector<Json>& events, const PrivateKey& key) {
    std::vector<CaptureEvent> sealed;
    for (const Json& event : events) sealed.push_back(must(capture_event(event, nullptr)));
    SealDraft draft;
    draft.ledger = ledger_;
    draft.leaves = leaves_of(sealed);
    draft.sequence = ++sequence_;
    if (sequence_ > 1) draft.previous = sha256("previous");
    draft.sealed_at_ms = kStartMs;
    draft.boot = "bench";
    const PrivateKey* const keys[] = {&key};
    return capture_document(sealed, must(make_seal(draft, keys)), {}, kStartMs);
  }

  std::uint64_t admit(Capture capture) {
    Admission admission;
    admission.time_ms = kStartMs;
    admission.rollback = false;
    admission.seal = *std::move(capture.seal);
    for (CaptureEvent& event : capture.events) {
      admission.events.push_back({std::move(event), "AAAAAAAAAAAAAAAAAAAAAA", {}});
    }
    const RecentReads reads(state_);
    StateOverlay group(reads);
    std::vector<NewRecord> records;
    const double begin = spent_s();
    const CaptureResult result = must(machine_->admit(admission, size_, group, records));
    admit_s += spent_s() - begin;
    for (const auto& [key, value] : group.changes()) {
      value ? state_.put(key, *value) : state_.erase(key);
    }
    if (size_ == 0) first_ = records.front().bytes;
    size_ += records.size();
    std::uint64_t accepted = 0;
    for (const EventResult& event : result.events) {
      if (event.verdict.outcome == Outcome::kAccepted) ++accepted;
    }
    return accepted;
  }

  double admit_s = 0;
  const PrivateKey device = key_of('\2');

 private:
  void enrol() {
    const std::string party = "https://id.example.org/party/bench";
    const std::string did = device.public_key().did();
    Json statement;
    statement.set("type", "KeyEnrolment").set("ledger", ledger_);
    statement.set("party", party).set("key", did);
    Json name;
    name.set("en", "Bench").set("zh", "测速");
    Json enrolled = registry_event("nianlun:PartyEnrolled");
    enrolled.set("nianlun:party", party).set("nianlun:name", name);
    Json key = registry_event("nianlun:KeyEnrolled");
    key.set("nianlun:party", party)
        .set("nianlun:key", did)
        .set("nianlun:roles", Json::Array{"bench/maker"})
        .set("nianlun:possession", must(make_proof(statement, device, date_time(kStartMs))));
    admit(must(parse_capture(document({enrolled, key}, authority_), PublicKey::from_did)));
  }

  EmptyView nothing_;
  StateOverlay state_;
  std::unique_ptr<Machine> machine_ = make_machine();
  PrivateKey authority_ = key_of('\1');
  std::string ledger_ = "bench.example.org/log";
  Buffer first_;
  std::uint64_t size_ = 0;
  std::uint64_t sequence_ = 0;
};

/// As in tests/bench/served.py: every thing is made, then seen again and again.
Json event_of(std::uint64_t serial, std::uint64_t items) {
  const bool made = serial < items;
  const std::string item = std::to_string(1'000'000 + serial % items);
  const std::string number = std::to_string(100'000'000'000 + serial);
  Json prefixes;
  prefixes.set("nianlun", "urn:nianlun:voc:").set("bench", "urn:bench:voc:");
  Json event;
  event
      .set("@context", Json::Array{"https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
                                   std::move(prefixes)})
      .set("type", "ObjectEvent")
      .set("action", made ? "ADD" : "OBSERVE")
      .set("bizStep", made ? "commissioning" : "inspecting")
      .set("eventID", "urn:uuid:00000000-0000-4000-8000-" + number)
      .set("eventTime", date_time(kStartMs - 30'000 + static_cast<std::int64_t>(serial / items)))
      .set("eventTimeZoneOffset", "+08:00")
      .set("disposition", "active")
      .set("nianlun:step", made ? "bench/made" : "bench/seen")
      .set("epcList", Json::Array{"https://id.example.org/thing/" + item})
      .set("readPoint", Json().set("id", "geo:38.9876543,115.1234567"))
      .set("bizLocation", Json().set("id", "https://id.example.org/place/plot-" + item))
      .set("bench:size", 12)
      .set("bench:batch", "batch-" + number)
      .set("bench:note", "Crown even, leader straight, no dead wood; stakes and ties in order.");
  return event;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments.size() > 3) {
    std::cerr << "usage: bench_admit PROFILE.json [CAPTURES] [EVENTS]\n";
    return 2;
  }
  std::stringstream profile;
  profile << std::ifstream(arguments[0]).rdbuf();
  const std::uint64_t captures = arguments.size() > 1 ? std::stoull(arguments[1]) : 100;
  const std::uint64_t events = arguments.size() > 2 ? std::stoull(arguments[2]) : 500;
  Bench bench(must(Json::parse(profile.str())));
  std::vector<std::string> texts;
  for (std::uint64_t c = 0; c < captures; ++c) {
    std::vector<Json> list;
    for (std::uint64_t e = 0; e < events; ++e) {
      list.push_back(event_of(c * events + e, captures * events / 2));
    }
    texts.push_back(bench.document(list, bench.device).dump());
  }
  bench.admit_s = 0;
  double parse_s = 0;
  double capture_s = 0;
  std::uint64_t accepted = 0;
  for (const std::string& text : texts) {
    const double begin = spent_s();
    const Json json = must(Json::parse(text));
    const double parsed = spent_s();
    Capture capture = must(parse_capture(json, PublicKey::from_did));
    const double end = spent_s();
    parse_s += parsed - begin;
    capture_s += end - parsed;
    accepted += bench.admit(std::move(capture));
  }
  const double us = 1e6 / static_cast<double>(captures * events);
  std::printf(R"({"events":%llu,"parse_us":%.2f,"capture_us":%.2f,"admit_us":%.2f})"
              "\n",
              static_cast<unsigned long long>(accepted), parse_s * us, capture_s * us,
              bench.admit_s * us);
  return accepted == captures * events ? 0 : 1;
}
