#include "import_mapping.h"

#include <algorithm>
#include <optional>

#include "ledger/geo.h"
#include "ledger/time.h"
#include "strict_json.h"
#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected wrong(std::string_view message, std::string_view where) {
  return fail(ErrorCode::kInvalidArgument, message, {{"pointer", std::string(where)}});
}

Result<std::vector<std::string>> strings_at(const Json& json, std::string_view name,
                                            const std::string& where) {
  std::vector<std::string> values;
  const Json* list = json.find(name);
  if (list == nullptr) return values;
  if (!list->is_array()) return wrong("import.wrong-member", where + "/" + std::string(name));
  for (const Json& item : list->array()) {
    if (!item.is_string()) return wrong("import.wrong-member", where + "/" + std::string(name));
    values.push_back(item.string());
  }
  return values;
}

Result<ImportEntry> parse_entry(const Json& json, const std::string& where) {
  if (!json.is_object()) return wrong("import.wrong-member", where);
  if (const auto* other = member_besides(
          json, {"file", "step", "by", "with", "time", "where", "group", "items", "values"})) {
    return wrong("import.wrong-member", where + "/" + pointer_token(other->name));
  }
  ImportEntry entry;
  const std::pair<std::string_view, std::string*> texts[] = {
      {"file", &entry.file}, {"step", &entry.step}, {"by", &entry.by}, {"time", &entry.time}};
  for (const auto& [name, target] : texts) {
    *target = json.text(name);
    if (target->empty()) return wrong("import.missing-member", where + "/" + std::string(name));
  }
  TRY_ASSIGN(entry.with, strings_at(json, "with", where));
  TRY_ASSIGN(entry.group, strings_at(json, "group", where));
  if (const Json* filters = json.find("where")) {
    if (!filters->is_object()) return wrong("import.wrong-member", where + "/where");
    for (const Json::Member& member : filters->object()) {
      const std::string at = where + "/where/" + pointer_token(member.name);
      if (!member.value.is_object() || member.value.object().size() != 1) {
        return wrong("import.wrong-member", at);
      }
      const std::string& way = member.value.object().front().name;
      if (way != "is" && way != "not") return wrong("import.wrong-member", at);
      ImportEntry::Filter filter;
      filter.wanted = way == "is";
      TRY_ASSIGN(filter.texts, strings_at(member.value, way, at));
      entry.where.emplace(member.name, std::move(filter));
    }
  }
  if (const Json* items = json.find("items")) entry.items = *items;
  if (!entry.items.is_object()) return wrong("import.missing-member", where + "/items");
  const Json* values = json.find("values");
  entry.values = values == nullptr ? Json(Json::Object{}) : *values;
  if (!entry.values.is_object()) return wrong("import.wrong-member", where + "/values");
  return entry;
}

Result<std::size_t> column_of(const CsvTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name);
  if (found != table.columns.end()) {
    return static_cast<std::size_t>(found - table.columns.begin());
  }
  return fail(ErrorCode::kInvalidArgument, "import.no-column", {{"column", std::string(name)}});
}

/// Makes the values of one event.
class Filler {
 public:
  Filler(const CsvTable& table, const EventRows& rows, const std::string& domain)
      : table_(table), rows_(rows), domain_(domain) {}

  /// The text with its columns filled in; nothing if one of them is empty.
  Result<std::optional<std::string>> text(std::string_view pattern,
                                          const CsvTable::Row& row) const {
    std::string filled;
    while (!pattern.empty()) {
      const std::size_t open = pattern.find('{');
      filled.append(pattern.substr(0, open));
      if (open == pattern.npos) break;
      const std::size_t close = pattern.find('}', open);
      if (close == pattern.npos) return wrong("import.open-brace", pattern);
      const std::string_view name = pattern.substr(open + 1, close - open - 1);
      pattern.remove_prefix(close + 1);
      if (name == "domain" || name == "line") {
        filled += name == "domain" ? domain_ : std::to_string(row.line);
        continue;
      }
      TRY_ASSIGN(const std::size_t column, column_of(table_, name));
      if (row.cells[column].empty()) return std::optional<std::string>();
      filled += row.cells[column];
    }
    return std::optional(std::move(filled));
  }

