#include <algorithm>

#include "application_identifier.h"
#include "ledger/identifier.h"
#include "try.h"
#include "uri.h"

namespace nianlun {
namespace {

constexpr std::size_t kSegmentsMax = 64;

Unexpected refuse(std::string_view message, std::string_view ai = {}, std::string_view value = {}) {
  return fail(ErrorCode::kInvalidArgument, message,
              {{"ai", std::string(ai)}, {"value", std::string(value)}});
}

/// Takes the part of `text` before `mark` off, with the mark; all of it if there is no mark.
std::string_view take_until(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  const std::string_view head = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return head;
}

struct Split {
  std::string_view stem;                // up to the slash before the key
  std::vector<std::string_view> pairs;  // AI, value, AI, value, ..., still escaped
  std::string_view query;
};

bool is_host(std::string_view host) {
  for (const char c : host) {
    const bool fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      std::string_view("-._~:[]").find(c) != std::string_view::npos;
    if (!fine) return false;
  }
  return !host.empty();
}

/// Finds the last key in the path; no value is looked at.
std::optional<Split> split(std::string_view uri, DigitalLinkForm form) {
  Split result;
  std::string_view rest = uri;
  rest = take_until(rest, '#');
  std::string_view path = take_until(rest, '?');
  result.query = rest;
  std::size_t start = 0;
  for (const std::string_view scheme : {"http://", "https://", "HTTP://", "HTTPS://"}) {
    if (path.starts_with(scheme)) start = scheme.size();
  }
  if (start == 0) return {};
  if (form == DigitalLinkForm::kTolerant && path.ends_with('/')) path.remove_suffix(1);
  const std::size_t host_end = path.find('/', start);
  if (host_end == std::string_view::npos || !is_host(path.substr(start, host_end - start))) {
    return {};
  }
  std::size_t end = path.size();  // one past the value of the pair under inspection
  while (end > host_end && result.pairs.size() < kSegmentsMax) {
    const std::size_t value = path.rfind('/', end - 1);
    if (value == std::string_view::npos || value <= host_end) return {};
    const std::size_t ai = path.rfind('/', value - 1);
    if (ai == std::string_view::npos || ai < host_end) return {};
    const std::string_view name = path.substr(ai + 1, value - ai - 1);
    result.pairs.insert(result.pairs.begin(), {name, path.substr(value + 1, end - value - 1)});
    if (key_rule(name) != nullptr) {
      result.stem = path.substr(0, ai);
      return result;
    }
    const bool numeric = name.size() >= 2 && name.size() <= 4 &&
                         name.find_first_not_of("0123456789") == std::string_view::npos;
    if (!numeric) return {};
    end = ai;
  }
  return {};
}

std::string padded(std::string_view ai, std::string value, DigitalLinkForm form) {
  const std::size_t size = value.size();
  if (form == DigitalLinkForm::kTolerant && ai == "01" && (size == 8 || size == 12 || size == 13)) {
    value.insert(0, 14 - size, '0');
  }
  return value;
}

/// The position of `ai` in "22,10,21", counted from 1; 0 if it isn't there.
std::size_t position_in(std::string_view list, std::string_view ai) {
  for (std::size_t i = 1; !list.empty(); ++i) {
    if (take_until(list, ',') == ai) return i;
  }
  return 0;
}

/// Whether the qualifiers of `path`, with `extra` if it isn't "", fit the key in order.
bool in_order(const std::vector<std::pair<std::string, std::string>>& path, std::string_view list) {
  std::size_t last = 0;
  for (std::size_t i = 1; i < path.size(); ++i) {
    const std::size_t at = position_in(list, path[i].first);
    if (at <= last) return false;
    last = at;
  }
  return true;
}

bool qualifies(const KeyRule& rule, const std::vector<std::pair<std::string, std::string>>& path) {
  return in_order(path, rule.qualifiers) || in_order(path, rule.alternative_qualifiers);
}

/// Whether an attribute could have stood in the path, so that it must.
bool belongs_in_path(const KeyRule& rule,
                     const std::vector<std::pair<std::string, std::string>>& path,
                     std::string_view ai) {
  for (const std::string_view list : {rule.qualifiers, rule.alternative_qualifiers}) {
    if (position_in(list, ai) != 0 && in_order(path, list)) return true;
  }
  return false;
}

Result<void> parse_path(const Split& parts, DigitalLinkForm form, DigitalLink& link) {
  for (std::size_t i = 0; i < parts.pairs.size(); i += 2) {
    const std::string_view ai = parts.pairs[i];
    auto value = percent_decode(parts.pairs[i + 1]);
    if (!value) return refuse("identifier.escape", ai, parts.pairs[i + 1]);
    link.path.emplace_back(ai, padded(ai, *std::move(value), form));
    TRY(check_value(ai, link.path.back().second));
  }
  const KeyRule& rule = *key_rule(parts.pairs[0]);
  if (!qualifies(rule, link.path)) return refuse("identifier.qualifier", rule.ai);
  if (!rule.required_qualifier.empty() && link.value(rule.required_qualifier).empty()) {
    return refuse("identifier.qualifier-missing", rule.ai, rule.required_qualifier);
  }
  return {};
}

/// One part of the query between ampersands. Names that aren't all digits are no AIs.
Result<void> parse_attribute(std::string_view part, DigitalLinkForm form, DigitalLink& link) {
  std::string_view rest = part;
  const std::string_view name = take_until(rest, '=');
  if (name.size() == part.size() || name.empty() ||
      name.find_first_not_of("0123456789") != std::string_view::npos) {
    link.other_query.emplace_back(part);
    return {};
  }
  std::string text(rest);
  std::replace(text.begin(), text.end(), '+', ' ');  // a plus sign in a query is a space
  auto value = percent_decode(text);
  if (!value) return refuse("identifier.escape", name, rest);
  std::string whole = padded(name, *std::move(value), form);
  TRY(check_value(name, whole));
  if (!link.value(name).empty()) return refuse("identifier.repeated", name);
  if (belongs_in_path(*key_rule(link.path[0].first), link.path, name)) {
    return refuse("identifier.belongs-in-path", name);
  }
  link.query.emplace_back(name, std::move(whole));
  return {};
}

std::string canonical_path(const DigitalLink& link, std::initializer_list<std::string_view> ais) {
  std::string out = "https://id.gs1.org";
  for (const std::string_view ai : ais) {
    const std::string_view value = link.value(ai);
    if (!value.empty()) out.append("/").append(ai).append("/").append(percent_encode(value));
  }
  return out;
}

}  // namespace

std::string_view DigitalLink::value(std::string_view ai) const {
  for (const auto* list : {&path, &query}) {
    for (const auto& [name, text] : *list) {
      if (name == ai) return text;
    }
  }
  return {};
}

std::string DigitalLink::canonical() const {
  std::string out = "https://id.gs1.org";
  for (const auto& [ai, text] : path) {
    out.append("/").append(ai).append("/").append(percent_encode(text));
  }
  char mark = '?';
  for (const auto& [ai, text] : query) {
    (out += mark).append(ai).append("=").append(percent_encode(text));
    mark = '&';
  }
  return out;
}

bool looks_like_digital_link(std::string_view uri) {
  const auto parts = split(uri, DigitalLinkForm::kTolerant);
  if (!parts) return false;
  auto value = percent_decode(parts->pairs[1]);
  if (!value) return false;
  const std::string_view ai = parts->pairs[0];
  return has_value_shape(ai, padded(ai, *std::move(value), DigitalLinkForm::kTolerant));
}

Result<DigitalLink> parse_digital_link(std::string_view uri, DigitalLinkForm form) {
  if (!is_uri(uri)) return fail(ErrorCode::kInvalidArgument, "identifier.not-a-uri");
  const auto parts = split(uri, form);
  if (!parts) return fail(ErrorCode::kInvalidArgument, "identifier.no-key");
  DigitalLink link;
  link.stem = parts->stem;
  TRY(parse_path(*parts, form, link));
  for (std::string_view query = parts->query; !query.empty();) {
    const std::string_view part = take_until(query, '&');
    if (!part.empty()) TRY(parse_attribute(part, form, link));
  }
  return link;
}

EpcisIdentifiers epcis_identifiers(const DigitalLink& full) {
  const DigitalLink link{.stem = {}, .path = full.path, .query = {}, .other_query = {}};
  const std::string& ai = link.path[0].first;
  const std::string& key = link.path[0].second;
  EpcisIdentifiers result;
  const auto instance = [&](std::initializer_list<std::string_view> ais) {
    result.instance = Identifier{canonical_path(link, ais), IdentifierKind::kInstance, ai};
  };
  const auto item_class = [&](std::string canonical) {
    result.item_class = Identifier{std::move(canonical), IdentifierKind::kClass, ai};
  };
  if (ai == "01") {
    if (!link.value("21").empty()) instance({"01", "21"});
    if (!link.value("235").empty()) instance({"01", "235"});
    item_class(canonical_path(link, {"01", "10"}));
  } else if (ai == "8006") {
    if (!link.value("21").empty()) instance({"8006", "21"});
    item_class(canonical_path(link, {"8006", "10"}));
  } else if (ai == "8010") {
    if (!link.value("8011").empty()) instance({"8010", "8011"});
    item_class(canonical_path(link, {"8010"}));
  } else if (ai == "253" || ai == "255" || ai == "8003") {
    const std::size_t class_digits = ai == "8003" ? 14 : 13;  // what follows is the serial number
    if (key.size() > class_digits) instance({ai});
    item_class("https://id.gs1.org/" + ai + "/" + key.substr(0, class_digits));
  } else if (ai == "414") {
    // An extension of "0" is how an EPC says that there is none.
    link.value("254") == "0" ? instance({"414"}) : instance({"414", "254"});
  } else if (ai != "415" && ai != "8013") {
    instance({ai});
  }
  return result;
}

}  // namespace nianlun
