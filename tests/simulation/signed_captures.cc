// Signs beforehand what tests/simulation/kill_test.py sends: a device for each writer, and captures
// that follow each other as those of a device do.
//
//   signed_captures SETUP.json FOLDER     SETUP as in kill_test.py
//
// Writes FOLDER/enrol, the capture of the authority that enrols the devices, and FOLDER/writer-N,
// the captures of a device, one a line.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "ledger/capture.h"
#include "ledger/data_integrity.h"
#include "ledger/seal.h"
#include "ledger/time.h"

namespace {

using namespace nianlun;

[[noreturn]] void stop(const std::string& why) {
  std::cerr << "signed_captures: " << why << '\n';
  std::exit(1);
}

template <class T>
T must(Result<T> result, const char* what) {
  if (!result) stop(std::string(what) + ": " + result.error().message);
  return *std::move(result);
}

struct Setup {
  std::string identity;
  std::string party;
  std::string role;
  std::string domain;
  std::string authority;
  std::uint64_t writers = 0;
  std::uint64_t captures = 0;
  std::uint64_t events = 0;
  std::int64_t now_ms = 0;
};

Setup read_setup(const std::string& file) {
  std::ifstream in(file);
  const std::string content{std::istreambuf_iterator<char>(in), {}};
  const Json json = must(Json::parse(content), "setup");
  const auto number = [&](const char* name) {
    return static_cast<std::uint64_t>(must(json.integer(name), name));
  };
  Setup setup;
  setup.identity = json.text("identity");
  setup.party = json.text("party");
  setup.role = json.text("role");
  setup.domain = json.text("domain");
  setup.authority = json.text("authority");
  setup.writers = number("writers");
  setup.captures = number("captures");
  setup.events = number("events");
  setup.now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                     std::chrono::system_clock::now().time_since_epoch())
                     .count();
  return setup;
}

struct Device {
  PrivateKey key;
  std::uint64_t sequence = 0;
  std::optional<Hash> previous;

  std::string capture(const std::vector<CaptureEvent>& events, const Setup& setup) {
    SealDraft draft;
    draft.ledger = setup.identity;
    draft.leaves = leaves_of(events);
    draft.sequence = ++sequence;
    draft.previous = previous;
    draft.sealed_at_ms = setup.now_ms;
    draft.boot = "boot";
    const PrivateKey* signer = &key;
    const Json seal = must(make_seal(draft, {&signer, 1}), "seal");
    previous = must(parse_seal(seal), "seal").hash;
    return capture_document(events, seal, {}, setup.now_ms).dump();
  }
};

CaptureEvent capture_event_of(const Json& json) {
  return must(capture_event(json, nullptr), "event");
}

Json registry_event(const Setup& setup, const char* type, std::size_t number) {
  Json event;
  event.set("@context", our_context())
      .set("type", type)
      .set("eventID", "urn:kill:registry:" + std::to_string(number))
      .set("eventTime", date_time(setup.now_ms - 60'000))
      .set("eventTimeZoneOffset", "+00:00")
      .set("nianlun:party", setup.party);
  return event;
}

std::string enrolment(const Setup& setup, const std::vector<Device>& devices) {
  std::vector<CaptureEvent> events;
  Json party = registry_event(setup, "nianlun:PartyEnrolled", 0);
  party.set("nianlun:name", Json().set("en", "Writers").set("zh", "写入者"));
  events.push_back(capture_event_of(party));
  for (const Device& device : devices) {
    const std::string did = device.key.public_key().did();
    Json statement;
    statement.set("type", "KeyEnrolment")
        .set("ledger", setup.identity)
        .set("party", setup.party)
        .set("key", did);
    const Json possession =
        must(make_proof(statement, device.key, date_time(setup.now_ms - 60'000)), "proof");
    Json event = registry_event(setup, "nianlun:KeyEnrolled", events.size());
    event.set("nianlun:key", did)
        .set("nianlun:roles", Json(Json::Array{Json(setup.role)}))
        .set("nianlun:possession", possession);
    events.push_back(capture_event_of(event));
  }
  Device authority{must(PrivateKey::load(setup.authority), "authority"), 0, {}};
  return authority.capture(events, setup);
}

/// Each event makes a thing of its own, so that none of them depends on another writer.
Json thing_made(const Setup& setup, std::uint64_t serial) {
  Json context = our_context();
  context.push(Json().set("bench", "urn:bench:voc:"));
  const std::string name = std::to_string(serial);
  Json event;
  event.set("@context", context)
      .set("type", "ObjectEvent")
      .set("action", "ADD")
      .set("bizStep", "commissioning")
      .set("eventID", "urn:kill:event:" + name)
      .set("eventTime", date_time(setup.now_ms - 30'000))
      .set("eventTimeZoneOffset", "+00:00")
      .set("nianlun:step", "bench/made")
      .set("epcList", Json().push(setup.domain + "/thing/" + name))
      .set("bench:size", 12);
  return event;
}

void write_lines(const std::filesystem::path& file, const std::vector<std::string>& lines) {
  std::ofstream out(file, std::ios::binary);
  for (const std::string& line : lines) out << line << '\n';
  if (!out.flush()) stop("cannot write " + file.string());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() != 2) {
    std::cerr << "usage: signed_captures SETUP FOLDER\n";
    return 2;
  }
  const Setup setup = read_setup(arguments[0]);
  const std::filesystem::path folder = arguments[1];
  std::vector<Device> devices;
  for (std::uint64_t i = 0; i < setup.writers; ++i) {
    std::string seed(32, '\1');
    seed[0] = static_cast<char>(i + 2);
    devices.push_back({must(PrivateKey::from_seed(KeyType::kEd25519, seed), "key"), 0, {}});
  }
  write_lines(folder / "enrol", {enrolment(setup, devices)});
  std::uint64_t serial = 0;
  for (std::uint64_t i = 0; i < setup.writers; ++i) {
    std::vector<std::string> lines;
    for (std::uint64_t n = 0; n < setup.captures; ++n) {
      std::vector<CaptureEvent> events;
      for (std::uint64_t e = 0; e < setup.events; ++e) {
        events.push_back(capture_event_of(thing_made(setup, ++serial)));
      }
      lines.push_back(devices[i].capture(events, setup));
    }
    write_lines(folder / ("writer-" + std::to_string(i)), lines);
  }
  return 0;
}
