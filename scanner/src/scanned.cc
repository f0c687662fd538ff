#include "scanned.h"

#include <algorithm>
#include <filesystem>
#include <istream>
#include <utility>

#include "ledger/identifier.h"
#include "ledger/src/try.h"
#include "ledger/tag_code.h"
#include "scanner/decode.h"

namespace nianlun::scanner {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool starts_like(std::string_view text, std::string_view prefix) {
  return std::ranges::equal(text.substr(0, prefix.size()), prefix, {}, lower);
}

/// The code in an address .../t/CODE; "" if it is no such address. Symbols hold capitals only where
/// that makes them smaller, so that case means nothing here.
std::string_view code_in_address(std::string_view address) {
  if (!starts_like(address, "https://") && !starts_like(address, "http://")) return {};
  std::string_view path = address.substr(0, address.find_first_of("?#"));
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const bool is_tag_path = slash >= 2 && lower(path[slash - 1]) == 't' && path[slash - 2] == '/';
  return is_tag_path ? path.substr(slash + 1) : std::string_view();
}

/// Scheme and host in lower case, where case means nothing (RFC 3986, 6.2.2.1).
std::string with_lower_host(std::string_view address) {
  std::string out(address);
  const std::size_t end = out.find('/', out.find("//") + 2);
  std::transform(out.begin(), end == out.npos ? out.end() : out.begin() + static_cast<long>(end),
                 out.begin(), lower);
  return out;
}

std::vector<Scan> fields_of(const std::string& line, std::size_t count, std::string_view domain) {
  const auto tabs = static_cast<std::size_t>(std::ranges::count(line, '\t'));
  if (tabs + 1 != count) {
    return {count, Scan{.source = "-",
                        .read = line,
                        .item = fail(ErrorCode::kInvalidArgument, "scanner.field-count",
                                     {{"count", std::to_string(count)}})}};
  }
  std::vector<Scan> fields;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string field = line.substr(begin, line.find('\t', begin) - begin);
    fields.push_back({.source = "-", .read = field, .item = item_named(field, domain)});
    begin += field.size() + 1;
  }
  return fields;
}

}  // namespace

Result<std::string> item_named(std::string_view read, std::string_view domain) {
  if (const std::string_view code = code_in_address(read); !code.empty()) {
    if (const auto tag = normalize_tag_code(code)) return std::string(domain) + "/t/" + *tag;
  }
  const bool is_web = starts_like(read, "https://") || starts_like(read, "http://");
  if (is_web || read.find(':') != read.npos) {
    TRY_ASSIGN(Identifier id, identify(is_web ? with_lower_host(read) : std::string(read)));
    return std::move(id.canonical);
  }
  TRY_ASSIGN(const std::string code, normalize_tag_code(read));
  return std::string(domain) + "/t/" + code;
}

bool is_tag(std::string_view item, std::string_view domain) {
  constexpr std::string_view kPath = "/t/";
  return item.starts_with(domain) && item.substr(domain.size()).starts_with(kPath) &&
         is_tag_code(item.substr(domain.size() + kPath.size()));
}

void ScanReader::read(const std::string& argument, const std::function<void(const Scan&)>& take) {
  if (argument == "-") {
    return read_fields(1, [&take](const std::vector<Scan>& fields) { take(fields.front()); });
  }
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(argument, ignored)) {
    return take({.source = {}, .read = argument, .item = item_named(argument, domain_)});
  }
  const auto codes = worker_.decode_file(argument);
  if (!codes) {
    return take({.source = argument, .read = argument, .item = Unexpected{codes.error()}});
  }
  if (codes->empty()) {
    return take({.source = argument,
                 .read = argument,
                 .item = fail(ErrorCode::kInvalidArgument, "scanner.no-code")});
  }
  for (const Code& code : *codes) {
    take({.source = argument, .read = code.text, .item = item_named(code.text, domain_)});
  }
}

void ScanReader::read_fields(std::size_t count,
                             const std::function<void(const std::vector<Scan>&)>& take) {
  std::string line;
  while (std::getline(terminal_.in, line)) {
    while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
    if (line.empty()) continue;
    if (line.size() > count * kPayloadBytesMax) {
      take({count, Scan{.source = "-",
                        .read = line.substr(0, 40),
                        .item = fail(ErrorCode::kInvalidArgument, "scanner.line-too-long",
                                     {{"max", std::to_string(kPayloadBytesMax)}})}});
      continue;
    }
    take(fields_of(line, count, domain_));
  }
}

}  // namespace nianlun::scanner
