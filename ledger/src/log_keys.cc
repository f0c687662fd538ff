#include "log_keys.h"

#include <charconv>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/time.h"
#include "state_keys.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected damaged() { return fail(ErrorCode::kCorrupted, "log.damaged-position"); }

Buffer key_of(std::uint64_t index, char kind) { return be64(index) + kind; }

Result<std::uint64_t> number_at(const Json& json, std::string_view name) {
  const auto value = json.integer(name);
  if (!value || *value < 0) return damaged();
  return static_cast<std::uint64_t>(*value);
}

}  // namespace

Buffer record_key(std::uint64_t index) { return key_of(index, 'r'); }
Buffer frame_key(std::uint64_t first) { return key_of(first, 'f'); }
Buffer log_seal_key(std::uint64_t first) { return key_of(first, 's'); }
Buffer dictionary_key(std::uint64_t first) { return key_of(first, 'd'); }
Buffer log_position_key() { return key_of(~std::uint64_t{0}, 'p'); }

Buffer tile_key(unsigned level, std::uint64_t index) {
  const std::uint64_t last = ((index + 1) << (8 * (level + 1))) - 1;  // record that it covers
  return key_of(last, 't') + static_cast<char>(level);
}

Buffer encode(const LogPosition& position) {
  Json range{Json::Array()};
  for (const Hash& hash : position.range) range.push(hex(hash));
  Json json;
  json.set("dictionary", position.dictionary ? Json(*position.dictionary) : Json());
  json.set("engine", position.engine).set("format", 1).set("range", std::move(range));
  json.set("root", hex(position.root)).set("size", position.size);
  json.set("time", date_time(position.time_ms)).set("vault", position.vault);
  return json.dump();  // canonical: the members are in order, and of plain characters
}

Result<LogPosition> decode_position(Bytes bytes) {
  const auto json = Json::parse(bytes);
  if (!json || !json->is_object()) return damaged();
  const auto format = json->integer("format");
  const auto root = hash_from_hex(json->text("root"));
  const auto time = parse_date_time(json->text("time"));
  const Json* range = json->find("range");
  const Json* dictionary = json->find("dictionary");
  if (!format || *format != 1 || !root || !time || range == nullptr || !range->is_array() ||
      dictionary == nullptr) {
    return damaged();
  }
  LogPosition position;
  TRY_ASSIGN(position.size, number_at(*json, "size"));
  TRY_ASSIGN(position.engine, number_at(*json, "engine"));
  TRY_ASSIGN(position.vault, number_at(*json, "vault"));
  if (!dictionary->is_null()) {
    TRY_ASSIGN(position.dictionary, number_at(*json, "dictionary"));
  }
  position.root = *root;
  position.time_ms = *time;
  for (const Json& text : range->array()) {
    const auto hash = text.is_string() ? hash_from_hex(text.string()) : damaged();
    if (!hash) return damaged();
    position.range.push_back(*hash);
  }
  if (encode(position) != bytes) return damaged();
  return position;
}

}  // namespace nianlun