  /// The value that a pattern describes; nothing where it is absent.
  Result<std::optional<Json>> value(const Json& pattern, const CsvTable::Row& row) const {
    if (pattern.is_string()) {
      TRY_ASSIGN(auto filled, text(pattern.string(), row));
      return filled ? std::optional(Json(*std::move(filled))) : std::nullopt;
    }
    if (pattern.is_array()) return list(pattern, row);
    if (!pattern.is_object()) return std::optional(pattern);
    if (pattern.object().size() == 1) {
      const Json::Member& only = pattern.object().front();
      if (only.name == "number") return number(only.value, row);
      if (only.name == "count") return count(only.value);
      if (only.name == "each") return each(only.value);
      if (only.name == "geo") return geo(only.value, row);
    }
    Json made = Json::Object{};
    for (const Json::Member& member : pattern.object()) {
      TRY_ASSIGN(auto part, value(member.value, row));
      if (part) made.set(member.name, *std::move(part));
    }
    return made.object().empty() ? std::nullopt : std::optional(std::move(made));
  }

  Result<void> fill_items(const Json& patterns, StepRequest& request) {
    for (const Json::Member& member : patterns.object()) {
      std::vector<Json>& found = request.items[member.name];
      for (const CsvTable::Row* row : rows_) {
        TRY_ASSIGN(auto made, value(member.value, *row));
        if (made && std::ranges::find(found, *made) == found.end()) {
          found.push_back(*std::move(made));
        }
      }
      counts_[member.name] = found.size();
      if (found.empty()) request.items.erase(member.name);
    }
    return {};
  }

 private:
  Result<std::optional<Json>> list(const Json& pattern, const CsvTable::Row& row) const {
    Json made = Json::Array{};
    for (const Json& item : pattern.array()) {
      TRY_ASSIGN(auto part, value(item, row));
      if (part) made.push(*std::move(part));
    }
    return made.array().empty() ? std::nullopt : std::optional(std::move(made));
  }
  Result<std::optional<Json>> number(const Json& pattern, const CsvTable::Row& row) const {
    if (!pattern.is_string()) return wrong("import.wrong-member", "/number");
    TRY_ASSIGN(const auto filled, text(pattern.string(), row));
    if (!filled) return std::optional<Json>();
    auto parsed = Json::parse(*filled);
    if (!parsed || !parsed->is_number()) {
      return fail(ErrorCode::kInvalidArgument, "import.no-number", {{"text", *filled}});
    }
    return std::optional(*std::move(parsed));
  }
  Result<std::optional<Json>> count(const Json& pattern) const {
    const auto found = pattern.is_string() ? counts_.find(pattern.string()) : counts_.end();
    if (found == counts_.end()) return wrong("import.wrong-member", "/count");
    return std::optional(Json(static_cast<std::uint64_t>(found->second)));
  }
  /// A geo URI of latitude and longitude, cut after the seventh decimal.
  Result<std::optional<Json>> geo(const Json& pattern, const CsvTable::Row& row) const {
    if (!pattern.is_array() || pattern.array().size() != 2) {
      return wrong("import.wrong-member", "/geo");
    }
    std::string uri = "geo:";
    for (const Json& coordinate : pattern.array()) {
      if (!coordinate.is_string()) return wrong("import.wrong-member", "/geo");
      TRY_ASSIGN(auto filled, text(coordinate.string(), row));
      if (!filled) return std::optional<Json>();
      const std::size_t point = filled->find('.');
      if (point != filled->npos) filled->resize(std::min(filled->size(), point + 8));
      uri += (uri.size() == 4 ? "" : ",") + *filled;
    }
    TRY(parse_geo_uri(uri));
    return std::optional(Json(std::move(uri)));
  }
  Result<std::optional<Json>> each(const Json& pattern) const {
    Json made = Json::Array{};
    for (const CsvTable::Row* row : rows_) {
      TRY_ASSIGN(auto part, value(pattern, *row));
      if (part) made.push(*std::move(part));
    }
    return made.array().empty() ? std::nullopt : std::optional(std::move(made));
  }

