#include "ledger/json.h"

#include <charconv>
#include <cstring>

namespace nianlun {

Json Json::number(std::string text) {
  Json json;
  json.value_ = Number{std::move(text)};
  return json;
}

const Json* Json::find(std::string_view name) const {
  const auto* object = std::get_if<Object>(&value_);
  if (object == nullptr) return nullptr;
  for (const Member& member : *object) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

Json* Json::find(std::string_view name) {
  return const_cast<Json*>(std::as_const(*this).find(name));
}

std::string_view Json::text(std::string_view name) const {
  const Json* value = find(name);
  return value != nullptr && value->is_string() ? std::string_view(value->string())
                                                : std::string_view();
}

Result<std::int64_t> Json::integer(std::string_view name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_number()) {
    return fail(ErrorCode::kInvalidArgument, "json.not-an-integer", {{"name", std::string(name)}});
  }
  const std::string& text = value->number_text();
  std::int64_t result = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::kInvalidArgument, "json.not-an-integer", {{"name", std::string(name)}});
  }
  return result;
}

Json& Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object();
  if (Json* present = find(name)) {
    *present = std::move(value);
  } else {
    object().push_back({std::string(name), std::move(value)});
  }
  return *this;
}

bool Json::erase(std::string_view name) {
  auto* members = std::get_if<Object>(&value_);
  if (members == nullptr) return false;
  return std::erase_if(*members, [&](const Member& member) { return member.name == name; }) > 0;
}

Json& Json::push(Json item) {
  if (is_null()) value_ = Array();
  array().push_back(std::move(item));
  return *this;
}

bool Json::operator==(const Json& other) const { return value_ == other.value_; }

namespace {

/// The number of octets at the start of `text`, in whole eights, of which none needs an escape.
std::size_t plain_eights(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x8080808080808080;
  // The high bit of an octet of the result is set if that octet is 0, or stands above such a one.
  const auto zeros = [](std::uint64_t word) { return (word - kOnes) & ~word & kHighs; };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t controls = (word - kOnes * 0x20) & ~word & kHighs;
    if ((controls | zeros(word ^ (kOnes * '"')) | zeros(word ^ (kOnes * '\\'))) != 0) break;
  }
  return at;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t plain = 0;  // start of the run that needs no escape
  for (std::size_t i = plain_eights(text); i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    out += '\\';
    switch (c) {
      case '"':
        out += '"';
        break;
      case '\\':
        out += '\\';
        break;
      case '\b':
        out += 'b';
        break;
      case '\f':
        out += 'f';
        break;
      case '\n':
        out += 'n';
        break;
      case '\r':
        out += 'r';
        break;
      case '\t':
        out += 't';
        break;
      default:
        out += "u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

namespace {

void append(std::string& out, const Json& value) {
  if (value.is_null()) {
    out += "null";
  } else if (value.is_boolean()) {
    out += value.boolean() ? "true" : "false";
  } else if (value.is_number()) {
    out += value.number_text();
  } else if (value.is_string()) {
    append_json_string(out, value.string());
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const Json& item : value.array()) {
      if (!first) out += ',';
      first = false;
      append(out, item);
    }
    out += ']';
  } else {
    out += '{';
    bool first = true;
    for (const Json::Member& member : value.object()) {
      if (!first) out += ',';
      first = false;
      append_json_string(out, member.name);
      out += ':';
      append(out, member.value);
    }
    out += '}';
  }
}

}  // namespace

std::string Json::dump() const {
  std::string out;
  append(out, *this);
  return out;
}

std::string pointer_token(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace nianlun
