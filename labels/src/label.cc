#include "labels/label.h"

#include <algorithm>

#include "ledger/identifier.h"
#include "ledger/src/try.h"
#include "ledger/tag_code.h"

namespace nianlun::labels {
namespace {

constexpr std::size_t kPayloadBytesMax = 2048;  // what our scanner takes

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

std::string uppercased(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), upper);
  return out;
}

Unexpected bad_uri(std::string_view uri) {
  return fail(ErrorCode::kInvalidArgument, "labels.bad-uri", {{"uri", std::string(uri)}});
}

// Where scheme and authority end: the offset of the path, or npos if this is no http(s) URI.
std::size_t path_offset(std::string_view uri) {
  const std::string head = uppercased(uri.substr(0, 8));
  const std::size_t start = head.starts_with("HTTPS://") ? 8 : head.starts_with("HTTP://") ? 7 : 0;
  if (start == 0) return std::string_view::npos;
  const std::size_t end = std::min(uri.find_first_of("/?#", start), uri.size());
  const std::string_view authority = uri.substr(start, end - start);
  const bool plain = std::all_of(authority.begin(), authority.end(), [](char c) {
    return is_letter(c) || is_digit(c) || is_one_of(c, ".-:");
  });
  return authority.empty() || !plain ? std::string_view::npos : end;
}

bool is_uri_text(std::string_view uri) {
  return std::all_of(uri.begin(), uri.end(), [](char c) {
    return is_letter(c) || is_digit(c) || is_one_of(c, "-._~:/?#[]@!$&'()*+,;=%");
  });
}

// Capitals take 5.5 bits each, small letters 8. A change of mode costs more than it saves if only
// a few capitals follow one another, but never more than staying in 8-bit mode would: the encoder
// chooses. So scheme and host are capitals always, and equal payloads stay equal.
std::string with_upper_authority(std::string_view uri, std::size_t path) {
  return uppercased(uri.substr(0, path)) + std::string(uri.substr(path));
}

std::string file_name_of(std::string_view text) {
  constexpr std::size_t kLengthMax = 80;
  std::string name(text.substr(text.size() - std::min(text.size(), kLengthMax)));
  for (char& c : name) {
    if (!is_letter(c) && !is_digit(c) && !is_one_of(c, "-_")) c = '_';
  }
  return name;
}

// A code that was pasted with the address around it, /t/CODE, is captioned like the code itself.
Result<Label> label_of_uri(std::string_view uri) {
  const std::size_t path = path_offset(uri);
  if (path == std::string_view::npos || !is_uri_text(uri)) return bad_uri(uri);
  Label label;
  label.payload = with_upper_authority(uri, path);
  const std::string_view rest = uri.substr(path);
  label.name = file_name_of(rest.empty() ? uri : rest.substr(1));
  if (rest.starts_with("/t/")) {
    // Codes of other systems may stand under /t/ as well.
    const std::string_view code = rest.substr(3);
    if (is_tag_code(code)) label.caption = display_tag_code(code);
  }
  if (looks_like_digital_link(uri)) {
    TRY_ASSIGN(const DigitalLink link, parse_digital_link(uri));
    for (const auto& [ai, value] : link.path) label.lines.push_back("(" + ai + ") " + value);
    for (const auto& [ai, value] : link.query) label.lines.push_back("(" + ai + ") " + value);
  } else if (label.caption.empty()) {
    label.caption = std::string(uri.substr(uri.find("//") + 2));
  }
  return label;
}

}  // namespace

Result<Label> make_label(std::string_view identifier, std::string_view host) {
  if (identifier.size() > kPayloadBytesMax) {
    return fail(ErrorCode::kTooLarge, "labels.identifier-too-long",
                {{"max", std::to_string(kPayloadBytesMax)}});
  }
  if (identifier.find("://") != std::string_view::npos) return label_of_uri(identifier);
  TRY_ASSIGN(const std::string code, normalize_tag_code(identifier));
  if (host.empty()) return fail(ErrorCode::kInvalidArgument, "labels.no-host");
  std::string base(host);
  if (base.find("://") == std::string::npos) base.insert(0, "https://");
  while (base.ends_with('/')) base.pop_back();
  if (path_offset(base) != base.size()) return bad_uri(host);
  Label label;
  label.payload = uppercased(base) + "/t/" + code;
  label.caption = display_tag_code(code);
  label.name = file_name_of(code);
  return label;
}

}  // namespace nianlun::labels