  const CsvTable& table_;
  const EventRows& rows_;
  const std::string& domain_;
  std::map<std::string, std::size_t, std::less<>> counts_;
};

/// Minutes of the zone in which a time is written: "+08:00" is 480.
int offset_minutes(std::string_view time) {
  if (time.size() < 6 || time.back() == 'Z' || time.back() == 'z') return 0;
  const std::string_view zone = time.substr(time.size() - 6);
  const auto two = [&](std::size_t at) { return (zone[at] - '0') * 10 + (zone[at + 1] - '0'); };
  const int minutes = two(1) * 60 + two(4);
  return zone.front() == '-' ? -minutes : minutes;
}

}  // namespace

Result<ImportMapping> parse_mapping(const Json& json) {
  ImportMapping mapping;
  mapping.profile = json.text("profile");
  const Json* imports = json.find("imports");
  if (mapping.profile.empty()) return wrong("import.missing-member", "/profile");
  if (imports == nullptr || !imports->is_array()) {
    return wrong("import.missing-member", "/imports");
  }
  for (std::size_t i = 0; i < imports->array().size(); ++i) {
    TRY_ASSIGN(ImportEntry entry,
               parse_entry(imports->array()[i], "/imports/" + std::to_string(i)));
    mapping.entries.push_back(std::move(entry));
  }
  return mapping;
}

Result<std::vector<EventRows>> event_rows(const ImportEntry& entry, const CsvTable& table) {
  std::vector<std::pair<std::size_t, const ImportEntry::Filter*>> filters;
  for (const auto& [column, filter] : entry.where) {
    TRY_ASSIGN(const std::size_t at, column_of(table, column));
    filters.emplace_back(at, &filter);
  }
  std::vector<std::size_t> keys;
  for (const std::string& column : entry.group) {
    TRY_ASSIGN(const std::size_t at, column_of(table, column));
    keys.push_back(at);
  }
  std::vector<EventRows> events;
  std::map<std::vector<std::string>, std::size_t> groups;
  for (const CsvTable::Row& row : table.rows) {
    const bool taken = std::ranges::all_of(filters, [&](const auto& filter) {
      const bool there = std::ranges::find(filter.second->texts, row.cells[filter.first]) !=
                         filter.second->texts.end();
      return there == filter.second->wanted;
    });
    if (!taken) continue;
    if (keys.empty()) {
      events.push_back({&row});
      continue;
    }
    std::vector<std::string> group;
    for (const std::size_t key : keys) group.push_back(row.cells[key]);
    const auto [found, fresh] = groups.emplace(std::move(group), events.size());
    if (fresh) events.emplace_back();
    events[found->second].push_back(&row);
  }
  return events;
}

Result<StepRequest> step_request(const ImportEntry& entry, const CsvTable& table,
                                 const EventRows& rows, const std::string& domain) {
  Filler filler(table, rows, domain);
  StepRequest request;
  request.step = entry.step;
  request.domain = domain;
  TRY_ASSIGN(const auto time, filler.text(entry.time, *rows.front()));
  if (!time) return wrong("import.no-time", entry.time);
  TRY_ASSIGN(request.time_ms, parse_date_time(*time));
  request.zone_offset_minutes = offset_minutes(*time);
  TRY(filler.fill_items(entry.items, request));
  for (const Json::Member& member : entry.values.object()) {
    TRY_ASSIGN(auto value, filler.value(member.value, *rows.front()));
    if (value) request.values.emplace_back(member.name, *std::move(value));
  }
  return request;
}

}  // namespace nianlun
