#include "canonical_text.h"

#include "ledger/json.h"

namespace nianlun {
namespace {

/// Behind the closing quote of the string whose opening quote stands at `at`.
std::size_t string_end(Bytes text, std::size_t at) {
  for (std::size_t quote = text.find('"', at + 1); quote != Bytes::npos;
       quote = text.find('"', quote + 1)) {
    std::size_t escapes = 0;
    while (text[quote - 1 - escapes] == '\\') ++escapes;  // ends at the opening quote at the latest
    if (escapes % 2 == 0) return quote + 1;
  }
  return Bytes::npos;
}

std::size_t container_end(Bytes text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = string_end(text, at);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
  return Bytes::npos;
}

/// Whether the text of a member's name, with its quotes, is that of `name`.
bool is_name(Bytes quoted, std::string_view name) {
  const Bytes inside = quoted.substr(1, quoted.size() - 2);
  if (inside.find('\\') == Bytes::npos) return inside == name;
  std::string escaped;
  append_json_string(escaped, name);
  return quoted == escaped;
}

}  // namespace

std::size_t value_end(Bytes text, std::size_t at) {
  if (at >= text.size()) return Bytes::npos;
  if (text[at] == '"') return string_end(text, at);
  if (text[at] == '{' || text[at] == '[') return container_end(text, at);
  const std::size_t end = text.find_first_of(",]}", at);
  return end == Bytes::npos ? text.size() : end;
}

std::optional<Bytes> member_text(Bytes object, std::string_view name) {
  if (!object.starts_with("{\"")) return std::nullopt;
  std::size_t at = 1;
  while (at < object.size() && object[at] == '"') {
    const std::size_t colon = string_end(object, at);
    if (colon >= object.size()) break;
    const std::size_t end = value_end(object, colon + 1);
    if (end == Bytes::npos) break;
    if (is_name(object.substr(at, colon - at), name)) {
      return object.substr(colon + 1, end - colon - 1);
    }
    at = end + 1;
  }
  return std::nullopt;
}

std::optional<Bytes> text_at_path(Bytes value, std::string_view path) {
  if (path.empty()) return value;
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('.', end - 1)) {
    const auto member = member_text(value, path.substr(0, end));
    if (!member) continue;
    const std::string_view rest = end == path.size() ? "" : path.substr(end + 1);
    if (const auto found = text_at_path(*member, rest)) return found;
  }
  return std::nullopt;
}

std::optional<Bytes> only_element(Bytes array) {
  if (!array.starts_with('[') || array == "[]") return std::nullopt;
  const std::size_t end = value_end(array, 1);
  if (end >= array.size() || array[end] != ']') return std::nullopt;
  return array.substr(1, end - 1);
}

bool is_string_text(Bytes value) { return value.size() >= 2 && value.front() == '"'; }

std::string string_of(Bytes text) {
  if (!is_string_text(text)) return {};
  const Bytes inside = text.substr(1, text.size() - 2);
  if (inside.find('\\') == Bytes::npos) return std::string(inside);
  const auto json = Json::parse(text);
  return json && json->is_string() ? json->string() : std::string();
}

}  // namespace nianlun
