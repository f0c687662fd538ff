#include "outbox_entry.h"

#include <algorithm>

#include "ledger/capture.h"
#include "ledger/encoding.h"
#include "text.h"

namespace nianlun {
namespace {

std::optional<Json> object_of(std::string_view text) {
  auto parsed = Json::parse(text, {.bytes_max = std::size_t{4} * kCaptureBytesMax});
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return *std::move(parsed);
}

std::optional<std::vector<std::string>> strings_of(const Json& object, std::string_view name) {
  const Json* list = object.find(name);
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const Json& item : list->array()) {
    if (!item.is_string()) return std::nullopt;
    strings.push_back(item.string());
  }
  return strings;
}

std::optional<std::uint64_t> count_of(const Json* number) {
  if (number == nullptr || !number->is_number()) return std::nullopt;
  return parse_decimal(number->number_text());
}

Json::Array list_of(const std::vector<std::string>& strings) {
  return {strings.begin(), strings.end()};
}

bool is_outcome(std::string_view word) {
  return word == "accepted" || word == "disputed" || word == "refused";
}

}  // namespace

std::string stored_text(const StoredEvent& stored) {
  Json json;
  json.set("event", stored.event)
      .set("disclosures", list_of(stored.disclosures))
      .set("saved", stored.saved_ms);
  return json.dump();
}

std::optional<StoredEvent> read_stored_event(std::string_view text) {
  const auto json = object_of(text);
  if (!json) return std::nullopt;
  const Json* event = json->find("event");
  auto disclosures = strings_of(*json, "disclosures");
  const auto saved = json->integer("saved");
  if (event == nullptr || !event->is_object() || !disclosures || !saved) return std::nullopt;
  return StoredEvent{*event, *std::move(disclosures), *saved};
}

std::string stored_text(const StoredAnswer& answer) {
  if (answer.outcome.empty()) return "{}";
  Json json;
  json.set("record", answer.record)
      .set("outcome", answer.outcome)
      .set("broken", list_of(answer.broken));
  return json.dump();
}

std::optional<StoredAnswer> read_stored_answer(std::string_view text) {
  const auto json = object_of(text);
  if (!json) return std::nullopt;
  if (json->object().empty()) return StoredAnswer{};
  const auto record = count_of(json->find("record"));
  auto broken = strings_of(*json, "broken");
  const std::string_view outcome = json->text("outcome");
  if (!record || !broken || !is_outcome(outcome)) return std::nullopt;
  return StoredAnswer{*record, std::string(outcome), *std::move(broken)};
}

std::string stored_text(const StoredLink& link) {
  Json json;
  json.set("sequence", link.sequence).set("hash", hex(link.hash));
  return json.dump();
}

std::optional<StoredLink> read_stored_link(std::string_view text) {
  const auto json = object_of(text);
  if (!json) return std::nullopt;
  const auto sequence = count_of(json->find("sequence"));
  const auto hash = hash_from_hex(json->text("hash"));
  if (!sequence || !hash) return std::nullopt;
  return StoredLink{*sequence, *hash};
}

std::string stored_text(const StoredSeal& seal) {
  Json json;
  json.set("seal", seal.seal)
      .set("events", Json::Array(seal.events.begin(), seal.events.end()))
      .set("chain", seal.chain)
      .set("before", seal.before);
  return json.dump();
}

std::optional<StoredSeal> read_stored_seal(std::string_view text) {
  const auto json = object_of(text);
  if (!json) return std::nullopt;
  StoredSeal seal{.seal = std::string(json->text("seal")),
                  .events = {},
                  .chain = std::string(json->text("chain")),
                  .before = std::string(json->text("before"))};
  const Json* numbers = json->find("events");
  if (seal.seal.empty() || seal.chain.empty() || numbers == nullptr || !numbers->is_array()) {
    return std::nullopt;
  }
  for (const Json& item : numbers->array()) {
    const auto number = count_of(&item);
    if (!number) return std::nullopt;
    seal.events.push_back(*number);
  }
  return seal;
}

std::optional<std::vector<StoredAnswer>> answers_of(const Json& capture_job,
                                                    const StoredSeal& seal) {
  const Json* outcomes = capture_job.find("nianlun:outcomes");
  if (!capture_job.text("captureID").ends_with(seal.seal) || outcomes == nullptr ||
      !outcomes->is_array() || outcomes->array().size() != seal.events.size()) {
    return std::nullopt;
  }
  std::vector<StoredAnswer> answers(seal.events.size());
  for (const Json& told : outcomes->array()) {
    const auto position = count_of(told.find("position"));
    const auto index = count_of(told.find("index"));
    const std::string_view outcome = told.text("outcome");
    if (!position || !index || !is_outcome(outcome)) return std::nullopt;
    if (*position >= answers.size() || !answers[*position].outcome.empty()) return std::nullopt;
    answers[*position] = {*index, std::string(outcome), {}};
    const Json* broken = told.find("broken");
    if (broken == nullptr || !broken->is_array()) continue;
    for (const Json& guard : broken->array()) {
      if (guard.is_string()) answers[*position].broken.push_back(guard.string());
    }
  }
  return answers;
}

}  // namespace nianlun
